"""What follows from an attempt: delivered, again later, or never. No clock and no randomness of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Literal

DELAYS = (0.0, 5.0, 300.0, 1_800.0, 7_200.0, 18_000.0, 36_000.0, 50_400.0, 72_000.0, 86_400.0)
"""Seconds before each attempt, counted from the one before: the schedule that Standard Webhooks recommends."""

JITTER = 0.1
"""A delay grows by up to this share, so that messages that failed together do not all come back together."""

MAX_RETRY_AFTER = 86_400.0
"""No endpoint can put us off for longer than this many seconds at once."""

FAILING_TOO_LONG = 5 * 86_400.0
"""Seconds without a single success after which a failing endpoint is disabled."""

Result = Literal[
    "delivered",
    "redirected",
    "gone",
    "throttled",
    "client_error",
    "server_error",
    "timeout",
    "unreachable",
    "refused_address",
]
"""How an attempt ended; also the `outcome` label of the metric."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one attempt met.

    Attributes:
        result: how it ended.
        detail: for people, such as `503 Service Unavailable`.
        retry_after: seconds that the endpoint asks us to wait, if it does.
    """

    result: Result
    detail: str
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Next:
    """What to do with a message after an attempt.

    Attributes:
        state: `waiting` means another attempt at `due`.
        due: when (seconds since the epoch); the time of the decision for the other two.
        pause: until when the whole endpoint is to be left alone; None for not at all.
        disable: why the subscription is to be disabled; None leaves it be.
    """

    state: Literal["delivered", "waiting", "dead"]
    due: float
    pause: float | None = None
    disable: str | None = None


def result_of(status: int) -> Result:
    """Return what an HTTP status means; anything but 2xx is a failure."""
    if 200 <= status < 300:
        return "delivered"
    if 300 <= status < 400:
        return "redirected"
    if status == 410:
        return "gone"
    if status == 429:
        return "throttled"
    return "client_error" if 400 <= status < 500 else "server_error"


def parse_retry_after(value: str | None, now: float) -> float | None:
    """Return the seconds that a Retry-After header asks for, 0 to a day; None when there is none or it is nonsense."""
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        seconds = float(value[:10])
    else:
        try:
            date = parsedate_to_datetime(value)
            seconds = (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - now
        except (ValueError, TypeError, OverflowError, IndexError):
            return None
    return min(max(seconds, 0.0), MAX_RETRY_AFTER)


def decide(outcome: Outcome, *, attempts: int, now: float, failing_since: float | None, jitter: float) -> Next:
    """Return what follows from an attempt.

    Args:
        outcome: what the attempt met.
        attempts: how many have been made for this message, this one included (1 or more).
        now: seconds since the epoch.
        failing_since: when the endpoint first failed after its last success; None when it was well until now.
        jitter: 0 to 1, spreads the retries.
    """
    if outcome.result == "delivered":
        return Next("delivered", now)
    if outcome.result == "gone":
        return Next("dead", now, disable="the endpoint answered 410 Gone")
    disable = None
    if failing_since is not None and now - failing_since >= FAILING_TOO_LONG:
        disable = f"nothing was delivered for {(now - failing_since) / 86_400:.0f} days; last: {outcome.detail}"
    if disable or attempts >= len(DELAYS):
        return Next("dead", now, disable=disable)
    due = now + DELAYS[attempts] * (1 + JITTER * jitter)
    pause = None if outcome.retry_after is None else now + outcome.retry_after
    return Next("waiting", due if pause is None else max(due, pause), pause=pause)
