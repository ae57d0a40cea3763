"""Keeping account of articles that travel through a broker, until each has arrived somewhere."""

from __future__ import annotations

import base64
import binascii
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from stream.bursts import BurstRules, BurstState, detect
from stream.records import Alert, DeadLetter, Record, StoryUpdate
from stream.replay.outputs import Assignment, StoryLine, refused_line, story_line


class Understood(Record, kw_only=True):
    """What an assignment line needs of an `EmbeddedArticle`."""

    id: str
    act: str | None
    parties: list[str]
    diplomatic: float


class _WithId(msgspec.Struct):
    id: str | None = None


@dataclass(slots=True)
class _Entry:
    """A line on its way."""

    number: int
    id: str | None
    understood: Understood | None = None
    update: StoryUpdate | None = None
    refused: str | None = None

    @property
    def accounted(self) -> bool:
        return self.refused is not None or (self.update is not None and self.understood is not None)


class Ledger:
    """What was sent, and what came back of it.

    An article is accounted for when its understanding and its story have been seen, or a letter that refuses it.
    Lines come out in the order of the file, whatever the order in which their records arrive; the ledger holds no more
    than the lines since the oldest that is not accounted for.

    Args:
        rules: those of the workers, from which the alerts to be expected are computed.
    """

    def __init__(self, rules: BurstRules) -> None:
        self._rules = rules
        self._entries: deque[_Entry] = deque()
        self._by_id: dict[str, _Entry] = {}
        self._bursts: dict[str, BurstState] = {}
        self._numbers: dict[str, int] = {}
        self._ended: set[str] = set()
        self._expected: set[str] = set()
        self._alerts: dict[str, Alert] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, article: str) -> bool:
        return article in self._by_id

    @property
    def missing(self) -> list[str]:
        """Ids of the articles that are not accounted for, oldest first."""
        return [entry.id or "?" for entry in self._entries if not entry.accounted]

    @property
    def missing_alerts(self) -> list[str]:
        """Ids of the alerts that the stories call for and that have not been seen."""
        return sorted(self._expected - self._alerts.keys())

    @property
    def alerts(self) -> list[Alert]:
        """The alerts that the stories call for, each once, in order of event time."""
        called = [alert for alert in self._alerts.values() if alert.id in self._expected]
        return sorted(called, key=lambda alert: (alert.at, alert.story, alert.id))

    def sent(self, number: int, article: str) -> None:
        """Note that the article of line `number` is on its way; it must not be on its way already."""
        entry = _Entry(number, article)
        self._entries.append(entry)
        self._by_id[article] = entry

    def refused(self, number: int, article: str | None, reason: str) -> None:
        """Note a line that cannot be sent."""
        self._entries.append(_Entry(number, article, refused=reason))

    def understood(self, article: Understood) -> None:
        """Take an article that passed the embed step."""
        if article.id in self._by_id:
            self._by_id[article.id].understood = article

    def story(self, update: StoryUpdate) -> tuple[StoryLine, bool, int] | None:
        """Take a change of a story; return its line, whether it is its last, and its place.

        None when the change is no news: delivered again, or not of an article that was sent.
        """
        entry = self._by_id.get(update.article.id) if update.article else None
        if entry is not None and entry.update is None:
            entry.update = update
        if update.kind != "article" or update.story in self._ended:
            return None
        if update.story not in self._numbers:
            if entry is None:
                return None
            self._numbers[update.story] = entry.number
        state, alerts = detect(self._bursts.get(update.story), update, self._rules)
        self._expected.update(alert.id for alert in alerts)
        self._bursts[update.story] = state
        if update.articles < state.articles:
            return None
        number = self._numbers[update.story]
        if state.closed:
            self._ended.add(update.story)
            del self._bursts[update.story], self._numbers[update.story]
        return story_line(update, state.burst_at, self._rules.min_diplomatic), state.closed, number

    def alert(self, alert: Alert) -> None:
        """Take an alert; it may come before the story that calls for it, and again."""
        if alert.kind == "article":
            self._alerts.setdefault(alert.id, alert)

    def rejected(self, letter: DeadLetter) -> None:
        """Take a dead letter: the article in it is accounted for."""
        try:
            payload = base64.b64decode(letter.payload, validate=True)
            article = msgspec.json.decode(payload, type=_WithId).id
        except (binascii.Error, msgspec.DecodeError, UnicodeDecodeError):
            return
        if article is not None and article in self._by_id:
            why = f"{letter.reason}: {letter.detail}" if letter.detail else letter.reason
            self._by_id[article].refused = why

    def lines(self) -> Iterator[Assignment]:
        """Yield and forget the lines that are accounted for, as far as none before them is missing."""
        while self._entries and self._entries[0].accounted:
            entry = self._entries.popleft()
            if entry.id is not None and self._by_id.get(entry.id) is entry:
                del self._by_id[entry.id]
            yield self._line(entry)

    def _line(self, entry: _Entry) -> Assignment:
        update, understood = entry.update, entry.understood
        if entry.refused is not None or update is None or understood is None:
            return refused_line(entry.id, entry.refused or "")
        return Assignment(
            id=entry.id,
            story=update.story,
            origin=update.article.origin if update.article else None,
            diplomatic=understood.diplomatic >= self._rules.min_diplomatic,
            act=understood.act,
            parties=understood.parties,
        )
