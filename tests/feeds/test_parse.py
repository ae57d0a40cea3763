from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream.feeds.parse import MAX_CONTENT, ParsedFeed, parse
from stream.records import RawArticle, encode

URL = "https://outlet.example/feed.xml"
NOW = 1_751_299_200.0


def read(body: str | bytes, **options: object) -> ParsedFeed:
    data = body.encode() if isinstance(body, str) else body
    return parse(data, url=URL, fetched=NOW, **options)  # type: ignore[arg-type]


def articles(body: str | bytes, **options: object) -> list[RawArticle]:
    return [item.article for item in read(body, **options).items]


RSS_091 = """<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"
 "http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel><title>Old</title>
 <link>https://outlet.example/</link><item><title>Talks</title><link>https://outlet.example/1</link>
 <description>They met.</description></item></channel></rss>"""
RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
 <channel rdf:about="x"><title>Rdf</title><link>https://outlet.example/</link></channel>
 <item rdf:about="https://outlet.example/1"><title>Talks</title><link>https://outlet.example/1</link>
 <dc:date>2025-06-30T10:00:00Z</dc:date><dc:creator>Reuters</dc:creator>
 <description>They met.</description></item></rdf:RDF>"""
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr"><title>Atom</title>
 <link href="https://outlet.example/"/><entry><id>tag:outlet.example,2025:1</id>
 <title type="html">&lt;b&gt;Talks&lt;/b&gt;</title>
 <link rel="alternate" href="/1"/><updated>2025-06-30T10:00:00Z</updated><summary>Short.</summary>
 <content type="html">&lt;p&gt;They met, and they met again.&lt;/p&gt;</content></entry></feed>"""
XXE = b"""<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<rss version="2.0"><channel><title>&x;</title></channel></rss>"""
ENTITY_BOMB = b"""<!DOCTYPE r [<!ENTITY a "lollol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<rss version="2.0"><channel><title>&b;</title></channel></rss>"""


@pytest.mark.parametrize("body", [RSS_091, RDF, ATOM])
def test_every_dialect_gives_its_item(body):
    found = read(body)
    assert found.reason is None
    (item,) = found.items
    assert item.article.title == "Talks"
    assert item.article.url == "https://outlet.example/1"
    assert item.article.site == "outlet.example"
    assert item.article.feed == URL
    assert item.article.fetched == NOW


def test_an_rss_item_in_full(make_rss: Callable[..., str]):
    (article,) = articles(
        make_rss(
            "<title>لقاء &amp;quot;القمة&amp;quot;</title><link>https://outlet.example/1</link><guid>g1</guid>"
            '<pubDate>Mon, 30 Jun 2025 10:00:00 +0300</pubDate><source url="https://spa.example/rss">واس</source>'
            "<description>موجز</description><content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'>"
            "<![CDATA[<p>التقى الوزير نظيره & بحثا</p>]]></content:encoded>",
            head="<title>صحيفة</title><link>https://outlet.example/</link><language>ar-SA</language><ttl>15</ttl>",
        )
    )
    assert article.title == 'لقاء "القمة"'
    assert article.content == "<p>التقى الوزير نظيره & بحثا</p>"
    assert article.content_type == "html"
    assert article.published == NOW - 9 * 3600
    assert (article.lang, article.credit, article.outlet) == ("ar", "واس", "صحيفة")


def test_atom_prefers_the_full_content_and_tells_the_language():
    (article,) = articles(ATOM)
    assert article.content == "<p>They met, and they met again.</p>"
    assert article.guid == "tag:outlet.example,2025:1"
    assert article.lang == "fr"


def test_what_a_person_said_of_the_feed_counts_more(make_rss, make_story):
    (article,) = articles(make_rss(make_story(1)), outlet="My name", language="ar")
    assert (article.outlet, article.lang) == ("My name", "ar")


def test_the_feeds_own_rhythm_is_told(make_rss):
    head = (
        "<title>x</title><ttl>30</ttl><sy:updatePeriod xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'>hourly"
        "</sy:updatePeriod>"
    )
    assert read(make_rss(head=head)).hints == (1800, 3600)


@pytest.mark.parametrize(
    ("codec", "label"), [("cp1251", "windows-1251"), ("koi8-r", "koi8-r"), ("cp1251", "utf-8"), ("utf-8", "koi8-r")]
)
def test_encodings_and_false_declarations(make_rss, codec, label):
    title = "Министр иностранных дел провёл переговоры с коллегой в Москве"
    text = make_rss(f"<title>{title}</title><description>{title}</description>").replace("utf-8", label)
    (article,) = articles(text.encode(codec), headers={"content-type": "text/xml"})
    assert article.title == title


def test_a_byte_order_mark_and_rubbish_before_the_prolog(make_rss, make_story):
    body = make_rss(make_story(1))
    assert len(read(b"\xef\xbb\xbf" + body.encode()).items) == 1
    rubbish = read("\r\n<!-- cached -->".strip() + body)
    assert len(rubbish.items) == 1
    warned = read("PHP Warning: x on line 3\n" + body)
    assert (len(warned.items), warned.reason) == (1, "malformed")


def test_relative_links_are_resolved_against_where_the_feed_was_found(make_rss):
    body = make_rss("<title>a</title><link>/1</link>", "<title>b</title><link>2</link>")
    found = articles(body, base="https://cdn.example/feeds/x.xml")
    assert [a.url for a in found] == ["https://cdn.example/1", "https://cdn.example/feeds/2"]
    assert found[0].site == "cdn.example"
    assert found[0].feed == URL


@pytest.mark.parametrize("link", ["javascript:alert(1)", "mailto:a@b.example", "tag:x", "http://[bad", ""])
def test_a_link_that_leads_nowhere_is_left_out(make_rss, link):
    (article,) = articles(make_rss(f"<title>a</title><link>{link}</link>"))
    assert article.url is None
    assert article.site == "outlet.example"


def test_an_aggregators_items_belong_to_whom_it_credits(make_rss):
    item = "<title>a</title><link>https://news.google.com/rss/articles/x</link><source url='https://www.spa.gov.sa'>SPA</source>"
    (article,) = articles(make_rss(item))
    assert (article.site, article.credit) == ("spa.gov.sa", "SPA")


def test_feedburner_links_are_seen_through(make_rss):
    item = (
        "<title>a</title><link>https://feedproxy.google.com/x</link><feedburner:origLink "
        "xmlns:feedburner='http://rssnamespace.org/feedburner/ext/1.0'>https://outlet.example/1</feedburner:origLink>"
    )
    assert articles(make_rss(item))[0].url == "https://outlet.example/1"


def test_items_without_guid_date_or_words_are_still_items(make_rss):
    body = make_rss(
        "<title>only a title</title>", "<link>https://outlet.example/2</link>", "<description>words</description>"
    )
    found = read(body)
    assert len(found.items) == 3
    assert found.problems == []


def test_an_item_with_nothing_in_it_is_named(make_rss, make_story):
    found = read(make_rss("", make_story(1)))
    assert len(found.items) == 1
    assert [problem.reason for problem in found.problems] == ["empty_item"]


def test_a_date_nobody_can_read_is_named(make_rss):
    found = read(make_rss("<title>a</title><pubDate>some day</pubDate>"))
    assert found.items[0].article.published is None
    assert [problem.reason for problem in found.problems] == ["unreadable_date"]


def test_duplicate_guids_lose_no_item(make_rss):
    body = make_rss(*(f"<title>t{n}</title><link>https://outlet.example/{n}</link><guid>same</guid>" for n in range(5)))
    assert len({key for item in read(body).items for key in item.keys}) == 5


@pytest.mark.parametrize(
    "broken", ["<description>a < b & c</description>", "<p>unclosed", "<x:y>unbound</x:y>", "&nosuch;"]
)
def test_a_malformed_feed_gives_its_items_and_a_reason(make_rss, make_story, broken):
    found = read(make_rss(make_story(1), make_story(2) + broken, make_story(3)))
    assert [item.article.url for item in found.items] == [f"https://outlet.example/{n}" for n in (1, 2, 3)]
    assert found.reason == "malformed"
    assert found.usable


def test_a_feed_cut_short_gives_what_arrived(make_rss, make_story):
    body = make_rss(*(make_story(n) for n in range(10)))
    found = read(body[: len(body) // 2])
    assert len(found.items) >= 5
    assert found.reason == "malformed"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \n", "empty"),
        (b"<!doctype html><html><head><title>x</title></head><body><p>404</p></body></html>", "html_page"),
        (b'{"version": "https://jsonfeed.org/version/1"}', "not_a_feed"),
        (b"<note><to>you</to></note>", "not_a_feed"),
        (b"\x00\x01\x02\x03", "not_a_feed"),
        (XXE, "entities"),
        (ENTITY_BOMB, "entities"),
        (b"<rss><channel>" + b"<a>" * 200_000, "too_complex"),
    ],
)  # fmt: skip
def test_what_is_no_feed_is_refused_with_a_reason(body, reason):
    found = read(body)
    assert (found.reason, found.items, found.usable) == (reason, [], False)


def test_a_feed_without_items_is_a_feed(make_rss):
    found = read(make_rss())
    assert (found.reason, found.usable) == ("no_items", True)


def test_an_endless_item_is_cut_to_what_a_broker_takes(make_rss):
    found = read(make_rss(f"<title>{'t' * 9000}</title><description>{'ض' * (MAX_CONTENT + 1)}</description>"))
    assert len(encode(found.items[0].article)) < 1_000_000
    assert [problem.reason for problem in found.problems] == ["content_cut"]


def test_an_item_that_hides_in_cdata_is_not_missed_and_not_counted(make_rss, make_story):
    found = read(make_rss(make_story(1) + "<x><![CDATA[<item>]]></x>"))
    assert (len(found.items), found.reason) == (1, None)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["<item>", "</item>", "<title>a</title>", "<link>http://a.example/1", "</link>", "<![CDATA[", "]]>", "<!--",
             "-->", "&lt;", "&#0;", "&x;", "<entry>", "</channel>", "<content:encoded>", "ض", "\x00", "<guid>1</guid>",
             "<a b='", "<?x"]
        ),
        max_size=25,
    )
)  # fmt: skip
def test_any_tag_soup_is_read_or_refused(parts):
    found = read("<rss version='2.0'><channel>" + "".join(parts))
    for item in found.items:
        assert encode(item.article)
