"""Times as recorded streams and outputs write them."""

from __future__ import annotations

from datetime import UTC, datetime

MIN_TIME, MAX_TIME = -62_135_596_800.0, 253_402_300_799.0
"""The years 1 to 9999: other times have no RFC 3339 form."""


def parse_time(value: str | float | None) -> float | None:
    """Return seconds since the epoch of an ISO 8601 time, a date or a number of seconds; None for anything else.

    A time without an offset is taken to be UTC.
    """
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        try:
            seconds = float(value)
        except OverflowError:
            return None
    else:
        try:
            moment = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
        seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return seconds if MIN_TIME <= seconds <= MAX_TIME else None


def rfc3339(seconds: float) -> str:
    """Return a time in RFC 3339, in UTC with a `Z`, with milliseconds only where there are some."""
    moment = datetime.fromtimestamp(round(seconds * 1000) / 1000, UTC)
    spec = "milliseconds" if moment.microsecond else "seconds"
    return moment.isoformat(timespec=spec).replace("+00:00", "Z")
