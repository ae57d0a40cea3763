"""When an article happened, as far as its feed can be believed."""

from __future__ import annotations

from math import isfinite

AHEAD = 600.0
"""Seconds a publisher's clock may be ahead of ours."""
EARLIEST = 631_152_000.0
"""1990-01-01: before it there was no news on the web, only broken dates."""


def event_time(published: float | None, fetched: float) -> float:
    """Return min(published, fetched) in seconds since the epoch; `fetched` where the published date is not usable.

    A date is not usable when it is missing, not finite, before 1990 or more than ten minutes after the fetch.
    """
    if published is None or not isfinite(published) or not EARLIEST <= published <= fetched + AHEAD:
        return fetched
    return min(published, fetched)
