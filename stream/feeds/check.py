"""What each feed answers right now; nothing is published or remembered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from stream.feeds.fetch import Fetched, Fetcher, Outcome
from stream.feeds.parse import ParsedFeed, parse
from stream.feeds.poll import judge
from stream.feeds.store import Feed
from stream.settings import Settings


@dataclass(frozen=True, slots=True)
class Check:
    """One feed's answer.

    Attributes:
        outcome: `fetched`, `gone`, `retry_after`, `refused` or `failed`, with `reason` and `detail`.
        items: how many the document holds.
        latest: when the latest was published, in seconds since the epoch.
        moved_to: where permanent redirects lead.
        problems: of single items.
    """

    url: str
    title: str
    outcome: str
    reason: str | None
    detail: str | None
    good: bool
    items: int
    latest: float | None
    moved_to: str | None
    problems: list[str]


async def check_all(
    feeds: Sequence[Feed], settings: Settings, tell: Callable[[Check], None] | None = None
) -> list[Check]:
    """Fetch each feed once, within the settings' limits; `tell` is given each answer as it comes."""
    free = asyncio.Semaphore(settings.poll_concurrency)

    async def one(feed: Feed) -> Check:
        async with free:
            found = await _check(feed, fetcher, settings)
        if tell is not None:
            tell(found)
        return found

    async with Fetcher(settings) as fetcher:
        return list(await asyncio.gather(*(one(feed) for feed in feeds)))


async def _check(feed: Feed, fetcher: Fetcher, settings: Settings) -> Check:
    outcome = await fetcher.fetch(feed.address)
    parsed = await asyncio.to_thread(_parse, feed, outcome)
    report = judge(Feed(feed.id, feed.url), outcome, parsed, time.time(), settings.poll_interval)
    times = [item.article.published for item in parsed.items if item.article.published] if parsed else []
    return Check(
        url=feed.url,
        title=feed.title or (parsed.title if parsed else ""),
        outcome=report.outcome,
        reason=report.reason,
        detail=report.detail,
        good=not report.errors,
        items=len(parsed.items) if parsed else 0,
        latest=max(times, default=None),
        moved_to=report.moved_to,
        problems=[f"{problem.reason}: {problem.detail}" for problem in parsed.problems] if parsed else [],
    )


def _parse(feed: Feed, outcome: Outcome) -> ParsedFeed | None:
    if not isinstance(outcome, Fetched):
        return None
    return parse(outcome.body, url=feed.url, fetched=time.time(), headers=outcome.headers, base=outcome.url)
