"""Fill the date words of the newswire's texts, so that an article always fits the day on which the demo runs.

A placeholder is `{day}` (a weekday's name), `{on_day}` (the same as an adverbial: "on Sunday"), `{date}` (day and
month), `{date_year}` or `{month}` (its name alone), each perhaps with an offset in days: `{on_day-5}`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

from babel.dates import format_date, format_skeleton

PLACEHOLDER = re.compile(r"\{(day|on_day|date|date_year|month)([+-]\d+)?\}")

_RUSSIAN_ON_DAY = ("в понедельник", "во вторник", "в среду", "в четверг", "в пятницу", "в субботу", "в воскресенье")
_ON_DAY = {
    "ar": "يوم {}",
    "en": "on {}",
    "es": "el {}",
    "fa": "روز {}",
    "fr": "{}",
    "tr": "{} günü",
}


def fill(text: str, day: datetime.date, locale: str) -> str:
    """Return `text` with its placeholders filled as an outlet of `locale` would write them on `day`."""

    def word(match: re.Match[str]) -> str:
        return _WORDS[match[1]](day + datetime.timedelta(days=int(match[2] or 0)), locale)

    return PLACEHOLDER.sub(word, text)


def _day(day: datetime.date, locale: str) -> str:
    return str(format_date(day, "EEEE", locale=locale))


def _on_day(day: datetime.date, locale: str) -> str:
    lang = locale.partition("_")[0]
    return _RUSSIAN_ON_DAY[day.weekday()] if lang == "ru" else _ON_DAY[lang].format(_day(day, locale))


def _date(day: datetime.date, locale: str) -> str:
    return str(format_skeleton("MMMMd", day, locale=locale))


def _date_year(day: datetime.date, locale: str) -> str:
    return str(format_date(day, "long", locale=locale))


def _month(day: datetime.date, locale: str) -> str:
    return str(format_date(day, "LLLL", locale=locale))


_WORDS: dict[str, Callable[[datetime.date, str], str]] = {
    "day": _day,
    "on_day": _on_day,
    "date": _date,
    "date_year": _date_year,
    "month": _month,
}
