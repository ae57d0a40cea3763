"""Where it happens: the host city and its country."""

from __future__ import annotations

from collections import defaultdict

from stream.embedding import territories
from stream.embedding.parties import located
from stream.embedding.reading import Found, Reading, read

MOST = 4
_BARE = 0.05
"""A city without a preposition is more often a government or a subject than a place."""
_COUNTRY = 0.5
_LEAST = 0.16


def find_places(title: str, text: str, lang: str, at: float = 0.0) -> list[str]:
    """Return the places of an article in English, best guess first: a city, its country, then further cities.

    A country stands alone where no city is named as a place.
    """
    return places_of(read(title, text, lang, at))


def places_of(reading: Reading) -> list[str]:
    """Return the places of a text already read."""
    found: dict[str, float] = defaultdict(float)
    acting = {reading.sentence(act) for act in reading.acts}
    for match in reading.names:
        place, amount = _weigh(reading, match)
        if place:
            found[place] += amount * reading.prominence(match) * (1.3 if reading.sentence(match) in acting else 1.0)
    ranked = [place for place, score in sorted(found.items(), key=lambda item: (-item[1], item[0])) if score >= _LEAST]
    cities = [place for place in ranked if "|" in place]
    if not cities:
        return [territories.english(code) for code in ranked][:MOST]
    named: list[str] = []
    for place in cities:
        city, code = place.split("|")
        named += [name for name in (city, territories.english(code)) if name not in named]
    return named[:MOST]


def _weigh(reading: Reading, match: Found) -> tuple[str, float]:
    entry = match.value
    here = located(reading, match)
    if entry.kind == "city":
        return entry.value, 1.0 if here or _after_visit(reading, match) else _BARE
    if entry.how == "name" and entry.value in territories.STATES and here:
        return entry.value, _COUNTRY
    return "", 0.0


def _after_visit(reading: Reading, match: Found) -> bool:
    """Tell whether the name ends an act of going there: "arrives in Beijing", "visits Beijing"."""
    return any(act.end == match.start and act.value.value == "consult" for act in reading.acts)
