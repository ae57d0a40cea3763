"""What a story gains in ordinary times: the rate that a burst must stand out from.

Stories of one kind (same act, same two chief parties) are taken as draws from one Poisson rate with a Gamma prior, so
the expected rate is (prior origins + origins gained) / (prior hours + hours watched), over the kind's live stories,
the asked one left out, and its past ones, whose weight halves with each half-life. What one story may add is capped:
the background is what stories do when nothing breaks, and one famous summit must not make the desk deaf to the next.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from stream.windows.params import HOUR, WindowParams
from stream.windows.state import BackgroundState
from stream.windows.story import Story

PRIOR_ORIGINS = 1.0
PRIOR_HOURS = 100.0
"""Where nothing is known, a story gains one more origin in a hundred hours; also the least rate given."""
MAX_GAIN = 3
"""Origins beyond the first that one story adds at most."""
MAX_KINDS = 256
"""Kinds remembered; those with the least weight go first."""


def kind_of(story: Story) -> str | None:
    """Return the kind of a story, such as `consult:IR+RU`; None when it has no act or fewer than two parties."""
    act, parties = story.view.act, story.view.parties
    if act is None or len(parties) < 2:
        return None
    return f"{act}:{'+'.join(sorted(parties[:2]))}"


class Background:
    """Past stories by kind.

    Args:
        params: gives the half-life and the idle time, which every story was watched for after its last article.
        past: what `state` returned.
    """

    def __init__(self, params: WindowParams, past: dict[str, BackgroundState] | None = None) -> None:
        self._params = params
        self._past = dict(past or {})

    def rate(self, kind: str | None, at: float, live: Iterable[Story]) -> float:
        """Return the expected new origins per hour of a story of this kind at event time `at`."""
        origins, hours = PRIOR_ORIGINS, PRIOR_HOURS
        if kind is not None:
            past = self._decayed(kind, at)
            origins, hours = origins + past.origins, hours + past.hours
            for story in live:
                gained, watched = self._gain(story)
                origins, hours = origins + gained, hours + watched
        return max(origins / hours, PRIOR_ORIGINS / PRIOR_HOURS)

    def close(self, story: Story, at: float) -> None:
        """Add a story whose window closed."""
        kind = kind_of(story)
        if kind is None:
            return
        past = self._decayed(kind, at)
        gained, watched = self._gain(story)
        self._past[kind] = BackgroundState(past.origins + gained, past.hours + watched, past.at)
        if len(self._past) > MAX_KINDS:
            del self._past[min(self._past, key=lambda key: (self._decayed(key, at).hours, key))]

    def state(self) -> dict[str, BackgroundState]:
        """Return what must be kept."""
        return dict(self._past)

    def _gain(self, story: Story) -> tuple[float, float]:
        gained = min(MAX_GAIN, len(story.origins) - 1)
        return float(gained), (story.last - story.first + self._params.idle) / HOUR

    def _decayed(self, kind: str, at: float) -> BackgroundState:
        past = self._past.get(kind)
        if past is None:
            return BackgroundState(0.0, 0.0, at)
        now = max(at, past.at)
        weight = math.exp2(-(now - past.at) / self._params.background_half_life)
        return BackgroundState(past.origins * weight, past.hours * weight, now)
