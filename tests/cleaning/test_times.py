from math import inf, nan

import pytest

from stream.cleaning.times import AHEAD, EARLIEST, event_time

NOW = 1_700_000_000.0


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (NOW - 3600, NOW - 3600),
        (None, NOW),
        (NOW + AHEAD, NOW),
        (NOW + AHEAD + 1, NOW),
        (NOW + 1, NOW),
        (EARLIEST, EARLIEST),
        (EARLIEST - 1, NOW),
        (0.0, NOW),
        (nan, NOW),
        (inf, NOW),
        (-inf, NOW),
    ],
)
def test_event_time(published: float | None, expected: float) -> None:
    assert event_time(published, NOW) == expected
