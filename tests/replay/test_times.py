import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.replay.times import parse_time, rfc3339


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("2023-03-14T12:04:07Z", 1678795447),
        ("2023-03-14T15:04:07+03:00", 1678795447),
        ("2023-03-14 12:04:07", 1678795447),
        (" 2023-03-14 ", 1678752000),
        (1678795447, 1678795447),
        (1678795447.5, 1678795447.5),
        ("yesterday", None),
        ("", None),
        ("2023-99-14", None),
        ("0001-01-01T00:00:00+23:00", None),
        (None, None),
        (True, None),
        (float("nan"), None),
        (1e300, None),
        (10**400, None),
    ],
)
def test_parse_time(value, seconds):
    assert parse_time(value) == seconds


def test_rfc3339_has_milliseconds_only_where_there_are_some():
    assert rfc3339(1678795447) == "2023-03-14T12:04:07Z"
    assert rfc3339(1678795447.25) == "2023-03-14T12:04:07.250Z"
    assert rfc3339(1678795446.9999999) == "2023-03-14T12:04:07Z"


@given(st.integers(-2_000_000_000_000, 20_000_000_000_000))
def test_what_is_written_reads_back(milliseconds):
    assert parse_time(rfc3339(milliseconds / 1000)) == pytest.approx(milliseconds / 1000, abs=1e-3)
