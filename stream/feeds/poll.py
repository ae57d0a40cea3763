"""One poll of one feed, from the request to the report of what was learned.

    fetch ─▶ parse ─▶ leave out known items ─▶ publish, wait for the broker ─▶ record

`judge` decides purely what an outcome means for the feed's state; `Poll` moves the data.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import Any, Protocol

import structlog

from stream import metrics
from stream.feeds import schedule
from stream.feeds.fetch import Busy, Failure, Fetched, Gone, NotModified, Outcome, Refusal
from stream.feeds.identity import Item, unseen
from stream.feeds.parse import ParsedFeed, Problem, parse
from stream.feeds.publish import Publisher
from stream.feeds.sites import host_of
from stream.feeds.store import Feed, Report, Store

log = structlog.get_logger(__name__)


class Fetches(Protocol):
    """What a poll needs of a `Fetcher`."""

    async def fetch(self, url: str, *, etag: str | None = None, modified: str | None = None) -> Outcome:
        """Return what a GET of `url` gave."""


def judge(feed: Feed, outcome: Outcome, parsed: ParsedFeed | None, now: float, interval: float) -> Report:
    """Return what a poll's outcome changes in the feed's state.

    Args:
        feed: as it was before.
        outcome: of the fetch.
        parsed: of a `Fetched`; None when the body was the same as the last.
        now: when the poll ended.
        interval: the operator's poll interval.
    """
    match outcome:
        case Fetched():
            return _read(feed, outcome, parsed, now, interval)
        case NotModified(headers):
            later = _later(feed, now, schedule.delay(interval, hints=(schedule.freshness(headers, now),)))
            return replace(_same(feed, now, later, "not_modified"), reason=feed.reason, detail=feed.detail)
        case Gone():
            return replace(_same(feed, now, now, "gone"), disabled="gone", errors=feed.errors + 1)
        case Busy(status, wait):
            errors = feed.errors + 1
            later = _later(feed, now, schedule.delay(interval, errors=errors, wait=wait))
            return replace(_same(feed, now, later, "retry_after"), reason=f"http_{status}", errors=errors)
        case Refusal(reason, detail):
            return _failed(feed, now, interval, "refused", reason, detail)
        case Failure(reason, detail):
            return _failed(feed, now, interval, "failed", reason, detail)


def _read(feed: Feed, fetched: Fetched, parsed: ParsedFeed | None, now: float, interval: float) -> Report:
    fresh = schedule.freshness(fetched.headers, now)
    if parsed is not None and not parsed.usable:
        return _failed(feed, now, interval, "refused", parsed.reason or "", parsed.detail)
    later = _later(feed, now, schedule.delay(interval, hints=(fresh, *(parsed.hints if parsed else ()))))
    report = Report(
        at=now,
        next_poll=later,
        outcome="fetched" if parsed else "unchanged",
        reason=parsed.reason if parsed else feed.reason,
        detail=parsed.detail if parsed else feed.detail,
        moved_to=_move(feed, fetched),
        etag=fetched.headers.get("etag"),
        modified=fetched.headers.get("last-modified"),
        body_hash=digest(fetched.body),
    )
    return replace(report, items=len(parsed.items)) if parsed else report


def _move(feed: Feed, fetched: Fetched) -> str | None:
    target = fetched.moved_to or feed.moved_to
    return None if target == feed.url else target


def _same(feed: Feed, now: float, later: float, outcome: str) -> Report:
    return Report(
        at=now, next_poll=later, outcome=outcome, moved_to=feed.moved_to, etag=feed.etag, modified=feed.modified,
        body_hash=feed.body_hash,
    )  # fmt: skip


def _failed(feed: Feed, now: float, interval: float, outcome: str, reason: str, detail: str) -> Report:
    errors = feed.errors + 1
    later = _later(feed, now, schedule.delay(interval, errors=errors))
    # A place that permanent redirects led to may itself go: then the address that was subscribed to has its say again.
    return replace(_same(feed, now, later, outcome), reason=reason, detail=detail[:500], errors=errors, moved_to=None)


def _later(feed: Feed, now: float, wanted: float) -> float:
    return schedule.next_poll(now, wanted, schedule.jitter(feed.url))


def digest(body: bytes) -> bytes:
    """Return a body's hash, by which a change is noticed where the server has no validators."""
    return blake2b(body, digest_size=16).digest()


class Poll:
    """Polls feeds one at a time, as often as it is called.

    Args:
        clock: seconds since the epoch.
    """

    def __init__(
        self,
        store: Store,
        fetcher: Fetches,
        publisher: Publisher,
        interval: float,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._publisher = publisher
        self._interval = interval
        self._clock = clock

    async def __call__(self, feed: Feed) -> Report:
        """Poll `feed`, publish its new items, record and return what was learned.

        Raises:
            PublishError: the broker did not take the items; nothing is recorded, so the next poll finds them again.
        """
        with metrics.FETCH_DURATION.time():
            outcome = await self._fetcher.fetch(feed.address, etag=feed.etag, modified=feed.modified)
        parsed = await self._parse(feed, outcome)
        items = parsed.items if parsed else []
        new = await self._publish_new(feed, items)
        report = judge(feed, outcome, parsed, self._clock(), self._interval)
        self._store.record(feed.id, report, {key for item in items for key in item.keys})
        if isinstance(outcome, Busy) and outcome.status == 429:
            self._store.defer_host(host_of(feed.address), report.next_poll)
        _tell(feed, report, parsed, new)
        return report

    async def _parse(self, feed: Feed, outcome: Outcome) -> ParsedFeed | None:
        if not isinstance(outcome, Fetched) or digest(outcome.body) == feed.body_hash:
            return None
        return await asyncio.to_thread(
            parse,
            outcome.body,
            url=feed.url,
            fetched=self._clock(),
            headers=outcome.headers,
            base=outcome.url,
            outlet=feed.title,
            language=feed.language,
        )

    async def _publish_new(self, feed: Feed, items: Sequence[Item]) -> int:
        known = self._store.known(feed.id, [key for item in items for key in item.keys])
        new = [item.article for item in unseen(items, known)]
        # Feeds put the latest first; the windows downstream move on event time.
        new.reverse()
        new.sort(key=lambda article: article.fetched if article.published is None else article.published)
        if new:
            await self._publisher.publish(new)
        metrics.ITEMS.labels("new").inc(len(new))
        metrics.ITEMS.labels("known").inc(len(items) - len(new))
        return len(new)


def _tell(feed: Feed, report: Report, parsed: ParsedFeed | None, new: int) -> None:
    metrics.FETCHES.labels(report.outcome).inc()
    line = log.bind(feed=feed.url, outcome=report.outcome)
    if report.errors:
        line.warning("poll failed", reason=report.reason, detail=report.detail, errors=report.errors)
    elif parsed and parsed.reason and parsed.reason != feed.reason:
        line.warning("feed has faults", reason=parsed.reason, detail=parsed.detail, items=len(parsed.items))
    else:
        line.debug("polled", new=new)
    _tell_items(line, parsed.problems if parsed else [])
    if report.moved_to and report.moved_to != feed.moved_to:
        line.info("feed moved for good", to=report.moved_to)
    if report.disabled:
        line.warning("feed is no longer polled", reason=report.disabled)


def _tell_items(line: Any, problems: Sequence[Problem]) -> None:
    """Count the items that gave nothing, and log one line for each kind of fault, with one example."""
    examples = {problem.reason: problem.detail for problem in reversed(problems)}
    counts = Counter(problem.reason for problem in problems)
    metrics.ITEMS.labels("refused").inc(counts["empty_item"])
    for reason, detail in examples.items():
        line.info("items have faults", reason=reason, items=counts[reason], example=detail)
