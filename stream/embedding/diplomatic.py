"""How likely an article reports a diplomatic event: a logistic formula over what was read.

Coefficients are in `data/diplomatic.json`: each says by how much the log-odds change per unit of its feature.
"""

from __future__ import annotations

import json
import math
from functools import lru_cache
from importlib.resources import files

from stream.embedding.acts import place_weight
from stream.embedding.parties import party, weight
from stream.embedding.reading import TITLE, Reading
from stream.embedding.territories import STATES

NEGATIVES = ("sport", "business", "culture", "past", "opinion", "disaster", "crime", "war", "domestic")

DEEDS = ("consult", "agree", "support", "cooperate", "coerce")
"""Acts that are done; the others (accuse, demand, threaten, reject) are words, which are also said of much else."""

NOT_OF_STATES = {"HAMAS", "HEZBOLLAH", "HOUTHIS", "TALIBAN"}


def probability(reading: Reading, parties: list[str]) -> float:
    """Return the probability, 0 to 1, that a text already read reports a diplomatic event."""
    coefficients = _coefficients()
    odds = coefficients["intercept"]
    for name, value in features(reading, parties).items():
        odds += coefficients.get(name, 0.0) * value
    return round(1.0 / (1.0 + math.exp(-odds)), 4)


def features(reading: Reading, parties: list[str]) -> dict[str, float]:
    """Return what the formula looks at; every value is between 0 and 3."""
    head = 0 if any(token.sentence == TITLE for token in reading.tokens) else 1
    named = _parties_in(reading, {head})
    lead = _parties_in(reading, {1, 2}) if head == TITLE else _parties_in(reading, {2})
    deeds = [act.value.weight for act in reading.acts if reading.sentence(act) == head and act.value.value in DEEDS]
    words = [act.value.weight for act in reading.acts if reading.sentence(act) == head and act.value.value not in DEEDS]
    act_rest = [act.value.weight * place_weight(reading, act) for act in reading.acts if reading.sentence(act) > head]
    # A body such as the Arab League is many states at once.
    several = min(len(named) + sum(code not in STATES and code not in NOT_OF_STATES for code in named), 2) / 2
    deed, word = max(deeds, default=0.0), max(words, default=0.0)
    leaders = {
        party(match) for match in reading.names if match.value.how == "leader" and reading.sentence(match) == head
    }
    found = {
        "one_party_in_head": float(len(named) >= 1),
        "two_parties_in_head": float(len(named) >= 2),
        "two_parties_in_lead": float(len(lead) >= 2),
        "parties": min(len(parties), 3) / 3,
        "deed_in_head": deed,
        "deed_and_party_in_head": deed * several,
        "word_in_head": word,
        "word_and_party_in_head": word * several,
        "leaders_in_head": min(len(leaders), 2) / 2,
        "act_in_lead": max(act_rest, default=0.0),
        "more_acts": min(len(act_rest), 6) / 6,
        "official_in_head": min(reading.cues_in("official", head), 2) / 2,
        "official_in_lead": min(reading.cues_in("official", head + 1), 3) / 3,
        "has_body": float(reading.tokens[-1].sentence > head) if reading.tokens else 0.0,
    }
    for cue in NEGATIVES:
        found[f"{cue}_in_head"] = float(min(reading.cues_in(cue, head), 2))
        found[f"{cue}_in_lead"] = min(reading.cues_in(cue, head + 1) + reading.cues_in(cue, head + 2), 4) / 2
    return found


def _parties_in(reading: Reading, sentences: set[int]) -> set[str]:
    """Return the parties named in some sentences as more than a place or an adjective of something else."""
    found = set()
    for match in reading.names:
        code = party(match)
        if code and reading.sentence(match) in sentences and weight(reading, match) >= 0.4:
            found.add(code)
    return found


@lru_cache(maxsize=1)
def _coefficients() -> dict[str, float]:
    text = files("stream.embedding").joinpath("data", "diplomatic.json").read_text("utf-8")
    loaded: dict[str, float] = json.loads(text)["coefficients"]
    return loaded
