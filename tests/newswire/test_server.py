from collections.abc import AsyncIterator

import aiohttp
import feedparser
import pytest
from defusedxml.ElementTree import fromstring

from stream.newswire import Newswire
from stream.newswire.loading import load

START = 1_800_000_000.0


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def newswire(clock: Clock) -> AsyncIterator[Newswire]:
    newswire = Newswire(START, clock=clock)
    await newswire.start()
    yield newswire
    await newswire.stop()


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def url_of(newswire: Newswire, outlet: str) -> str:
    return next(url for url in newswire.feed_urls() if url.endswith(f"/{outlet}.xml"))


async def entries(client: aiohttp.ClientSession, url: str) -> list[str]:
    async with client.get(url) as answer:
        assert answer.status == 200
        return [entry.link for entry in feedparser.parse(await answer.read()).entries]


async def test_items_appear_as_time_passes(newswire: Newswire, clock: Clock, client: aiohttp.ClientSession) -> None:
    url, items = url_of(newswire, "harrow"), load().by_outlet("harrow")
    assert await entries(client, url) == []
    clock.now = START + items[2].at - 0.01
    assert await entries(client, url) == [items[1].link, items[0].link]
    clock.now = START + items[2].at + 0.01
    assert len(await entries(client, url)) == 3
    clock.now = START + 60
    assert newswire.finished()
    assert len(await entries(client, url)) == len(items)


async def test_nothing_served_is_from_the_future(
    newswire: Newswire, clock: Clock, client: aiohttp.ClientSession
) -> None:
    for elapsed in (5, 20, 35, 50, 60):
        clock.now = START + elapsed
        for item in (item for outlet in load().outlets for item in newswire.appeared(outlet)):
            assert START + item.published <= clock.now


async def test_speed_shortens_the_wait_only(clock: Clock) -> None:
    newswire = Newswire(START, speed=10, clock=clock)
    clock.now = START + 5.9
    assert not newswire.finished()
    clock.now = START + 6
    assert newswire.finished()


async def test_restart_begins_again(clock: Clock) -> None:
    newswire = Newswire(START + 10**9, clock=clock)
    clock.now = START + 60
    assert newswire.appeared("harrow") == []
    newswire.restart(START)
    assert len(newswire.appeared("harrow")) == len(load().by_outlet("harrow"))
    assert newswire.gold()[0]["published"].startswith("2026-12-06")


@pytest.mark.parametrize("outlet", ["harrow", "leman", "qantara"])
async def test_an_unchanged_feed_answers_304(
    newswire: Newswire, clock: Clock, client: aiohttp.ClientSession, outlet: str
) -> None:
    url = url_of(newswire, outlet)
    items = load().by_outlet(outlet)
    clock.now = START + items[3].at + 1
    async with client.get(url) as answer:
        etag, modified = answer.headers["ETag"], answer.headers["Last-Modified"]
    for headers in ({"If-None-Match": etag}, {"If-Modified-Since": modified}, {"If-None-Match": f'W/"old", {etag}'}):
        async with client.get(url, headers=headers) as answer:
            assert answer.status == 304
            assert await answer.read() == b""
            assert answer.headers["ETag"] == etag
    clock.now = START + items[4].at + 1
    async with client.get(url, headers={"If-None-Match": etag, "If-Modified-Since": modified}) as answer:
        assert answer.status == 200


async def test_last_modified_never_hides_a_change(
    newswire: Newswire, clock: Clock, client: aiohttp.ClientSession
) -> None:
    seen: dict[str, str] = {}
    known = -1
    for tenth in range(620):
        clock.now = START + tenth / 10
        async with client.get(url_of(newswire, "pacific"), headers=seen) as answer:
            appeared = len(newswire.appeared("pacific"))
            if answer.status == 304:
                assert appeared == known
                continue
            known = appeared
            seen = {"If-Modified-Since": answer.headers["Last-Modified"]} if "Last-Modified" in answer.headers else {}
    assert known == len(load().by_outlet("pacific"))
    assert seen


async def test_content_type_names_the_encoding(newswire: Newswire, client: aiohttp.ClientSession) -> None:
    async with client.get(url_of(newswire, "volga")) as answer:
        assert answer.headers["Content-Type"] == "application/rss+xml; charset=windows-1251"


async def test_an_unknown_feed_is_not_found(newswire: Newswire, client: aiohttp.ClientSession) -> None:
    async with client.get(f"http://127.0.0.1:{newswire.port}/feeds/nobody.xml") as answer:
        assert answer.status == 404


async def test_opml_lists_every_feed(newswire: Newswire, client: aiohttp.ClientSession) -> None:
    async with client.get(f"http://127.0.0.1:{newswire.port}/feeds.opml") as answer:
        text = await answer.text()
    assert text == newswire.opml()
    outlines = fromstring(text).findall("./body/outline")
    assert [outline.get("xmlUrl") for outline in outlines] == newswire.feed_urls()
    assert {outline.get("text") for outline in outlines} == {outlet.name for outlet in load().outlets.values()}


async def test_the_index_page_counts_what_has_appeared(
    newswire: Newswire, clock: Clock, client: aiohttp.ClientSession
) -> None:
    clock.now = START + 60
    async with client.get(f"http://127.0.0.1:{newswire.port}/") as answer:
        page = await answer.text()
    assert f"(ru, Самара): {len(load().by_outlet('volga'))}</li>" in page
