"""When it happens: the event's date as the text gives it, told from the date of publication."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from stream.embedding.acts import act_of, modality_of
from stream.embedding.reading import Found, Reading, read

_SENTENCES = 4
_FAR = 60
"""Days from publication beyond which a date in the text is history or a deadline, not the event."""
_YEARS = range(1990, 2100)


def find_event_date(title: str, text: str, lang: str, published_at: float) -> str | None:
    """Return the event's ISO date, or None when headline and lead name no day near publication.

    A weekday is the last such day (the day of publication included), or the next one when its sentence looks ahead.

    Args:
        title: the headline.
        text: the body's beginning.
        lang: ISO 639-1.
        published_at: seconds since the epoch.
    """
    return date_of(read(title, text, lang, published_at), published_at)


def date_of(reading: Reading, published_at: float) -> str | None:
    """Return the event's date of a text already read."""
    today = datetime.fromtimestamp(published_at, UTC).date()
    best: tuple[float, date] | None = None
    for match in reading.dates:
        if reading.sentence(match) >= _SENTENCES:
            break
        day = _resolve(reading, match, today)
        if day is None or abs((day - today).days) > _FAR:
            continue
        score = reading.prominence(match) * (1.5 if _tells_an_act(reading, match) else 1.0)
        score *= 1.2 if match.value.kind == "month" else 1.0
        if best is None or score > best[0]:
            best = (score, day)
    return best[1].isoformat() if best else None


def _resolve(reading: Reading, match: Found, today: date) -> date | None:
    value = int(match.value.value)
    if match.value.kind == "relative":
        return today + timedelta(days=value)
    if match.value.kind == "weekday":
        return _weekday(value, today, ahead=_looks_ahead(reading, match))
    return _calendar_day(reading, match, value, today)


def _weekday(weekday: int, today: date, *, ahead: bool) -> date:
    if ahead:
        return today + timedelta(days=(weekday - today.weekday()) % 7)
    return today - timedelta(days=(today.weekday() - weekday) % 7)


def _calendar_day(reading: Reading, match: Found, month: int, today: date) -> date | None:
    day = _number(reading, match.start - 1) or _number(reading, match.end)
    if day is None or not 1 <= day <= 31:
        return None
    year = next((n for at in range(match.end, match.end + 3) if (n := _number(reading, at)) in _YEARS), None)
    try:
        if year is not None:
            return date(year, month, day)
        near = [date(y, month, day) for y in (today.year - 1, today.year, today.year + 1)]
    except ValueError:
        return None
    return min(near, key=lambda candidate: abs((candidate - today).days))


def _number(reading: Reading, at: int) -> int | None:
    if 0 <= at < len(reading.tokens) and reading.tokens[at].word.isdigit():
        return int(reading.tokens[at].word[:4])
    return None


def _looks_ahead(reading: Reading, match: Found) -> bool:
    """Return whether a weekday is one to come: its sentence says so, or another that names the same day, or the act.

    Headlines are in the present tense, whatever they tell of; the lead repeats the day and has the tense.
    """
    days = [other for other in reading.dates if other.value == match.value]
    if any(_sentence_looks_ahead(reading, reading.sentence(day)) for day in days):
        return True
    return act_of(reading)[1] == "planned" and not reading.cues_in("done", reading.sentence(match))


def _sentence_looks_ahead(reading: Reading, number: int) -> bool:
    if number >= _SENTENCES:
        return False
    if reading.cues_in("future", number):
        return True
    acts = [act for act in reading.acts if reading.sentence(act) == number]
    return any(modality_of(reading, act) == "planned" for act in acts)


def _tells_an_act(reading: Reading, match: Found) -> bool:
    return any(reading.sentence(act) == reading.sentence(match) for act in reading.acts)
