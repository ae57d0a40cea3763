import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream.errors import TocsinError
from stream.newswire.habits import HABITS, Block, Earlier, Page, dress, plain_page
from stream.newswire.loading import load

WORDS = st.text(st.characters(categories=["L", "Nd", "Zs"]), min_size=1, max_size=30)
EARLIER = st.builds(Earlier, title=WORDS, link=st.just("https://a.example/1"), lead=WORDS)
OLD = Earlier("Old news", "https://a.example/old", "It happened.")
OLDER = Earlier("Older news", "https://a.example/older", "It had happened.")


def own(page: Page) -> list[str]:
    return [block.text for block in page.blocks if block.own]


@settings(max_examples=100)
@given(
    title=WORDS,
    paragraphs=st.lists(WORDS, min_size=1, max_size=6),
    uses=st.lists(st.tuples(st.sampled_from(sorted(HABITS)), WORDS), max_size=5),
    earlier=st.lists(EARLIER, max_size=4).map(tuple),
)
def test_habits_only_add(
    title: str, paragraphs: list[str], uses: list[tuple[str, str]], earlier: tuple[Earlier, ...]
) -> None:
    page = dress(plain_page(title, paragraphs), uses, earlier)
    assert own(page) == paragraphs
    assert page.title.startswith(title)
    assert page == dress(plain_page(title, paragraphs), uses, earlier)


def test_read_also_stands_inside_the_article() -> None:
    page = dress(plain_page("T", ["one", "two"]), [("read_also", "Read also:")], (OLD, OLDER))
    assert page.blocks[1] == Block("link", "Read also: Old news", "https://a.example/old")
    assert [block.text for block in page.blocks] == ["one", "Read also: Old news", "two"]


def test_read_also_without_a_colon_takes_a_line_of_its_own() -> None:
    page = dress(plain_page("T", ["one", "two"]), [("read_also", "Lire aussi")], (OLD,))
    assert [block.text for block in page.blocks] == ["one", "Lire aussi", "Old news", "two"]


def test_a_related_teaser_brings_another_articles_words() -> None:
    page = dress(plain_page("T", ["one"]), [("related_teaser", "Related")], (OLD, OLDER))
    assert [block.text for block in page.blocks] == ["one", "Related", "Older news", "It had happened."]


@pytest.mark.parametrize("name", ["read_also", "read_also_late", "related_teaser"])
def test_with_nothing_earlier_there_is_nothing_to_point_at(name: str) -> None:
    page = plain_page("T", ["one", "two"])
    assert dress(page, [(name, "See")], ()) == page


def test_key_points_repeat_the_articles_own_sentences() -> None:
    page = dress(plain_page("T", ["a", "First. More.", "Second. More."]), [("key_points", "Key points")], ())
    assert page.blocks[1] == Block("points", "First.\nSecond.")


def test_the_appeared_first_line_names_the_article() -> None:
    page = dress(plain_page("T", ["one"]), [("appeared_first", "The post {title} appeared first on X.")], ())
    assert page.blocks[-1].text == "The post T appeared first on X."


def test_an_unknown_habit_is_an_error() -> None:
    with pytest.raises(TocsinError, match="no habit is called 'dance'"):
        dress(plain_page("T", ["one"]), [("dance", "")], ())


def test_every_outlet_has_habits_and_every_habit_an_outlet() -> None:
    used = {use.name for outlet in load().outlets.values() for use in outlet.habits}
    assert used == set(HABITS)
    assert all(len(outlet.habits) >= 2 for outlet in load().outlets.values())
