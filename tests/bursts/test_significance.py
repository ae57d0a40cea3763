import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from stream.bursts.significance import LOOKBACK, MIN_BACKGROUND, MIN_HOURS, busiest, log10_tail


@settings(max_examples=60)
@given(count=st.integers(0, 400), mean=st.floats(1e-4, 500))
def test_tail_agrees_with_scipy_where_scipy_can_tell(count, mean):
    expected = poisson.sf(count - 1, mean)
    if expected > 1e-280:
        assert log10_tail(count, mean) == pytest.approx(math.log10(expected), abs=1e-6)


def test_tail_is_accurate_where_the_probability_underflows():
    # For a mean this small the first term is the whole tail to 1e-6: mean^n / n!
    count, mean = 200, 1e-4
    first = count * math.log10(mean) - math.lgamma(count + 1) / math.log(10)
    assert log10_tail(count, mean) == pytest.approx(first, abs=1e-3)
    assert log10_tail(count, mean) < -1000


def test_no_count_is_certain():
    assert log10_tail(0, 3.0) == 0.0


def test_a_huge_mean_does_not_overflow():
    assert log10_tail(10, 1e6) == 0.0


@pytest.mark.parametrize("mean", [0.0, -1.0, math.nan, math.inf])
def test_a_senseless_mean_is_an_error(mean):
    with pytest.raises(ValueError, match="positive"):
        log10_tail(3, mean)


@settings(max_examples=60)
@given(count=st.integers(1, 50), mean=st.floats(1e-3, 40))
def test_more_origins_are_more_surprising_and_more_background_less(count, mean):
    assert log10_tail(count + 1, mean) < log10_tail(count, mean)
    assert log10_tail(count, mean * 1.5) >= log10_tail(count, mean)


def test_three_origins_in_twelve_minutes_by_hand():
    window = busiest([0.0, 300.0, 720.0], background=0.1)
    # The shortest stretch counts as MIN_HOURS; two stretches (3 and 2 origins) were tried.
    mean = 0.1 * MIN_HOURS
    two_more = 1 - math.exp(-mean) * (1 + mean)
    assert window.origins == 3
    assert window.seconds == 720
    assert window.expected == pytest.approx(0.025)
    assert window.significance == pytest.approx(-math.log10(mean * two_more) - math.log10(2), abs=1e-6)


def test_a_lone_origin_is_one_stretch_with_no_correction():
    window = busiest([50.0], background=0.02)
    assert (window.origins, window.seconds) == (1, 0.0)
    assert window.significance == pytest.approx(-math.log10(0.02 * MIN_HOURS))


def test_a_story_that_smouldered_bursts_when_it_breaks():
    hours = [0, 20, 40, 60, 60.1, 60.2, 60.3]
    window = busiest([hour * 3600 for hour in hours], background=0.05)
    assert window.origins == 4
    assert window.seconds == pytest.approx(0.3 * 3600)
    whole_life = -math.log10(0.05 * 60.3) - log10_tail(6, 0.05 * 60.3)
    assert window.significance > whole_life + 2


def test_spread_out_origins_are_no_burst():
    assert busiest([i * 36_000.0 for i in range(6)], background=0.1).significance < 1


def test_the_lookback_reaches_the_start_of_a_long_story():
    times = [i * 60.0 for i in range(LOOKBACK * 3)]
    assert busiest(times, background=0.1).origins == len(times)


@pytest.mark.parametrize("background", [0.0, -1.0, math.nan])
def test_an_impossible_background_is_taken_as_the_least(background):
    assert busiest([0.0, 60.0], background) == busiest([0.0, 60.0], MIN_BACKGROUND)


@settings(max_examples=60)
@given(times=st.lists(st.floats(0, 1e6), min_size=1, max_size=30), shift=st.floats(0, 1e6), data=st.data())
def test_order_does_not_matter_and_significance_is_never_negative(times, shift, data):
    window = busiest(times, 0.05)
    assert window.significance >= 0
    assert busiest(data.draw(st.permutations(times)), 0.05) == window
    assert busiest([time + shift for time in times], 0.05).significance == pytest.approx(window.significance, abs=1e-3)


@pytest.mark.parametrize("threshold", [1.0, 2.0])
def test_the_background_alone_rings_no_more_often_than_the_significance_says(threshold):
    """In as long a time as the stretch, at most 10^-significance of its like begin by chance, whatever the stretch."""
    rng = np.random.default_rng(7)
    rate, hours = 0.5, 16_000.0
    times = np.sort(rng.uniform(0, hours * 3600, rng.poisson(rate * hours))).tolist()
    found = Counter()
    for i in range(LOOKBACK, len(times)):
        window = busiest(times[i - LOOKBACK : i + 1], rate)
        if window.significance >= threshold and window.seconds > MIN_HOURS * 3600:
            found[window.origins] += 1
    assert found, "a test that sees none says nothing"
    for origins, count in found.items():
        longest = _longest(origins, rate, threshold)
        assert count / (hours / longest) <= 10**-threshold


def _longest(origins, rate, threshold):
    """Return the hours of the longest stretch with so many origins that reaches the threshold, by bisection."""
    low, high = MIN_HOURS, 100.0
    for _ in range(60):
        middle = (low + high) / 2
        chance = math.log10(rate * middle) + log10_tail(origins - 1, rate * middle)
        low, high = (middle, high) if -chance >= threshold else (low, middle)
    return low
