import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.alerts.schedule import (
    DELAYS,
    FAILING_TOO_LONG,
    JITTER,
    MAX_RETRY_AFTER,
    Outcome,
    decide,
    parse_retry_after,
    result_of,
)

T0 = 1_780_000_000.0
DOWN = Outcome("server_error", "503 Service Unavailable")


def test_the_whole_schedule_is_the_standards() -> None:
    waits = [decide(DOWN, attempts=n, now=T0, failing_since=T0, jitter=0).due - T0 for n in range(1, 10)]
    assert waits == [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]
    assert decide(DOWN, attempts=10, now=T0, failing_since=T0, jitter=0).state == "dead"


@given(attempts=st.integers(1, len(DELAYS) - 1), jitter=st.floats(0, 1))
def test_jitter_only_ever_delays_and_by_a_tenth_at_most(attempts: int, jitter: float) -> None:
    after = decide(DOWN, attempts=attempts, now=T0, failing_since=T0, jitter=jitter)
    assert DELAYS[attempts] - 1e-6 <= after.due - T0 <= DELAYS[attempts] * (1 + JITTER) + 1e-6


def test_success_ends_it() -> None:
    assert (
        decide(Outcome("delivered", "204"), attempts=3, now=T0, failing_since=T0 - 1e9, jitter=0).state == "delivered"
    )


def test_gone_disables_at_once() -> None:
    after = decide(Outcome("gone", "410 Gone"), attempts=1, now=T0, failing_since=None, jitter=0)
    assert after.state == "dead"
    assert "410" in (after.disable or "")


def test_days_of_failure_disable() -> None:
    before = decide(DOWN, attempts=2, now=T0, failing_since=T0 - FAILING_TOO_LONG + 1, jitter=0)
    assert (before.state, before.disable) == ("waiting", None)
    after = decide(DOWN, attempts=2, now=T0, failing_since=T0 - FAILING_TOO_LONG, jitter=0)
    assert after.state == "dead"
    assert "5 days" in (after.disable or "")


def test_retry_after_holds_back_the_whole_endpoint_but_never_brings_a_retry_forward() -> None:
    later = decide(Outcome("throttled", "429", 120.0), attempts=1, now=T0, failing_since=T0, jitter=0)
    assert (later.due, later.pause) == (T0 + 120, T0 + 120)
    sooner = decide(Outcome("throttled", "429", 1.0), attempts=2, now=T0, failing_since=T0, jitter=0)
    assert (sooner.due, sooner.pause) == (T0 + 300, T0 + 1)


@pytest.mark.parametrize(
    ("status", "result"),
    [
        (200, "delivered"),
        (204, "delivered"),
        (301, "redirected"),
        (304, "redirected"),
        (400, "client_error"),
        (410, "gone"),
        (429, "throttled"),
        (500, "server_error"),
        (199, "server_error"),
    ],
)
def test_a_status_means(status: int, result: str) -> None:
    assert result_of(status) == result


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("120", 120),
        (" 7 ", 7),
        ("99999999999999", MAX_RETRY_AFTER),
        ("Thu, 28 May 2026 20:28:40 GMT", 120),
        ("Thu, 28 May 2020 20:28:40 GMT", 0),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("²", None),
        ("", None),
    ],
)
def test_retry_after_is_read(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, T0) == seconds


@given(st.text(max_size=60))
def test_no_retry_after_breaks_the_courier(value: str) -> None:
    seconds = parse_retry_after(value, T0)
    assert seconds is None or 0 <= seconds <= MAX_RETRY_AFTER
