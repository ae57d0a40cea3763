from hypothesis import given, settings
from hypothesis import strategies as st

from stream.feeds.identity import comparable, distinguish, unseen
from stream.records import RawArticle

LONG = "The ministers agreed to exchange ambassadors within the month, after talks that lasted two days in the capital."


def article(title="A", url=None, guid=None, content="") -> RawArticle:
    return RawArticle(
        site="o.example", outlet="O", title=title, content=content, url=url, guid=guid, feed="http://f", fetched=0.0
    )


def new(before: list[RawArticle], after: list[RawArticle], home=None) -> list[str]:
    known = [key for item in distinguish(before, home) for key in item.keys]
    return [item.article.title for item in unseen(distinguish(after, home), known)]


def test_the_same_document_again_has_nothing_new():
    items = [article("A", "https://o.example/1", "1"), article("B", "https://o.example/2", "2")]
    assert new([], items) == ["A", "B"]
    assert new(items, items) == []


def test_renumbered_guids_are_not_new_articles():
    assert new([article("A", "https://o.example/1", "1")], [article("A", "https://o.example/1", "99")]) == []


def test_a_moved_address_with_the_same_guid_is_not_a_new_article():
    assert new([article("A", "https://o.example/1", "1")], [article("A", "https://o.example/x/1", "1")]) == []


def test_both_may_change_where_the_words_are_the_same():
    before, after = article("A", "https://o.example/1", "1", LONG), article("A", "https://n.example/9", "9", LONG)
    assert new([before], [after]) == []


def test_few_words_do_not_make_two_items_one():
    assert new([article("Live", "https://o.example/1", "1")], [article("Live", "https://o.example/2", "2")]) == ["Live"]


def test_an_edited_headline_is_the_same_article():
    assert new([article("A", "https://o.example/1", "1")], [article("A, corrected", "https://o.example/1", "1")]) == []


def test_tracking_scheme_and_www_do_not_make_an_address_new():
    before = article("A", "https://www.o.example/1/?utm_source=rss")
    assert new([before], [article("A2", "http://o.example/1#top")]) == []


def test_one_guid_for_all_items_loses_none():
    items = [article(t, f"https://o.example/{t}", "same") for t in "ABC"]
    assert new([], items) == ["A", "B", "C"]
    assert new(items, [*items, article("D", "https://o.example/D", "same")]) == ["D"]


def test_one_address_for_all_items_loses_none_and_each_has_its_own_id():
    items = [article(t, "https://o.example/", t) for t in "ABC"]
    assert new([], items) == ["A", "B", "C"]
    assert len({item.article.id for item in distinguish(items)}) == 3
    assert None not in {item.article.id for item in distinguish(items)}


def test_the_front_page_is_nobodys_address():
    home = "https://o.example/"
    assert new([article("A", home, "1")], [article("B", home, "2")], home) == ["B"]


def test_neither_guid_nor_address_leaves_the_words():
    items = [article("A"), article("B")]
    assert new([], items) == ["A", "B"]
    assert new(items, items) == []


def test_one_guid_and_no_address_loses_none():
    items = [article(t, None, "same") for t in "ABC"]
    assert new([], items) == ["A", "B", "C"]
    assert len({item.article.id for item in distinguish(items)}) == 3


def test_a_true_repeat_in_one_document_is_one_item():
    assert new([], [article("A", "https://o.example/1", "1")] * 2) == ["A"]


def test_ordinary_articles_leave_their_id_to_the_clean_step():
    assert distinguish([article("A", "https://o.example/1", "1")])[0].article.id is None


def test_comparable_addresses():
    assert comparable("https://www.O.example:8080/a/?id=1&utm_source=x#f") == "o.example:8080/a?id=1"
    assert comparable("https://o.example/") == "o.example"
    assert comparable("http://[bad") == "http://[bad"


ADDRESS = st.one_of(st.none(), st.sampled_from([f"https://o.example/{n}" for n in "abc"]))
ARTICLES = st.lists(
    st.builds(article, title=st.sampled_from("ABCD"), url=ADDRESS, guid=st.sampled_from([None, "1", "2", "3"])),
    max_size=8,
)


@settings(max_examples=40)
@given(ARTICLES)
def test_a_document_seen_is_seen(items):
    assert new(items, items) == []


@settings(max_examples=40)
@given(ARTICLES)
def test_every_headline_is_published_unless_another_item_shares_a_name_with_it(items):
    told = set(new([], items))
    for item in items:
        alone = all(
            other.title == item.title
            or ((other.url != item.url or not item.url) and (other.guid != item.guid or not item.guid))
            for other in items
        )
        if alone:
            assert item.title in told
