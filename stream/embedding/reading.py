"""One pass over headline and body: the tokens, and what of the lexicon stands where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from stream.embedding.lexicon import Entry, matcher
from stream.embedding.matcher import Match
from stream.embedding.tokens import Token, tokenise

TITLE = 0
_NAMES = {"party", "city", "trap"}
_PROMINENCE = (3.0, 1.6, 1.0, 0.6, 0.5, 0.4)
_BACKGROUND = 0.15

Found = Match[Entry]


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as the lexicon sees it.

    Attributes:
        tokens: of the headline (sentence 0) and the body.
        names: parties and cities; several at one place when a word means both.
        acts: diplomatic acts.
        cues: everything else, by what it is a cue of.
        dates: weekdays, months and relative days.
    """

    tokens: Sequence[Token]
    names: list[Found]
    acts: list[Found]
    cues: dict[str, list[Found]]
    dates: list[Found]

    def sentence(self, match: Found) -> int:
        """Return the number of the sentence that `match` is in; 0 is the headline."""
        return self.tokens[match.start].sentence

    def prominence(self, match: Found) -> float:
        """Return how much a mention weighs by its place: headline, lead, the rest."""
        number = self.sentence(match)
        if number < len(_PROMINENCE):
            return _PROMINENCE[number]
        return _BACKGROUND

    def cue_at(self, name: str, start: int, end: int) -> bool:
        """Tell whether a cue lies within the tokens [start, end)."""
        return any(start <= cue.start and cue.end <= end for cue in self.cues.get(name, ()))

    def cues_in(self, name: str, sentence: int) -> int:
        """Return how many different cues of a kind a sentence has."""
        return len({cue.start for cue in self.cues.get(name, ()) if self.sentence(cue) == sentence})


def read(title: str, text: str, lang: str, at: float) -> Reading:
    """Return what the lexicon of `lang` finds in a text; `at` (seconds since the epoch) dates the office-holders."""
    tokens = tokenise(title, text)
    month = datetime.fromtimestamp(at, UTC).strftime("%Y-%m")
    names: list[Found] = []
    acts: list[Found] = []
    dates: list[Found] = []
    cues: dict[str, list[Found]] = defaultdict(list)
    for match in matcher(lang).find(tokens):
        entry = match.value
        if not _written_so(entry, tokens[match.start]):
            continue
        if entry.kind in _NAMES:
            if _in_office(entry, month):
                names.append(match)
        elif entry.kind == "act":
            acts.append(match)
        elif entry.kind == "cue":
            cues[entry.value].append(match)
        else:
            dates.append(match)
    kept = [match for match in longest(names) if match.value.kind != "trap"]
    return Reading(tokens, kept, longest(acts), {cue: longest(found) for cue, found in cues.items()}, longest(dates))


def longest(matches: Iterable[Found]) -> list[Found]:
    """Return the leftmost longest of overlapping matches; all that share its span, a trap above all others."""
    kept: list[Found] = []
    for match in sorted(matches, key=lambda found: (found.start, -found.end, found.value.kind != "trap")):
        last = kept[-1] if kept else None
        if last is None or match.start >= last.end:
            kept.append(match)
        elif (match.start, match.end) == (last.start, last.end) and last.value.kind != "trap":
            means = {(other.value.kind, other.value.value) for other in kept[-4:] if other.start == match.start}
            if (match.value.kind, match.value.value) not in means:
                kept.append(match)
    return kept


def _written_so(entry: Entry, token: Token) -> bool:
    return entry.case == "any" or (token.upper if entry.case == "upper" else token.capital)


def _in_office(entry: Entry, month: str) -> bool:
    return (not entry.since or entry.since <= month) and (not entry.until or month <= entry.until)
