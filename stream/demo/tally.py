"""What the demo has seen so far, and the lines it prints: records in, lines out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from stream import topics
from stream.records import Alert, DeadLetter, StoryUpdate, decode


@dataclass(frozen=True, slots=True)
class Truth:
    """What the newswire knows of an article: its event and whether an alert is due for that."""

    event: str | None
    rings: bool


@dataclass(slots=True)
class Tally:
    """Counts of what came out of each stage."""

    truth: Mapping[str, Truth]
    """By article id."""
    articles: set[str] = field(default_factory=set)
    stories: set[str] = field(default_factory=set)
    refused: int = 0
    rung: dict[str, list[str]] = field(default_factory=dict)
    """Alert ids of state `detected` by the newswire's event (or `unknown: <title>`)."""
    heartbeats: int = 0

    def take(self, stream: str, value: bytes | None) -> str | None:
        """Count one record of a stream; return a line to print, if it is worth one."""
        if stream == topics.STORIES.name:
            return self._story(decode(StoryUpdate, value))
        if stream == topics.ALERTS.name:
            return self._alert(decode(Alert, value))
        letter = decode(DeadLetter, value)
        self.refused += 1
        return f"refused   {letter.stage}: {letter.reason} {letter.detail[:100]}"

    def _story(self, update: StoryUpdate) -> str | None:
        if update.kind == "heartbeat" or update.article is None:
            return None
        new = update.article.id not in self.articles
        self.articles.add(update.article.id)
        self.stories.add(update.story)
        if new and update.change == "joined" and len(update.origins) == 2 and update.article.copy_of is None:
            return f"heating   {len(update.origins)} origins  [{'+'.join(update.languages)}]  {update.title}"
        return None

    def _alert(self, alert: Alert) -> str | None:
        if alert.kind == "heartbeat":
            self.heartbeats += 1
            return None
        event = self.event_of(ref.id for ref in alert.evidence) or f"unknown: {alert.title}"
        if alert.state == "detected":
            ids = self.rung.setdefault(event, [])
            if alert.id not in ids:
                ids.append(alert.id)
        return None

    def event_of(self, articles: Iterable[str]) -> str | None:
        """Return the newswire's event that most of `articles` tell of."""
        votes: dict[str, int] = {}
        for article in articles:
            known = self.truth.get(article)
            if known is not None and known.event is not None:
                votes[known.event] = votes.get(known.event, 0) + 1
        return max(votes, key=lambda event: (votes[event], event)) if votes else None

    @property
    def expected(self) -> set[str]:
        """Every event of the newswire for which an alert is due."""
        return {known.event for known in self.truth.values() if known.rings and known.event is not None}

    def summary(self) -> list[str]:
        """Return the lines that say how the alerts compare with what the newswire told."""
        once = sorted(event for event in self.expected if len(self.rung.get(event, [])) == 1)
        twice = sorted(event for event, ids in self.rung.items() if len(ids) > 1)
        missed = sorted(self.expected - set(self.rung))
        false = sorted(set(self.rung) - self.expected)
        lines = [
            f"{len(self.articles)} articles in {len(self.stories)} stories, {self.refused} refused",
            f"{len(once)} of {len(self.expected)} diplomatic events rang exactly once",
        ]
        lines += [f"missed: {event}" for event in missed]
        lines += [f"rang more than once: {event}" for event in twice]
        lines += [f"rang without being one: {event}" for event in false]
        return lines

    @property
    def exact(self) -> bool:
        """Whether every diplomatic event rang exactly once and nothing else did."""
        return set(self.rung) == self.expected and all(len(ids) == 1 for ids in self.rung.values())


def alert_line(payload: Mapping[str, Any]) -> str:
    """Return what the demo prints of a delivered alert."""
    data = payload["data"]
    state = str(payload["type"]).removeprefix("alert.")
    who = ", ".join(data.get("parties", [])) or "?"
    return f"{state.upper():9} {data.get('act') or '?'} · {who} · {data.get('place') or '?'} — {data.get('title')}"
