"""When a feed is polled next.

    delay = max(interval, publisher's hints up to a cap, backoff up to a cap, what the server asks for)
    next  = now + delay * (1 + a tenth of the feed's own jitter)

All times are seconds. Nothing here reads a clock: `now` is an argument.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from hashlib import blake2b

MAX_HINT = 900.0
"""How far `max-age`, `ttl` and `sy` can stretch the interval. They say how long a copy stays useful, not how often one
may ask, and WordPress says "hourly" for every site; a conditional request costs the outlet next to nothing."""
MAX_BACKOFF = 3600.0
"""A feed that keeps failing is still tried this often, for ever: outages end."""
MAX_RETRY_AFTER = 86_400.0
JITTER = 0.1

PERIODS = {"hourly": 3600.0, "daily": 86_400.0, "weekly": 604_800.0, "monthly": 2_592_000.0, "yearly": 31_536_000.0}


def http_date(value: str | None) -> float | None:
    """Return an HTTP date as seconds since the epoch, None when it is not one."""
    if not value:
        return None
    try:
        moment = parsedate_to_datetime(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Return how long a `Retry-After` header (seconds or a date) asks to wait; at most a day, None without one.

    Args:
        headers: with names in lower case.
        now: used where the response has no `Date` of its own.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), MAX_RETRY_AFTER)
    until = http_date(value)
    if until is None:
        return None
    sent = http_date(headers.get("date"))
    return min(max(until - (now if sent is None else sent), 0.0), MAX_RETRY_AFTER)


def freshness(headers: Mapping[str, str], now: float) -> float | None:
    """Return how long the response stays fresh (RFC 9111, 4.2): `max-age` less `Age`, else `Expires` less `Date`."""
    directives = _directives(headers.get("cache-control", ""))
    if "no-cache" in directives or "no-store" in directives:
        return None
    age = directives.get("max-age")
    if age is not None:
        return max(_seconds(age) - _seconds(headers.get("age", "0")), 0.0)
    expires = http_date(headers.get("expires"))
    if expires is None:
        return None
    sent = http_date(headers.get("date"))
    return max(expires - (now if sent is None else sent), 0.0)


def _directives(value: str) -> dict[str, str]:
    pairs = (part.strip().partition("=") for part in value.lower().split(","))
    return {name.strip(): argument.strip(' "') for name, _, argument in pairs}


def _seconds(value: str) -> float:
    value = value.strip()
    return float(value[:9]) if value.isascii() and value.isdigit() else 0.0


def ttl(minutes: str | None) -> float | None:
    """Return an RSS `<ttl>` in seconds."""
    return 60.0 * _seconds(minutes) or None if minutes else None


def syndication(period: str | None, frequency: str | None) -> float | None:
    """Return the interval of RSS 1.0's `sy:updatePeriod` and `sy:updateFrequency` (times per period, 1 by default)."""
    if not period or period.strip().lower() not in PERIODS:
        return None
    return PERIODS[period.strip().lower()] / max(_seconds(frequency or "1"), 1.0)


def backoff(interval: float, errors: int) -> float:
    """Return the delay after `errors` failures in a row: doubling, at most `MAX_BACKOFF`."""
    return max(interval, min(interval * 2.0 ** min(errors, 40), MAX_BACKOFF))


def delay(interval: float, *, errors: int = 0, hints: Iterable[float | None] = (), wait: float | None = None) -> float:
    """Return how long to leave a feed alone.

    Args:
        interval: the operator's poll interval, the least that is ever returned.
        errors: failures in a row.
        hints: what the publisher says of its rhythm (`freshness`, `ttl`, `syndication`).
        wait: what a `Retry-After` asks for; it is obeyed beyond the cap of hints.
    """
    hinted = max((min(hint, MAX_HINT) for hint in hints if hint is not None), default=0.0)
    backed_off = backoff(interval, errors) if errors else 0.0
    return max(interval, hinted, backed_off, wait or 0.0)


def jitter(url: str) -> float:
    """Return the feed's own fraction in [0, 1): always the same, different between feeds, so that they spread."""
    return int.from_bytes(blake2b(url.encode(), digest_size=4).digest(), "big") / 2**32


def next_poll(now: float, wanted: float, fraction: float) -> float:
    """Return when to poll next: `wanted` seconds from now, stretched by up to a tenth by `fraction` in [0, 1)."""
    return now + wanted * (1.0 + JITTER * fraction)
