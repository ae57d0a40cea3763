"""The originals seen lately, and whether an article is a near-copy of one of them."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from stream.cleaning.fingerprint import Hashes, compare, unpack

BODY_THRESHOLD = 0.6
"""Containment from which a body is a copy."""
TITLE_THRESHOLD = 0.8
"""Resemblance from which a bare headline is a copy."""
PROBED = 16
"""Smallest hashes by which candidates are looked up; two sketches' smallest hashes are the likeliest to be shared."""
CROWDED = 32
"""Articles under one hash; a hash that more share is a set phrase of its outlets, and only the latest are kept."""
CANDIDATES = 8
"""Candidates with most shared hashes that are compared in full."""


@dataclass(frozen=True, slots=True)
class _Entry:
    id: str
    at: float
    title: bool
    hashes: Hashes


class CopyIndex:
    """An inverted index over sketches of bounded size; the same calls in the same order always answer the same.

    Add originals only: a copy of a copy is then found as a copy of the original, and copies cost no memory.

    Args:
        max_articles: originals kept; beyond it those earliest in event time are forgotten.
        max_age: seconds of event time, before or after, within which an original can have copies.
    """

    def __init__(self, max_articles: int = 200_000, max_age: float = 7 * 86_400.0) -> None:
        self._max_articles = max_articles
        self._max_age = max_age
        self._entries: dict[str, _Entry] = {}
        self._postings: dict[int, str | list[str]] = {}  # most hashes are of one article: no list for those
        self._by_time: list[tuple[float, str]] = []

    def __len__(self) -> int:
        return len(self._entries)

    def find(
        self, article_id: str, fingerprint: str, event_time: float, among: Callable[[str], bool] | None = None
    ) -> tuple[str, float] | None:
        """Return the original that an article is a near-copy of, and how similar it is; None when it is no copy.

        An article is never its own original. Of several originals the most similar one counts, then the earliest.

        Args:
            article_id: the article's id.
            fingerprint: its sketch.
            event_time: when it was published.
            among: tells whether an original may be copied at all; None allows every one.

        Raises:
            Refused: `bad_fingerprint` when the fingerprint is not a sketch.
        """
        unpacked = unpack(fingerprint)
        if unpacked is None:
            return None
        is_title, hashes = unpacked
        best: tuple[float, float, str] | None = None
        for candidate in self._candidates(_probes(hashes, title=is_title), among):
            entry = self._entries[candidate]
            if candidate == article_id or entry.title != is_title or abs(entry.at - event_time) > self._max_age:
                continue
            alike = compare(hashes, entry.hashes, titles=is_title)
            if alike < (TITLE_THRESHOLD if is_title else BODY_THRESHOLD):
                continue
            rank = (-alike, entry.at, candidate)
            best = rank if best is None else min(best, rank)
        return None if best is None else (best[2], -best[0])

    def add(self, article_id: str, fingerprint: str, event_time: float) -> None:
        """Keep an article as an original; nothing happens when it is known or has no fingerprint.

        Raises:
            Refused: `bad_fingerprint` when the fingerprint is not a sketch.
        """
        unpacked = unpack(fingerprint)
        if unpacked is None or article_id in self._entries:
            return
        is_title, hashes = unpacked
        self._entries[article_id] = _Entry(article_id, event_time, is_title, hashes)
        heapq.heappush(self._by_time, (event_time, article_id))
        for probe in _probes(hashes, title=is_title):
            posting = self._postings.setdefault(probe, article_id)
            if isinstance(posting, list):
                posting.append(article_id)
                del posting[:-CROWDED]
            elif posting != article_id:
                self._postings[probe] = [posting, article_id]
        while len(self._entries) > self._max_articles:
            self._forget(heapq.heappop(self._by_time)[1])

    def expire(self, before: float) -> int:
        """Forget the originals from before an event time; return how many."""
        count = 0
        while self._by_time and self._by_time[0][0] < before:
            self._forget(heapq.heappop(self._by_time)[1])
            count += 1
        return count

    def _candidates(self, probes: Iterable[int], among: Callable[[str], bool] | None) -> list[str]:
        counts: Counter[str] = Counter()
        for probe in probes:
            posting = self._postings.get(probe)
            if posting is not None:
                counts.update(posting if isinstance(posting, list) else (posting,))
        allowed = counts if among is None else filter(among, counts)
        return sorted(allowed, key=lambda name: (-counts[name], name))[:CANDIDATES]

    def _forget(self, article_id: str) -> None:
        entry = self._entries.pop(article_id)
        for probe in _probes(entry.hashes, title=entry.title):
            posting = self._postings.get(probe)
            if isinstance(posting, list):
                if article_id in posting:
                    posting.remove(article_id)
                if not posting:
                    del self._postings[probe]
            elif posting == article_id:
                del self._postings[probe]


def _probes(hashes: Hashes, *, title: bool) -> list[int]:
    """Return the keys to look a sketch up by; headlines' are set apart from bodies' by a bit above the hashes'."""
    found: list[int] = hashes[:PROBED].tolist()
    return [probe | 1 << 32 for probe in found] if title else found
