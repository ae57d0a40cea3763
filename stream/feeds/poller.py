"""The poller: keeps polling every feed that is due, politely, until it is told to stop.

store.due ─▶ pick (limits) ─▶ Poll, many at once ─▶ store     and a heartbeat beside it
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from importlib import resources
from pathlib import Path

import structlog

from stream import metrics
from stream.errors import TocsinError
from stream.feeds import opml, schedule
from stream.feeds.fetch import Fetcher
from stream.feeds.poll import Poll
from stream.feeds.publish import Publisher, PublishError, connect, pause
from stream.feeds.sites import host_of
from stream.feeds.store import Feed, Store
from stream.records import RawArticle
from stream.settings import Settings

log = structlog.get_logger(__name__)

TICK = 0.25
"""Seconds between two looks at what is due; feeds added by another process are found as soon."""
HEALTH_SECONDS = 5.0
STOP_SECONDS = 10.0
HEALTHS = ("healthy", "failing", "new", "disabled")


def feed_list(settings: Settings) -> opml.FeedList:
    """Return the settings' list of feeds, else the one shipped with Tocsin.

    Raises:
        TocsinError: the list cannot be read.
    """
    if settings.feeds is None:
        data = resources.files("stream.feeds").joinpath("data/default.opml").read_bytes()
    else:
        try:
            data = Path(settings.feeds).read_bytes()
        except OSError as error:
            raise TocsinError(f"the feed list cannot be read ({error}); check TOCSIN_FEEDS") from error
    return opml.parse(data)


def open_store(settings: Settings, *, keep: bool = False, tell: Callable[[str], object] = log.info) -> Store:
    """Return the feeds' state with the settings' list taken in.

    Args:
        settings: the folder and the list.
        keep: leave a state that has feeds as it is. So a command beside a running poller, perhaps without the poller's
            TOCSIN_FEEDS, does not put another list in place of the poller's.
        tell: is told what changed and what in the list could not be read.

    Raises:
        TocsinError: the list or the state cannot be read.
    """
    store = Store(settings.data / "feeds.db")
    if keep and store.feeds():
        return store
    try:
        found = feed_list(settings)
    except TocsinError:
        store.close()
        raise
    added, gone = store.sync(found.feeds)
    for problem in found.problems:
        tell(f"feed list: {problem}")
    if added or gone:
        tell(f"feed list: {added} feeds came, {gone} went")
    return store


def pick(due: Iterable[Feed], busy: Iterable[Feed], total: int, per_host: int) -> list[Feed]:
    """Return which of the due feeds may start now, beside those under way.

    Args:
        due: the longest waiting first.
        busy: feeds being polled.
        total: how many may be under way at once.
        per_host: likewise on one host.
    """
    running = {feed.id for feed in busy}
    hosts = Counter(host_of(feed.address) for feed in busy)
    chosen: list[Feed] = []
    for feed in due:
        if len(running) >= total:
            break
        host = host_of(feed.address)
        if feed.id not in running and hosts[host] < per_host:
            running.add(feed.id)
            hosts[host] += 1
            chosen.append(feed)
    return chosen


class Poller:
    """Runs polls as they fall due, within the limits on feeds at once.

    Args:
        poll: polls one feed.
        clock: seconds since the epoch.
    """

    def __init__(
        self,
        store: Store,
        poll: Callable[[Feed], Awaitable[object]],
        settings: Settings,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._poll = poll
        self._settings = settings
        self._clock = clock
        self._running: dict[asyncio.Task[None], Feed] = {}
        self._health_at = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until `stop` is set, then let the polls under way end."""
        stopping = asyncio.ensure_future(stop.wait())
        try:
            while not stop.is_set():
                self._start_due()
                await asyncio.wait({*self._running, stopping}, timeout=TICK, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            await self._finish()

    def _start_due(self) -> None:
        settings = self._settings
        try:
            due = self._store.due(self._clock())
            self._show_health()
        except sqlite3.Error as error:
            log.error("the feed state cannot be read", reason=str(error))
            return
        for feed in pick(due, self._running.values(), settings.poll_concurrency, settings.poll_per_host):
            task = asyncio.create_task(self._guarded(feed), name=f"poll {feed.url}")
            self._running[task] = feed
            task.add_done_callback(self._running.pop)

    async def _guarded(self, feed: Feed) -> None:
        """Poll one feed; whatever happens to it is logged and touches no other."""
        try:
            await self._poll(feed)
        except PublishError as error:
            metrics.FETCHES.labels("unpublished").inc()
            log.error("new items wait for the broker", feed=feed.url, reason=str(error))
            self._postpone(feed)
        except Exception as error:  # noqa: BLE001 - one feed must never stop the others, whatever it found
            metrics.FETCHES.labels("error").inc()
            log.error("poll broke off", feed=feed.url, reason=repr(error), trace=traceback.format_exc(limit=-8))
            self._postpone(feed)

    def _postpone(self, feed: Feed) -> None:
        wanted = schedule.next_poll(self._clock(), self._settings.poll_interval, schedule.jitter(feed.url))
        try:
            self._store.postpone(feed.id, wanted)
        except sqlite3.Error as error:
            log.error("the feed state cannot be written", feed=feed.url, reason=str(error))

    def _show_health(self) -> None:
        if self._clock() < self._health_at:
            return
        self._health_at = self._clock() + HEALTH_SECONDS
        health = Counter(feed.health for feed in self._store.feeds())
        for name in HEALTHS:
            metrics.FEEDS.labels(name).set(health[name])

    async def _finish(self) -> None:
        if not self._running:
            return
        _, late = await asyncio.wait(set(self._running), timeout=STOP_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


def heartbeat(now: float) -> RawArticle:
    """Return the article that is sent through the whole path to show that it is open."""
    return RawArticle(
        kind="heartbeat",
        id=f"heartbeat-{round(now * 1000)}",
        site="tocsin.heartbeat",
        outlet="Tocsin",
        title="heartbeat",
        content="",
        fetched=now,
    )


async def beat(publisher: Publisher, seconds: float, stop: asyncio.Event) -> None:
    """Publish a heartbeat every so many seconds (0: never) until `stop` is set."""
    while seconds and not stop.is_set():
        try:
            await publisher.publish([heartbeat(time.time())])
        except PublishError as error:
            log.warning("heartbeat not sent", reason=str(error))
        await pause(stop, seconds)


async def main(settings: Settings, stop: asyncio.Event) -> None:
    """Run the poller until `stop` is set."""
    store = open_store(settings)
    try:
        publisher = await connect(settings, stop)
        if publisher is None:
            return
        log.info("polling", feeds=len(store.feeds()), interval=settings.poll_interval)
        try:
            async with Fetcher(settings) as fetcher, asyncio.TaskGroup() as tasks:
                poll = Poll(store, fetcher, publisher, settings.poll_interval)
                tasks.create_task(Poller(store, poll, settings).run(stop))
                tasks.create_task(beat(publisher, settings.heartbeat_seconds, stop))
        finally:
            await publisher.close()
    finally:
        store.close()
