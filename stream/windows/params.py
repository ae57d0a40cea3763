"""What can be set about the windows."""

from __future__ import annotations

from dataclasses import dataclass

HOUR = 3600.0
DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class WindowParams:
    """Lengths of the windows, and how widely a story is sought for an article. Times are seconds of event time.

    Attributes:
        idle: a story takes no article later than this after its last one.
        max_age: nor later than this after its founder, so that a subject that never rests becomes several stories.
        lateness: how long a story that takes no more news is kept for articles that come late.
        dense_candidates: stories compared because their vectors are near.
        lexical_candidates: stories compared because they share rare words.
        background_half_life: age at which a past story counts half in the background.
    """

    idle: float = 72 * HOUR
    max_age: float = 10 * DAY
    lateness: float = 12 * HOUR
    dense_candidates: int = 6
    lexical_candidates: int = 4
    background_half_life: float = 14 * DAY
