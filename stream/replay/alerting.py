"""How well alerts match the events that should ring."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from statistics import median

import msgspec

from stream.replay.gold import Gold, GoldArticle, Replayed
from stream.replay.times import parse_time

MIN_ORIGINS = 3


class AlertScore(msgspec.Struct, frozen=True):
    """How well alerts match events.

    An alert belongs to the event that most of its story's articles are of. It is right when that event should ring:
    it is diplomatic and told by at least three origins. A second alert for one event is a duplicate, and still right.
    """

    events: int
    """Events that should ring."""
    detected: int
    """Those that did."""
    alerts: int
    """Alerts (`detected`; updates and ends are no new ones) whose story has articles that the gold file knows."""
    right: int
    unknown: int
    """Alerts for stories of which the gold file says nothing; not counted as right or wrong."""
    precision: float
    recall: float
    f1: float
    duplicates_per_event: float
    """Alerts beyond the first, for each event that rang."""
    updates: int
    delay_p50_seconds: float | None
    """Event time from the third origin's first article to the alert; negative when it rang before."""
    delay_p90_seconds: float | None
    delay_max_seconds: float | None
    origins_from: str
    """The field of the gold file that tells origins apart: `origin`, or `source` where there is no such field."""


@dataclass(frozen=True, slots=True)
class _Truth:
    """When the third origin of each event that should ring came."""

    due: dict[str, float]
    origins_from: str


def score_alerts(gold: Gold, replayed: Replayed) -> AlertScore | str:
    """Return how well the alerts match, or why that cannot be said."""
    for needed in ("event", "diplomatic"):
        if needed not in gold.fields:
            return f"the gold file has no `{needed}`"
    if not gold.fields & {"origin", "source"}:
        return "the gold file has neither `origin` nor `source`, so origins cannot be counted"
    truth = _truth(gold)
    label = _event_of_story(gold, replayed)
    first: dict[str, float] = {}
    rung = [alert for alert in replayed.alerts if alert.state == "detected"]
    known = right = 0
    for alert in rung:
        story = replayed.final(alert.story)
        if story not in label:
            continue
        known += 1
        event = label[story]
        if event in truth.due:
            right += 1
            at = parse_time(alert.at)
            assert event is not None
            first.setdefault(event, at if at is not None else math.nan)
    delays = sorted(at - truth.due[event] for event, at in first.items())
    precision = right / known if known else 1.0
    recall = len(first) / len(truth.due) if truth.due else 1.0
    return AlertScore(
        events=len(truth.due),
        detected=len(first),
        alerts=known,
        right=right,
        unknown=len(rung) - known,
        precision=precision,
        recall=recall,
        f1=2 * precision * recall / (precision + recall) if precision + recall else 0.0,
        duplicates_per_event=(right - len(first)) / len(first) if first else 0.0,
        updates=sum(alert.state == "updated" for alert in replayed.alerts),
        delay_p50_seconds=median(delays) if delays else None,
        delay_p90_seconds=delays[math.ceil(0.9 * len(delays)) - 1] if delays else None,
        delay_max_seconds=delays[-1] if delays else None,
        origins_from=truth.origins_from,
    )


def _truth(gold: Gold) -> _Truth:
    """Return the diplomatic events of at least three origins; most of an event's judged articles decide what it is."""
    field = "origin" if "origin" in gold.fields else "source"
    votes: defaultdict[str, Counter[bool]] = defaultdict(Counter)
    seen: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for article, at in sorted(zip(gold.articles, gold.times, strict=True), key=lambda pair: pair[1]):
        if article.event is None:
            continue
        event = str(article.event)
        if article.diplomatic is not None:
            votes[event][article.diplomatic] += 1
        origin = article.origin if field == "origin" else article.source
        if origin is not None:
            seen[event].setdefault(origin, at)
    due = {
        event: sorted(origins.values())[MIN_ORIGINS - 1]
        for event, origins in seen.items()
        if len(origins) >= MIN_ORIGINS and votes[event][True] > votes[event][False]
    }
    return _Truth(due, field)


def _event_of_story(gold: Gold, replayed: Replayed) -> dict[str, str | None]:
    """Return each story's event by majority; None for news that the gold file knows to be no event of its own."""
    votes: defaultdict[str, Counter[str | None]] = defaultdict(Counter)
    for article in gold.articles:
        story = replayed.story_of(article.key)
        if story is not None and _says_something(article):
            votes[story][None if article.event is None else str(article.event)] += 1
    return {story: max(count, key=lambda event: (count[event], str(event))) for story, count in votes.items()}


def _says_something(article: GoldArticle) -> bool:
    return article.event is not None or article.diplomatic is not None
