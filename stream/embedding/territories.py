"""Names of states and cities in every language of the CLDR, with the endings that a text puts on them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from babel import Locale, UnknownLocaleError

_STATES = """
AD AE AF AG AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CL CM CN
CO CR CU CV CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FM FR GA GB GD GE GH GM GN GQ GR GT GW GY HK HN
HR HT HU ID IE IL IN IQ IR IS IT JM JO JP KE KG KH KI KM KN KP KR KW KZ LA LB LC LI LK LR LS LT LU LV LY MA MC
MD ME MG MH MK ML MM MN MR MT MU MV MW MX MY MZ NA NE NG NI NL NO NP NR NZ OM PA PE PG PH PK PL PS PT PW PY QA
RO RS RU RW SA SB SC SD SE SG SI SK SL SM SN SO SR SS ST SV SY SZ TD TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG
US UY UZ VA VC VE VN VU WS XK YE ZA ZM ZW
"""
STATES = frozenset(_STATES.split())
"""The United Nations' members, observers and states that news treat as parties (ISO 3166-1 alpha-2, XK for Kosovo)."""
_ALSO_WORDS = {
    "ar": {"ML", "BJ"},  # "financial", "sons": named in full in names.txt
    "fa": {"ML", "TD"},
    "tr": {"ML", "QA"},
    "it": {"ML", "CV"},
    "ru": {"TG", "ML", "PE"},
    "uk": {"TG", "ML"},
    "fr": set[str](),
    "pt": {"PE"},
}
"""Where a state's bare name is an everyday word of the language."""
_SLAVIC = {"ru", "uk", "be", "bg", "sr", "pl", "cs", "sk", "hr", "sl", "mk"}
_GENITIVE_S = {"de", "nl", "sv", "no", "nb", "da"}


def names(lang: str) -> Iterator[tuple[str, str]]:
    """Yield (code, name as a pattern) of every state in `lang`, inflected forms included."""
    locale = _locale(lang)
    if locale is None:
        locale, lang = Locale("en"), "en"
    skipped = _ALSO_WORDS.get(lang, set())
    for code in sorted(STATES - skipped):
        name = locale.territories.get(code)
        if name and code not in {"PS", "GE"}:
            for form in _inflected(name.split("(")[0].strip(), lang):
                yield code, form


@lru_cache(maxsize=1024)
def english(code: str) -> str:
    """Return the short English name of a state, or the code itself for a body."""
    return str(Locale("en").territories.get(code, code))


def city_name(zone: str, lang: str) -> list[str]:
    """Return the name of a time zone's city in `lang`, where the CLDR has one."""
    locale = _locale(lang)
    if not zone or locale is None:
        return []
    city = locale.time_zones.get(zone, {}).get("city")
    return [city] if city else []


def _inflected(name: str, lang: str) -> set[str]:
    forms = {name}
    if lang in _GENITIVE_S:
        forms.add(name + "s")
    if lang in _SLAVIC:
        words = name.split()
        stems = [word[:-1] if word[-1] in "аяьйыоиеуіїaeioyąę" else word for word in words]
        if all(len(stem) >= 4 for stem in stems):
            forms.add(" ".join(stem + "*" for stem in stems))
        elif len(words) == 1:
            forms |= {stems[0] + ending for ending in ("", "а", "у", "ом", "е", "ы", "и", "ой", "я", "ю", "ем", "ей")}
            forms.discard(stems[0] if stems[0] != name else "")
    return forms


def inflected_adjective(adjective: str, lang: str) -> list[str]:
    """Return the forms of an adjective given in the masculine singular; other languages write theirs out."""
    if lang == "ar":
        head, _, tail = adjective.partition(" ")
        tail = " " + tail if tail else ""
        endings = ("", "ة", "ين", "ون", "ان", "تين", "تان", "ات", "ا") if head.endswith("ي") else ("", "ة", "ين", "ون")
        return [head + ending + tail for ending in endings]
    if lang == "fa":
        return [adjective, adjective + "‌ها"]
    return [adjective]


@lru_cache(maxsize=64)
def _locale(lang: str) -> Locale | None:
    try:
        return Locale.parse(lang)
    except (UnknownLocaleError, ValueError):
        return None
