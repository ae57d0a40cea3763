"""How unlikely a story's growth is if nothing but its background were at work.

The background of a story is a rate: the new origins per hour that stories like it gain in ordinary times. Take a
stretch of `h` hours that begins with one origin and ends with another, `n` in all. Under a Poisson background with
mean `m = background x h`, a stretch that begins with an origin is as full as this one with probability `P(N >= n -
1)`, as the origin it begins with is given; and `m` origins, each of which may begin one, are to be expected in a time
as long. So

    m P(N >= n - 1)

is the number of stretches so full that the background alone begins in as long a time, and a bound on the probability
of any. The significance is `-log10` of it. (`P(N >= n)` alone would be too small by a factor of about `n`: it is the
probability for a stretch fixed beforehand, and this one was chosen to begin and to end with an origin.)

Which stretch? From the story's first origin to now is the obvious one, and it is blind to a story that smouldered for
two days before it broke: the quiet hours dilute the burst. So every stretch that ends at the newest origin and begins
at one of the last `LOOKBACK` before it, or at the first, is tried and the most significant kept: a scan statistic
with variable window. Trying `k` stretches gives chance `k` opportunities, and by the union bound the best of them is
at most `k` times as probable as it looks alone; so `log10(k)` is taken off (Bonferroni; exact enough here, as `k` is
small and the threshold far out).

Feeds are polled every few minutes and give times to the minute or worse, so a stretch is never taken to be shorter
than `MIN_HOURS`: two timestamps that are equal by rounding are not infinitely surprising.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

LOOKBACK = 8
"""How many earlier origins a stretch may begin at: enough to reach past a lull, few enough for a small correction."""

MIN_HOURS = 0.25
"""The shortest stretch, in hours: three polls of a feed at the default interval."""

MIN_BACKGROUND = 1e-3
"""The least rate believed, in origins per hour: no desk has a past long enough to prove that a subject is rarer."""


class Window(msgspec.Struct, frozen=True):
    """A stretch of a story's growth, and how surprising it is."""

    origins: int
    """Origins that appeared in it, both ends included."""
    seconds: float
    """Its length as observed."""
    expected: float
    """Origins that the background alone would give in it (in `MIN_HOURS` where it is shorter)."""
    significance: float
    """-log10 of the chance of as many by the background alone, corrected for the stretches tried; at least 0."""


def busiest(times: Sequence[float], background: float) -> Window:
    """Return the most significant stretch that ends at the newest of `times`.

    Args:
        times: event time of each origin's first article, in seconds, in any order; at least one.
        background: new origins per hour to be expected in ordinary times.
    """
    ordered = sorted(times)
    rate = max(background, MIN_BACKGROUND) if math.isfinite(background) else MIN_BACKGROUND
    last = len(ordered) - 1
    first_start = max(0, last - LOOKBACK)
    # The newest origin alone is no stretch, unless there is nothing else; the whole life is always one of those tried.
    starts = sorted({0, *range(first_start, max(last, 1))})
    correction = math.log10(len(starts))
    windows = [_window(ordered[start:], rate, correction) for start in starts]
    return max(windows, key=lambda window: window.significance)


def _window(times: Sequence[float], rate: float, correction: float) -> Window:
    seconds = times[-1] - times[0]
    expected = rate * max(seconds / 3600, MIN_HOURS)
    chance = math.log10(expected) + log10_tail(len(times) - 1, expected)
    significance = max(0.0, -chance - correction)
    return Window(len(times), seconds, expected, significance)


def log10_tail(count: int, mean: float) -> float:
    """Return log10 P(N >= count) for N Poisson with `mean`, accurate however small the probability is.

    For a mean `m` below `n`, the tail's terms with the first one taken out,
    `P(N >= n) = exp(-m) m^n / n! (1 + m/(n+1) + m^2/((n+1)(n+2)) + ...)`, are summed in logarithms, where the
    probability itself would underflow. At a larger mean the probability is at least one half (the median is not below
    n) and the complement is taken.

    Raises:
        ValueError: `mean` is not a positive finite number.
    """
    if not (mean > 0 and math.isfinite(mean)):
        raise ValueError(f"mean must be positive and finite, not {mean!r}")
    if count <= 0:
        return 0.0
    if mean >= count:
        below = sum(math.exp(i * math.log(mean) - mean - math.lgamma(i + 1)) for i in range(count))
        return math.log10(max(1.0 - below, 0.5))
    term = series = 1.0
    k = count
    while term > series * 1e-16:
        k += 1
        term *= mean / k
        series += term
    return (count * math.log(mean) - mean - math.lgamma(count + 1) + math.log(series)) / math.log(10)
