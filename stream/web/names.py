"""Codes as people read them: countries and bodies, languages, directions of writing, times, acts."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime

ENGLISH = Locale("en")
ACTS = {
    "consult": "talks",
    "agree": "agreement",
    "support": "support",
    "concede": "concession",
    "cooperate": "cooperation",
    "aid": "aid",
    "retreat": "retreat",
    "request": "appeal",
    "accuse": "accusation",
    "reject": "rejection",
    "threaten": "threat",
    "protest": "protest",
    "sanction": "sanctions",
    "coerce": "coercion",
    "mobilize": "mobilisation",
    "assault": "assault",
    "demand": "demand",
}
"""PLOVER's terms as nouns; one that is not here is shown as it is."""
BODIES = {
    "ARAB_LEAGUE": {"en": "Arab League", "ar": "جامعة الدول العربية"},
    "AFRICAN_UNION": {"en": "African Union", "ar": "الاتحاد الأفريقي"},
    "ASEAN": {"en": "ASEAN", "ar": "آسيان"},
    "BRICS": {"en": "BRICS", "ar": "بريكس"},
    "CIS": {"en": "CIS", "ar": "رابطة الدول المستقلة"},
    "CSTO": {"en": "CSTO", "ar": "منظمة معاهدة الأمن الجماعي"},
    "EAEU": {"en": "Eurasian Economic Union", "ar": "الاتحاد الاقتصادي الأوراسي"},
    "ECOWAS": {"en": "ECOWAS", "ar": "إيكواس"},
    "GCC": {"en": "Gulf Cooperation Council", "ar": "مجلس التعاون الخليجي"},
    "HAMAS": {"en": "Hamas", "ar": "حماس"},
    "HEZBOLLAH": {"en": "Hezbollah", "ar": "حزب الله"},
    "HOUTHIS": {"en": "Houthis", "ar": "الحوثيون"},
    "IAEA": {"en": "IAEA", "ar": "الوكالة الدولية للطاقة الذرية"},
    "ICC": {"en": "International Criminal Court", "ar": "المحكمة الجنائية الدولية"},
    "ICJ": {"en": "International Court of Justice", "ar": "محكمة العدل الدولية"},
    "IMF": {"en": "IMF", "ar": "صندوق النقد الدولي"},
    "NATO": {"en": "NATO", "ar": "الناتو"},
    "OIC": {"en": "Organisation of Islamic Cooperation", "ar": "منظمة التعاون الإسلامي"},
    "OPEC": {"en": "OPEC", "ar": "أوبك"},
    "OSCE": {"en": "OSCE", "ar": "منظمة الأمن والتعاون في أوروبا"},
    "OTS": {"en": "Organization of Turkic States", "ar": "منظمة الدول التركية"},
    "SCO": {"en": "Shanghai Cooperation Organisation", "ar": "منظمة شنغهاي للتعاون"},
    "TALIBAN": {"en": "Taliban", "ar": "طالبان"},
    "WHO": {"en": "WHO", "ar": "منظمة الصحة العالمية"},
    "WORLD_BANK": {"en": "World Bank", "ar": "البنك الدولي"},
    "WTO": {"en": "WTO", "ar": "منظمة التجارة العالمية"},
}
"""Bodies that are no territory and so not in Babel; one that is not here is shown by its code made readable."""


@lru_cache(maxsize=1024)
def viewer_locale(accept_language: str) -> Locale:
    """Return the best locale of an Accept-Language header that Babel knows, else English."""
    wanted: list[tuple[float, int, str]] = []
    for place, part in enumerate(accept_language[:300].split(",")):
        tag, _, weight = part.strip().partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            continue
        if tag and tag != "*" and quality > 0:
            wanted.append((-quality, place, tag.strip()))
    for _, _, tag in sorted(wanted):
        locale = _locale(tag)
        if locale is not None:
            return locale
    return ENGLISH


@lru_cache(maxsize=1024)
def _locale(tag: str) -> Locale | None:
    for name in (tag, tag.partition("-")[0]):
        try:
            return Locale.parse(name, sep="-")
        except (UnknownLocaleError, ValueError, TypeError):
            continue
    return None


def direction(lang: str) -> str:
    """Return the value of HTML's `dir` for text in a language; `auto` when the language is not known."""
    locale = _locale(lang) if lang and lang != "und" else None
    return "auto" if locale is None else str(locale.text_direction)


def html_lang(lang: str) -> str:
    """Return the value of HTML's `lang`; empty means unknown."""
    return "" if lang == "und" else lang


def party(code: str, locale: Locale) -> str:
    """Return the name of a country or body in the viewer's language, else in English, else the code made readable."""
    for known in (locale, ENGLISH):
        name = known.territories.get(code) or BODIES.get(code, {}).get(known.language)
        if name:
            return str(name)
    return code if len(code) <= 5 and "_" not in code else code.replace("_", " ").title()


def language(code: str, locale: Locale) -> str:
    """Return a language's name in the viewer's language, else the code."""
    return str(locale.languages.get(code) or code)


def act(term: str | None) -> str | None:
    """Return a PLOVER term as a noun."""
    return None if term is None else ACTS.get(term, term)


@lru_cache(maxsize=8192)
def clock(seconds: float, locale: Locale) -> str:
    """Return a time in UTC as the viewer's language writes it."""
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return "?"
    return f"{format_datetime(moment, 'd MMM y, HH:mm', locale=locale)} UTC"


def machine_time(seconds: float) -> str:
    """Return a time for HTML's `datetime` and for Atom."""
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    except (ValueError, OverflowError, OSError):
        return "1970-01-01T00:00:00Z"
