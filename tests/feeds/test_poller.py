import asyncio
import gzip
import sqlite3
import time

import pytest
from aiohttp import web

from stream import metrics, topics, transport
from stream.broker.config import BrokerConfig
from stream.broker.server import Broker as KafkaBroker
from stream.errors import TocsinError
from stream.feeds import poller as module
from stream.feeds import publish
from stream.feeds.fetch import Fetcher
from stream.feeds.opml import Outline, write
from stream.feeds.poll import Poll
from stream.feeds.poller import Poller, beat, feed_list, heartbeat, open_store, pick
from stream.feeds.publish import PublishError
from stream.feeds.store import Feed
from stream.records import RawArticle, decode


class Broker:
    def __init__(self) -> None:
        self.articles: list[RawArticle] = []

    async def publish(self, articles: list[RawArticle]) -> None:
        self.articles += articles


async def until(condition, seconds: float = 20.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


def with_list(settings, *urls: str):
    path = settings.data / "list.opml"
    path.write_bytes(write([Outline(url) for url in urls]))
    return settings.model_copy(update={"feeds": path})


def test_pick_obeys_both_limits_and_the_order():
    feeds = [Feed(n, f"https://{host}.example/{n}") for n, host in enumerate("aaabbc")]
    assert [f.id for f in pick(feeds, [], 10, 2)] == [0, 1, 3, 4, 5]
    assert [f.id for f in pick(feeds, [], 3, 2)] == [0, 1, 3]
    assert [f.id for f in pick(feeds, [feeds[0]], 10, 2)] == [1, 3, 4, 5]
    assert [f.id for f in pick(feeds, feeds[:2], 10, 2)] == [3, 4, 5]
    assert pick(feeds, feeds, 10, 2) == []


def test_a_moved_feed_counts_for_the_host_it_moved_to():
    moved = Feed(1, "https://a.example/", moved_to="https://b.example/")
    assert pick([moved], [Feed(2, "https://b.example/2")], 9, 1) == []


def test_without_a_list_the_one_that_is_shipped_is_taken(settings):
    assert len(feed_list(settings).feeds) >= 150


def test_a_list_that_is_not_there_is_named(settings, tmp_path):
    with pytest.raises(TocsinError, match="TOCSIN_FEEDS"):
        feed_list(settings.model_copy(update={"feeds": tmp_path / "none.opml"}))


def test_what_in_a_list_cannot_be_read_is_told(settings, tmp_path):
    path = tmp_path / "list.opml"
    path.write_text('<opml><body><outline type="rss" text="lost"/><outline xmlUrl="https://a.example/"/></body></opml>')
    told = []
    open_store(settings.model_copy(update={"feeds": path}), tell=told.append).close()
    assert told == ["feed list: no address: 'lost'", "feed list: 1 feeds came, 0 went"]


def test_another_list_takes_the_place_of_the_first(settings):
    open_store(with_list(settings, "https://a.example/", "https://b.example/")).close()
    store = open_store(with_list(settings, "https://b.example/", "https://c.example/"))
    assert [feed.url for feed in store.feeds()] == ["https://b.example/", "https://c.example/"]
    store.close()


class Run:
    """A poller under way on its own loop turn, to be stopped at the end."""

    def __init__(self, settings, poll=None) -> None:
        self.settings, self.broker, self.stop = settings, Broker(), asyncio.Event()
        self.store = open_store(settings)
        self.poll = poll

    async def __aenter__(self):
        self.fetcher = Fetcher(self.settings)
        await self.fetcher.__aenter__()
        poll = self.poll or Poll(self.store, self.fetcher, self.broker, self.settings.poll_interval)
        self.task = asyncio.create_task(Poller(self.store, poll, self.settings).run(self.stop))
        return self

    async def __aexit__(self, *_):
        self.stop.set()
        await self.task
        await self.fetcher.__aexit__(None, None, None)
        self.store.close()


async def test_items_that_appear_over_time_are_each_published_once(outlet, settings, make_rss, make_story):
    url = outlet.page("/feed", make_rss(make_story(1)))
    fast = with_list(settings, url).model_copy(update={"poll_interval": 0.1})
    async with Run(fast) as run:
        for newest in range(2, 6):
            await until(lambda newest=newest: len(run.broker.articles) == newest - 1)
            outlet.page("/feed", make_rss(*(make_story(n) for n in range(newest, max(newest - 3, 0), -1))))
        await until(lambda: len(run.broker.articles) == 5)
        await asyncio.sleep(0.4)
    assert [article.url[-1] for article in run.broker.articles] == list("12345")


async def test_a_dead_and_a_hanging_feed_do_not_disturb_the_others(
    outlet, settings, make_rss, make_story, unused_tcp_port
):
    async def hang(_: web.Request) -> web.Response:
        await asyncio.sleep(30)
        return web.Response()

    outlet.pages["/hang"] = hang
    good = outlet.page("/good", make_rss(make_story(1)))
    dead = f"http://127.0.0.1:{unused_tcp_port}/dead"
    quick = with_list(settings, dead, outlet.url("/hang"), outlet.url("/404"), good)
    quick = quick.model_copy(update={"poll_timeout": 0.5, "poll_per_host": 3})
    async with Run(quick) as run:
        await until(lambda: len(run.broker.articles) == 1)
        await until(lambda: [f.health for f in run.store.feeds()] == ["failing"] * 3 + ["healthy"])
        assert [f.reason for f in run.store.feeds()] == ["connect", "timeout", "http_404", None]


async def test_a_feed_that_another_process_adds_is_polled(outlet, settings, make_rss, make_story):
    url = outlet.page("/feed", make_rss(make_story(1)))
    listed = with_list(settings)
    async with Run(listed) as run:
        other = open_store(listed)
        other.add(Outline(url))
        other.close()
        await until(lambda: len(run.broker.articles) == 1)


async def test_limits_hold_while_many_feeds_are_due(outlet, settings, make_rss):
    running, most = 0, 0

    async def slow(_: web.Request) -> web.Response:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.05)
        running -= 1
        return web.Response(text=make_rss())

    outlet.pages = {f"/{n}": slow for n in range(8)}
    several = with_list(settings, *(outlet.url(f"/{n}") for n in range(8)))
    async with Run(several.model_copy(update={"poll_per_host": 2})) as run:
        await until(lambda: all(feed.health == "healthy" for feed in run.store.feeds()))
    assert most == 2


async def test_whatever_one_poll_raises_the_poller_goes_on(settings):
    polled: list[str] = []

    async def poll(feed: Feed) -> None:
        polled.append(feed.url)
        raise [PublishError("down"), sqlite3.OperationalError("disk is full"), RuntimeError("bug")][len(polled) % 3]

    quick = with_list(settings, "https://a.example/", "https://b.example/")
    async with Run(quick.model_copy(update={"poll_interval": 0.05}), poll):
        await until(lambda: len(polled) >= 8)
    assert set(polled) == {"https://a.example/", "https://b.example/"}


async def test_stopping_lets_polls_under_way_end_but_not_for_ever(settings, monkeypatch):
    monkeypatch.setattr(module, "STOP_SECONDS", 0.2)
    ended = []

    async def poll(feed: Feed) -> None:
        await asyncio.sleep(0.1 if "a." in feed.url else 30)
        ended.append(feed.url)

    async with Run(with_list(settings, "https://a.example/", "https://b.example/"), poll):
        await asyncio.sleep(0.05)
        started = time.monotonic()
    assert time.monotonic() - started < 2
    assert ended == ["https://a.example/"]


async def test_heartbeats_are_sent_as_often_as_asked_and_survive_a_broker_that_is_down():
    sent: list[RawArticle] = []

    class Shaky:
        async def publish(self, articles: list[RawArticle]) -> None:
            sent.extend(articles)
            if len(sent) == 1:
                raise PublishError("down")

    stop = asyncio.Event()
    task = asyncio.create_task(beat(Shaky(), 0.02, stop))
    await until(lambda: len(sent) >= 3)
    stop.set()
    await task
    assert {(a.kind, a.site, a.title) for a in sent} == {("heartbeat", "tocsin.heartbeat", "heartbeat")}
    assert len({a.id for a in sent}) == len(sent)
    await beat(Shaky(), 0, asyncio.Event())


def test_a_heartbeat_carries_its_time():
    assert heartbeat(12.5).fetched == 12.5
    assert heartbeat(12.5).id == "heartbeat-12500"


async def test_hostile_feeds_are_each_a_counted_refusal_and_nothing_else(outlet, settings, make_rss, make_story):
    secret = settings.data / "secret.txt"
    secret.write_text("the secret")
    story = make_story("&x;")
    pages = {
        "/xxe": f'<!DOCTYPE rss [<!ENTITY x SYSTEM "file://{secret}">]>{make_rss(story)}',
        "/entity-bomb": f'<!DOCTYPE rss [<!ENTITY a "{"lol" * 9}"><!ENTITY x "{"&a;" * 9}">]>{make_rss(story)}',
        "/tag-bomb": "<rss><channel>" + "<a>" * 200_000,
        "/page": "<!doctype html><html><body>Not found</body></html>",
        "/nothing": "",
        "/json": "{}",
    }
    for path, body in pages.items():
        outlet.page(path, body)
    outlet.page("/gzip-bomb", gzip.compress(b"<rss>" + b" " * 30_000_000), Content_Encoding="gzip")
    outlet.page("/loop", status=302, Location="/loop")
    outlet.page("/file", status=302, Location=f"file://{secret}")
    outlet.page("/gone", status=410)
    outlet.page("/busy", status=429, Retry_After="1")
    outlet.page("/good", make_rss(make_story(1)))
    before = {name: metrics.FETCHES.labels(name)._value.get() for name in ("refused", "gone", "retry_after", "fetched")}
    listed = with_list(settings, *(outlet.url(path) for path in outlet.pages))
    async with Run(listed.model_copy(update={"poll_interval": 60, "poll_per_host": 4})) as run:
        await until(lambda: all(feed.outcome for feed in run.store.feeds()))
        reasons = {feed.url.rpartition("/")[2]: feed.reason or feed.disabled for feed in run.store.feeds()}
    assert reasons == {
        "xxe": "entities",
        "entity-bomb": "entities",
        "tag-bomb": "too_complex",
        "page": "html_page",
        "nothing": "empty",
        "json": "not_a_feed",
        "gzip-bomb": "too_large",
        "loop": "redirect_loop",
        "file": "scheme",
        "gone": "gone",
        "busy": "http_429",
        "good": None,
    }
    assert [article.title for article in run.broker.articles] == ["Ministers meet for round 1"]
    assert metrics.FETCHES.labels("refused")._value.get() == before["refused"] + 9
    assert metrics.FETCHES.labels("gone")._value.get() == before["gone"] + 1
    assert metrics.FETCHES.labels("retry_after")._value.get() == before["retry_after"] + 1
    assert metrics.FETCHES.labels("fetched")._value.get() == before["fetched"] + 1


async def test_from_a_feed_to_the_stream(outlet, settings, make_rss, make_story, tmp_path):
    url = outlet.page("/feed", make_rss(make_story(2), make_story(1)))
    broker = KafkaBroker(tmp_path / "broker", config=BrokerConfig())
    await broker.start()
    listed = with_list(settings, url).model_copy(update={"kafka": broker.bootstrap, "heartbeat_seconds": 0.5})
    stop = asyncio.Event()
    polling = asyncio.create_task(module.main(listed, stop))
    records = await asyncio.wait_for(asyncio.to_thread(consume, listed), 30)
    stop.set()
    await asyncio.wait_for(polling, 15)
    await broker.stop()
    assert [r.title[-1] for r in records if r.kind == "article"] == ["1", "2"]
    assert any(r.kind == "heartbeat" for r in records)


async def test_a_poller_that_finds_no_broker_stops_when_it_is_told_to(settings, monkeypatch):
    def nobody(_):
        raise TocsinError("nobody there")

    monkeypatch.setattr(publish, "_producer", nobody)
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(0.1, stop.set)
    await asyncio.wait_for(module.main(with_list(settings), stop), 5)


def consume(settings) -> list[RawArticle]:
    """Read the stream until it holds two articles and a heartbeat."""
    deadline = time.monotonic() + 25
    transport.create_streams(settings, (topics.RAW,))
    consumer = transport.consumer(settings, (topics.RAW,), None)
    found: list[RawArticle] = []
    try:
        while time.monotonic() < deadline:
            for records in consumer.poll(200).values():
                found += [decode(RawArticle, record.value) for record in records]
            if len([r for r in found if r.kind == "article"]) >= 2 and any(r.kind == "heartbeat" for r in found):
                break
    finally:
        consumer.close()
    return found
