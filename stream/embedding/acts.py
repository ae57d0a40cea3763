"""What kind of diplomatic event it is, and whether it is to come, under way, done or denied."""

from __future__ import annotations

from collections import defaultdict

from stream.embedding.reading import TITLE, Found, Reading, read
from stream.records import Modality

_BY_SENTENCE = (1.0, 0.9, 0.6, 0.4)
_LATER = 0.15
_STRONG = ("coerce", "agree", "support", "cooperate", "reject", "accuse", "threaten", "demand", "consult")
"""Of two acts equally well told the rarer and weightier one is meant."""
_PREFERENCE = 0.03
_MERE_MEETING = 0.25
"""What other acts gain on consult: what was agreed at a meeting is the news, that it was held is its setting."""
_SECOND = 0.25
_DENIAL_REACH = 5


def find_act(title: str, text: str, lang: str, at: float = 0.0) -> tuple[str | None, Modality | None, float]:
    """Return (PLOVER term, modality, strength from 0 to about 1.5); (None, None, 0) when no act is told."""
    return act_of(read(title, text, lang, at))


def act_of(reading: Reading) -> tuple[str | None, Modality | None, float]:
    """Return act, modality and strength of a text already read."""
    told: dict[str, list[tuple[float, Found]]] = defaultdict(list)
    for match in reading.acts:
        told[match.value.value].append((match.value.weight * place_weight(reading, match), match))
    if not told:
        return None, None, 0.0
    strength = {}
    for term, found in told.items():
        found.sort(key=lambda item: (-item[0], item[1].start))
        strength[term] = found[0][0] + _SECOND * (found[1][0] if len(found) > 1 else 0.0)
    best = max(strength, key=lambda term: strength[term] - _handicap(term))
    return best, modality_of(reading, told[best][0][1]), strength[best]


def _handicap(term: str) -> float:
    return _MERE_MEETING if term == "consult" else _PREFERENCE * _STRONG.index(term)


def place_weight(reading: Reading, match: Found) -> float:
    """Return how much an act weighs by its sentence."""
    number = reading.sentence(match)
    return _BY_SENTENCE[number] if number < len(_BY_SENTENCE) else _LATER


def modality_of(reading: Reading, act: Found) -> Modality:
    """Return the modality of an act from its own tense and from the cues in its sentence; without any, done."""
    number = reading.sentence(act)
    for denial in reading.cues.get("denied", ()):
        if reading.sentence(denial) == number and -_DENIAL_REACH <= act.start - denial.end <= _DENIAL_REACH:
            return "denied"
    if act.value.modality in {"planned", "done"}:
        return act.value.modality
    if reading.cues_in("future", number):
        return "planned"
    if reading.cues_in("ongoing", number):
        return "ongoing"
    if reading.cues_in("done", number):
        return "done"
    # Headlines put the past into the present tense: where nothing else is said, the lead's verb decides, else done.
    return (_from_the_lead(reading, act) if number == TITLE else None) or "done"


def _from_the_lead(reading: Reading, act: Found) -> Modality | None:
    for match in reading.acts:
        same = reading.sentence(match) == TITLE + 1 and match.value.value == act.value.value
        if same and match.value.modality in {"planned", "done"}:
            return match.value.modality
    return None
