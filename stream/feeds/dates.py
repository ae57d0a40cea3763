"""The time an item gives, as seconds since the epoch."""

from __future__ import annotations

import calendar
import re
import time
import unicodedata
from datetime import UTC, datetime
from typing import Any

FIELDS = ("published", "updated", "created")
LONGEST = 80
"""Characters of a date string that are looked at."""

RFC_822 = re.compile(r"^\s*(?:[A-Za-z]{3,9},?\s+)?\d{1,2}[\s-][A-Za-z]{3,9}[\s-]\d{2,4}\s+\d{1,2}:\d{2}", re.ASCII)
"""What feedparser reads well. In other strings it finds a year and makes the rest up."""

# Months as the Levant, the Gulf and the Maghreb call them; a date library knows one set at most. The second word of a
# pair ("آب/أغسطس") says the same as the first.
ARABIC_MONTHS = {
    name: english
    for english, names in {
        "January": "كانون الثاني|يناير|جانفي",
        "February": "شباط|فبراير|فيفري",
        "March": "آذار|اذار|مارس",
        "April": "نيسان|أبريل|ابريل|إبريل|أفريل|افريل",
        "May": "أيار|ايار|مايو|ماي",
        "June": "حزيران|يونيو|يونيه|جوان",
        "July": "تموز|يوليو|يوليوز|يوليه|جويلية",
        "August": "آب|أغسطس|اغسطس|غشت|أوت|اوت",
        "September": "أيلول|ايلول|سبتمبر|شتنبر",
        "October": "تشرين الأول|تشرين الاول|أكتوبر|اكتوبر",
        "November": "تشرين الثاني|نوفمبر|نونبر",
        "December": "كانون الأول|كانون الاول|ديسمبر|دجنبر",
    }.items()
    for name in names.split("|")
}
_MONTH = "|".join(sorted(ARABIC_MONTHS, key=len, reverse=True))
MONTH = re.compile(rf"(?<!\w)({_MONTH})(?:\s*[/\-]\s*(?:{_MONTH}))?(?!\w)")
NOON = (
    (re.compile(r"(?<=\d)\s*(?:صباحا|صباحًا|ص)(?!\w)"), " AM"),
    (re.compile(r"(?<=\d)\s*(?:مساء|مساءً|م)(?!\w)"), " PM"),
)
WEEKDAY = re.compile(r"(?:ال)?(?:أحد|احد|اثنين|إثنين|ثلاثاء|أربعاء|اربعاء|خميس|جمعة|سبت)\s*[،,]?")


def item_time(entry: dict[str, Any], language: str | None, fetched: float) -> tuple[float | None, str | None]:
    """Return when a feedparser entry was published, and a date string that nobody could read (None: all went well).

    A date without a zone is taken for UTC. Dates in the future or absurdly old are passed on as they are: the clean
    step repairs event time.

    Args:
        entry: a feedparser entry.
        language: the feed's, to read month names.
        fetched: base of relative dates such as "3 hours ago".
    """
    unread = None
    for field in FIELDS:
        # Past feedparser's own `get`, which answers for `updated` with `published`, under a warning.
        raw, parsed = dict.get(entry, field), dict.get(entry, f"{field}_parsed")
        if not raw:
            continue
        moment = read_time(str(raw), language, fetched, parsed)
        if moment is not None:
            return moment, None
        unread = unread or str(raw)[:LONGEST]
    return None, unread


def read_time(raw: str, language: str | None, fetched: float, parsed: time.struct_time | None = None) -> float | None:
    """Return the time that `raw` names, None when it names none; `parsed` is feedparser's reading, if it has one."""
    text = _plain(raw)
    iso = _iso(text)
    if iso is not None:
        return iso
    if parsed and RFC_822.match(text):
        return _struct_time(parsed)
    moment = _any_form(text, language, fetched)
    return moment if moment is not None or not parsed else _struct_time(parsed)


def _plain(raw: str) -> str:
    text = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in raw[:LONGEST])
    text = unicodedata.normalize("NFC", text)
    text = WEEKDAY.sub("", MONTH.sub(lambda found: ARABIC_MONTHS[found[1]], text))
    for pattern, half in NOON:
        text = pattern.sub(half, text)
    return text.strip(" \t\r\n،,|")


def _iso(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if len(text) < len("2025-06-30"):
        return None  # eight digits in a row may be anything
    return _timestamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _struct_time(parsed: time.struct_time) -> float | None:
    try:
        moment = float(calendar.timegm(parsed))
    except (ValueError, OverflowError):
        return None
    return moment if moment >= 0 else None


def _timestamp(moment: datetime) -> float | None:
    try:
        seconds = moment.timestamp()
    except (ValueError, OverflowError):
        return None
    return seconds if seconds >= 0 else None


def _any_form(text: str, language: str | None, fetched: float) -> float | None:
    if not any(char.isdigit() for char in text):
        return None
    import dateparser  # half a second, and most feeds never need it

    settings = {
        "TIMEZONE": "UTC",
        "RETURN_AS_TIMEZONE_AWARE": True,
        "RELATIVE_BASE": datetime.fromtimestamp(fetched, UTC).replace(tzinfo=None),
        "DATE_ORDER": "MDY" if language == "en" else "DMY",
    }
    for languages in ([language], ["en"]) if language and language != "en" else (["en"],):
        try:
            found = dateparser.parse(text, languages=languages, settings=settings)
        except (ValueError, OverflowError, TypeError):
            continue  # also a language that the library does not know
        if found is not None:
            return _timestamp(found)
    return None
