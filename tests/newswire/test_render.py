import datetime

import feedparser
import pytest

from stream.newswire.loading import load
from stream.newswire.model import Item
from stream.newswire.pages import html_of, page_of
from stream.newswire.render import MAX_ITEMS, feed, media_type

WIRE = load()
START = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC).timestamp()
OUTLETS = pytest.mark.parametrize("outlet", list(WIRE.outlets.values()), ids=lambda outlet: outlet.key)


def parsed(outlet) -> feedparser.FeedParserDict:
    body = feed(outlet, WIRE.by_outlet(outlet.key), START)
    return feedparser.parse(body, response_headers={"content-type": media_type(outlet)})


def content_of(entry: feedparser.FeedParserDict) -> str:
    return entry.content[0].value if "content" in entry else entry.summary


def pairs(outlet) -> list[tuple[feedparser.FeedParserDict, Item]]:
    return list(zip(parsed(outlet).entries, reversed(WIRE.by_outlet(outlet.key)), strict=True))


@OUTLETS
def test_a_feed_is_well_formed_and_complete(outlet) -> None:
    feed_ = parsed(outlet)
    assert not feed_.bozo, feed_.get("bozo_exception")
    assert feed_.encoding == outlet.encoding
    assert feed_.feed.title == outlet.name
    assert feed_.version.startswith(outlet.format)


@OUTLETS
def test_an_articles_own_words_come_through(outlet) -> None:
    for entry, item in pairs(outlet):
        page = page_of(item, [], START)
        content = content_of(entry)
        assert entry.title == page.title
        assert entry.link == item.link
        for block in page.blocks:
            if block.own:
                assert block.text.replace("&", "&amp;") in content or block.text in content


@OUTLETS
def test_a_feed_does_not_depend_on_what_the_parser_sanitises(outlet) -> None:
    body = feed(outlet, WIRE.by_outlet(outlet.key), START)
    assert body == feed(outlet, WIRE.by_outlet(outlet.key), START)
    assert body.startswith(b"<?xml")
    assert outlet.encoding.encode() in body[:60]


@OUTLETS
def test_published_dates(outlet) -> None:
    for entry, item in pairs(outlet):
        stated = entry.get("published_parsed") or entry.get("updated_parsed")
        if outlet.date == "none":
            assert stated is None
            continue
        truth = datetime.datetime.fromtimestamp(START + item.published, datetime.UTC)
        stated_time = datetime.datetime(*stated[:6], tzinfo=datetime.UTC)
        # The outlet that writes its local clock as GMT is in the Americas, so that its mistake is never in the future.
        mistake = datetime.timedelta(hours=outlet.utc_offset if outlet.date == "local_as_gmt" else 0)
        assert stated_time == truth + mistake
        assert stated_time.timestamp() <= START + item.at


def test_the_habits_of_feeds_differ() -> None:
    outlets = WIRE.outlets.values()
    assert {outlet.body for outlet in outlets} == {"encoded", "html", "text", "xhtml"}
    assert {outlet.encoding for outlet in outlets} == {"utf-8", "windows-1251", "windows-1256"}
    assert {outlet.date for outlet in outlets} == {"local", "gmt", "local_as_gmt", "dublin", "none"}
    assert {outlet.guid for outlet in outlets} == {"link", "permalink", "number", "urn", "tag", "none"}


@pytest.mark.parametrize("key", ["qantara", "volga"])
def test_an_eight_bit_feed_writes_its_letters_as_bytes(key: str) -> None:
    outlet = WIRE.outlets[key]
    body = feed(outlet, WIRE.by_outlet(key), START)
    with pytest.raises(UnicodeDecodeError):
        body.decode()
    assert WIRE.by_outlet(key)[0].title in body.decode(outlet.encoding)


def test_xhtml_content_is_markup_not_text() -> None:
    outlet = WIRE.outlets["leman"]
    body = feed(outlet, WIRE.by_outlet("leman"), START)
    assert b"<xhtml:p>" in body
    assert b"&lt;p&gt;" not in body


def test_guids_are_stable_and_unique() -> None:
    for outlet in WIRE.outlets.values():
        ids = [entry.get("id") for entry in parsed(outlet).entries]
        if outlet.guid == "none":
            assert set(ids) <= {None, ""}
        else:
            assert len(set(ids)) == len(ids)


def test_a_feed_is_bounded() -> None:
    outlet = WIRE.outlets["harrow"]
    many = WIRE.by_outlet("harrow") * 5
    entries = feedparser.parse(feed(outlet, many, START)).entries
    assert len(entries) == MAX_ITEMS
    assert entries[0].link == many[-1].link


def test_an_empty_feed_is_a_feed() -> None:
    for key in ("harrow", "leman"):
        feed_ = feedparser.parse(feed(WIRE.outlets[key], [], START))
        assert not feed_.bozo
        assert feed_.entries == []


def test_junk_is_in_the_feed() -> None:
    item = next(item for item in WIRE.items if item.key == "marfa/nairobi-talks-first")
    html = html_of(page_of(item, WIRE.by_outlet("marfa")[:1], START))
    assert "اقرأ أيضاً: سوق السمك" in html
    assert "شارك الخبر" in html
