from collections import Counter
from contextlib import suppress
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream.errors import TocsinError
from stream.feeds.opml import Outline, parse, write

LIST = """<?xml version="1.0" encoding="utf-8"?>
<opml version="2.0" xmlns:t="https://tocsin.example/ns"><head><title>mine</title></head><body>
 <outline text="Gulf"><outline title="Agencies" text="x">
   <outline type="rss" text="واس" xmlUrl="https://spa.example/rss" language="ar" country="SA" t:checked="yes"
     source="s"/>
 </outline></outline>
 <outline type="rss" text="B" title="Bee" xmlURL=" http://b.example/rss "/>
</body></opml>"""


def test_outlines_nest_and_their_attributes_are_kept():
    first, second = parse(LIST.encode()).feeds
    assert first == Outline(
        "https://spa.example/rss",
        "واس",
        "ar",
        "SA",
        "Gulf/Agencies",
        {"{https://tocsin.example/ns}checked": "yes", "source": "s"},
    )
    assert second == Outline("http://b.example/rss", "Bee")


def test_what_is_written_reads_the_same():
    feeds = parse(LIST.encode()).feeds
    assert parse(write(feeds)).feeds == feeds


def test_bare_ampersands_are_mended_and_named():
    found = parse(b'<opml><body><outline text="A & B" xmlUrl="https://a.example/?x=1&y=2"/></body></opml>')
    assert found.feeds == [Outline("https://a.example/?x=1&y=2", "A & B")]
    assert "bare &" in found.problems[0]


def test_a_broken_list_is_read_outline_by_outline():
    text = (
        '<opml><body><outline text="A" xmlUrl="https://a.example/"/><outline text="one > two" '
        "xmlUrl='https://b.example/'></body><outline xmlUrl=https://c.example/ <outline>"
    )
    found = parse(text.encode())
    assert [feed.url for feed in found.feeds] == ["https://a.example/", "https://b.example/"]
    assert "outline by outline" in found.problems[0]
    assert any("https://c.example/" in problem for problem in found.problems)


def test_what_cannot_be_polled_is_named():
    rows = (
        '<outline type="rss" text="lost"/><outline xmlUrl="ftp://a.example/"/>'
        '<outline xmlUrl="https://a.example/"/><outline xmlUrl="https://a.example/"/>'
    )
    found = parse(f"<opml><body>{rows}</body></opml>".encode())
    assert len(found.feeds) == 1
    assert found.problems == [
        "no address: 'lost'",
        "not an http address: ftp://a.example/",
        "twice: https://a.example/",
    ]


def test_entities_are_not_read():
    bomb = '<!DOCTYPE o [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><opml><body><outline xmlUrl="https://&b;"/></body></opml>'
    with pytest.raises(TocsinError, match="entities"):
        parse(bomb.encode())


@pytest.mark.parametrize("data", [b"", b"<rss><channel/></rss>", b"\x00\x01", b"<html><body>not here</body></html>"])
def test_something_else_is_not_a_list(data):
    with pytest.raises(TocsinError, match="OPML"):
        parse(data)


def test_an_empty_list_is_a_list():
    assert parse(b"<opml><body/></opml>").feeds == []


@settings(max_examples=30)
@given(
    st.lists(
        st.builds(
            Outline,
            url=st.from_regex(r"https://[a-z]{1,8}\.example/[a-z&?=]{0,8}", fullmatch=True),
            title=st.text(alphabet="aB &<>\"'ض€", max_size=8).map(str.strip),
            language=st.sampled_from([None, "ar", "en"]),
            category=st.sampled_from(["", "News", "News/Arabic"]),
        ),
        unique_by=lambda feed: feed.url,
        max_size=6,
    )
)
def test_any_list_survives_being_written(feeds):
    found = parse(write(feeds))
    assert sorted(found.feeds, key=lambda f: f.url) == sorted(feeds, key=lambda f: f.url)
    assert found.problems == []


@settings(max_examples=30)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_list_or_a_refusal(data):
    with suppress(TocsinError):
        parse(b"<opml><body>" + data)


class TestTheListThatIsShipped:
    found = parse(resources.files("stream.feeds").joinpath("data/default.opml").read_bytes())

    def test_it_is_well_formed_and_has_every_address_once(self):
        assert self.found.problems == []
        assert len({feed.url for feed in self.found.feeds}) == len(self.found.feeds) >= 150

    def test_it_is_arabic_first_and_speaks_many_languages(self):
        languages = Counter(feed.language for feed in self.found.feeds)
        assert self.found.feeds[0].language == "ar"
        assert languages["ar"] >= 35
        assert languages.most_common(1)[0][0] == "ar"
        assert len(languages) >= 12

    def test_every_feed_says_what_it_is_and_where_its_address_comes_from(self):
        for feed in self.found.feeds:
            assert feed.title
            assert feed.language
            assert feed.country
            assert feed.category
            assert feed.extras["source"]
            assert feed.extras["checked"] in {"true", "false"}
