"""Who takes part: states and bodies named as parties, most prominent first."""

from __future__ import annotations

from collections import defaultdict

from stream.embedding.reading import TITLE, Found, Reading, read

MOST = 8
_WEIGHT = {"name": 1.0, "leader": 1.2, "adjective": 0.4, "capital": 0.8}
_ADJECTIVE_OF_OFFICE = 1.1
_PLACE_ONLY = 0.12
"""A state named as where something happens."""
_SENTENCE_CAP = 1.5
_ACT_BONUS = 1.3
"""A mention in a sentence that tells of an act."""
_SHARE = 0.5
"""A party has at least this share of the second party's score."""
_SHARE_BESIDE_HEADLINE = 0.6
"""The same for a party that is not in a headline naming two others."""
_LEAST = 0.35
_SEAT_REACH = 3
_SURE = 0.8
"""From this weight on a mention in the headline makes a party."""


def find_parties(title: str, text: str, lang: str, at: float) -> list[str]:
    """Return the parties of an article, most prominent first, at most eight.

    Args:
        title: the headline.
        text: the body's beginning; may be empty.
        lang: ISO 639-1.
        at: when it was published, seconds since the epoch; decides who was in office.
    """
    return parties_of(read(title, text, lang, at))


def parties_of(reading: Reading) -> list[str]:
    """Return the parties of a text already read, most prominent first."""
    first = {code: -at for at, code in reversed([(-match.start, party(match)) for match in reading.names])}
    ranked = sorted(scores(reading).items(), key=lambda item: (-item[1], first[item[0]]))
    if not ranked:
        return []
    second = ranked[min(1, len(ranked) - 1)][1]
    headline = {
        party(match)
        for match in reading.names
        if party(match) and reading.sentence(match) == TITLE and weight(reading, match) >= _SURE
    }
    share = _SHARE_BESIDE_HEADLINE if len(headline) > 1 else _SHARE
    least = max(_LEAST, share * second)
    return [code for code, score in ranked if score >= least or code in headline][:MOST]


def scores(reading: Reading) -> dict[str, float]:
    """Return each party's prominence: mentions by kind of word, place in the text and closeness to an act."""
    by_sentence: dict[tuple[str, int], float] = defaultdict(float)
    prominence: dict[int, float] = {}
    acting = {reading.sentence(act) for act in reading.acts}
    for match in reading.names:
        code = party(match)
        if code is None:
            continue
        number = reading.sentence(match)
        bonus = _ACT_BONUS if number in acting else 1.0
        prominence[number] = reading.prominence(match) * bonus
        by_sentence[code, number] += weight(reading, match)
    by_sentence |= _visited(reading, by_sentence)
    found: dict[str, float] = defaultdict(float)
    for (code, number), amount in by_sentence.items():
        found[code] += min(amount, _SENTENCE_CAP) * prominence[number]
    return found


def _visited(reading: Reading, named: dict[tuple[str, int], float]) -> dict[tuple[str, int], float]:
    """Return the hosts in headline and lead: the state in which the sentence's only party meets or visits someone."""
    hosts = {}
    for number in (TITLE, TITLE + 1):
        parties = [code for (code, where), amount in named.items() if where == number and amount >= _SURE]
        if len(parties) != 1 or not any(
            act.value.value == "consult" and reading.sentence(act) == number for act in reading.acts
        ):
            continue
        for match in reading.names:
            code = party(match)
            if code and code not in parties and reading.sentence(match) == number and located(reading, match):
                hosts[code, number] = _SURE
    return hosts


def party(match: Found) -> str | None:
    """Return the party that a name stands for; a city stands for its state only where news use it so."""
    if match.value.kind == "party":
        return match.value.value
    return match.value.value.split("|")[1] if match.value.how == "capital" else None


def weight(reading: Reading, match: Found) -> float:
    """Return how strongly one mention makes its state or body a party, without regard to its place in the text."""
    how = match.value.how
    if how == "leader":
        return _WEIGHT[how]
    if located(reading, match) or _names_the_city(reading, match):
        return 0.0 if match.value.kind == "city" else _PLACE_ONLY
    if how == "adjective":
        return _ADJECTIVE_OF_OFFICE if _of_office(reading, match) else _WEIGHT[how]
    return _WEIGHT[how]


def located(reading: Reading, match: Found) -> bool:
    """Tell whether the words before make the name a place: "in Moscow", "بموسكو", "in the Tajik capital Dushanbe".

    Not in "arrives in Moscow", where going there is the act.
    """
    if "ب" in match.before and match.value.how != "adjective":
        return True
    if reading.cue_at("in_after", match.end, match.end + 1):
        return True
    for preposition in reading.cues.get("in", ()):
        gap = match.start - preposition.end
        if not 0 <= gap <= _SEAT_REACH or (gap and not reading.cue_at("seat", preposition.end, match.start)):
            continue
        if reading.sentence(preposition) != reading.sentence(match):
            continue
        return not any(act.end - act.start > 1 and act.end == match.start for act in reading.acts)
    return match.value.kind == "city" and reading.cue_at("seat", max(0, match.start - 2), match.start)


def _of_office(reading: Reading, match: Found) -> bool:
    """Tell whether an adjective belongs to an office: "Russian president", "الرئيس الروسي"."""
    return reading.cue_at("official", match.end, match.end + 3) or reading.cue_at(
        "official", max(0, match.start - 3), match.start
    )


def _names_the_city(reading: Reading, match: Found) -> bool:
    """Tell whether the state only says where a city lies: "Ashgabat, Turkmenistan", "the Tajik capital Dushanbe"."""
    if match.value.kind != "party" or reading.sentence(match) == TITLE:
        return False
    for other in reading.names:
        apart = other.start - match.end if other.start >= match.end else match.start - other.end
        if other.value.kind == "city" and apart <= 1 and other.value.value.endswith("|" + match.value.value):
            return reading.sentence(other) == reading.sentence(match)
    return False
