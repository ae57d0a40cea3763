"""The demo's clock: news of later days waits until that of earlier days has come through."""

from __future__ import annotations

import time
from collections.abc import Callable

from stream.newswire.loading import load
from stream.newswire.model import Wire

HOLD = 0.001
"""Seconds before a phase at which the clock stands."""


class PacedClock:
    """Seconds since the epoch, standing still before each phase until the articles of the phases before are heard.

    The phases of the demo's newswire are days apart in event time and seconds apart on the clock. On a slow machine the
    path would still be at work on last month when today's news comes in; with this clock it only takes longer.

    Args:
        wire: the news; the one shipped with Tocsin if not given.
        clock: gives the present, seconds since the epoch.
    """

    def __init__(self, wire: Wire | None = None, clock: Callable[[], float] = time.time) -> None:
        wire = wire or load()
        starts = sorted(phase.served_from for phase in wire.phases.values())
        self._gates = [(start, sum(item.at < start for item in wire.items)) for start in starts]
        self._clock = clock
        self._start = clock()
        self._stood = 0.0
        self._heard = 0

    def begin(self) -> float:
        """Start the news now; return the start time for the newswire."""
        self._start = self._clock()
        self._stood = 0.0
        return self._start

    def heard(self, articles: int) -> None:
        """Say how many different articles have come through so far."""
        self._heard = max(self._heard, articles)

    def __call__(self) -> float:
        """Return the newswire's present."""
        now = self._clock() - self._stood
        while self._gates and now - self._start >= self._gates[0][0]:
            start, due = self._gates[0]
            if self._heard < due:
                stand = now - (self._start + start - HOLD)
                self._stood += stand
                return now - stand
            self._gates.pop(0)
        return now
