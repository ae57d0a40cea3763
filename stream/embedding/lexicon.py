"""Everything that is looked for in a text of one language, as one matcher, built when the language first comes up.

The data files in `data/` say what their columns mean. Names of states and weekdays come from the CLDR by way of Babel.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal, cast

from stream.embedding import territories
from stream.embedding.calendars import calendar_patterns
from stream.embedding.matcher import Matcher
from stream.records import Modality

Kind = Literal["party", "city", "trap", "act", "cue", "weekday", "month", "relative"]
How = Literal["name", "adjective", "leader", "capital", ""]
ACTS = ("consult", "agree", "support", "cooperate", "reject", "threaten", "demand", "accuse", "coerce")
"""PLOVER's terms as used here: consult takes talks, calls, visits, summits and mediation; agree takes signing and
concluding; support takes recognition, restored relations and words of support; cooperate takes aid and exercises;
reject takes refusal, veto and breakdown; accuse takes condemnation, protest and summoning; coerce takes sanctions,
expulsion and the cutting of ties; demand and threaten are what they say."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a pattern stands for.

    Attributes:
        kind: which family the pattern belongs to.
        value: party code, `city|country`, act, cue, or number of weekday, month or days.
        weight: how surely the pattern means that, 0 to 1.
        how: for a party, what kind of word names it.
        modality: what the pattern's own tense says.
        case: the pattern's letters must be so in the text: any, capital or upper.
        since, until: for office-holders, first and last month (`YYYY-MM`) in office; empty is open.
    """

    kind: Kind
    value: str
    weight: float = 1.0
    how: How = ""
    modality: Modality | None = None
    case: Literal["any", "capital", "upper"] = "any"
    since: str = ""
    until: str = ""


def table(name: str, separator: str = "|") -> Iterator[list[str]]:
    """Yield the rows of a data file as stripped cells; comments and blank lines are left out."""
    text = files("stream.embedding").joinpath("data", name).read_text("utf-8")
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            yield [cell.strip() for cell in line.split(separator)]


def names(cell: str) -> list[str]:
    """Return the comma-separated names of a cell."""
    return [name.strip() for name in cell.split(",") if name.strip()]


@lru_cache(maxsize=64)
def matcher(lang: str) -> Matcher[Entry]:
    """Return the matcher for texts in `lang` (ISO 639-1); an unknown one knows names, but no acts."""
    return Matcher(
        [
            *_parties(lang),
            *_leaders(),
            *_cities(lang),
            *_traps(lang),
            *_terms(lang),
            *((pattern, Entry(cast("Kind", kind), value)) for pattern, kind, value in calendar_patterns(lang)),
        ]
    )


def _case(name: str) -> Literal["any", "capital", "upper"]:
    letters = [letter for letter in name if letter.isalpha()]
    if len(letters) > 1 and all(letter.isupper() for letter in letters):
        return "upper"
    return "capital" if letters and letters[0].isupper() else "any"


def _parties(lang: str) -> Iterator[tuple[str, Entry]]:
    for code, name in territories.names(lang):
        yield name, Entry("party", code, how="name", case=_case(name.rstrip("*")))
    for code, written_in, cell in table("names.txt"):
        if written_in in {"*", lang}:
            for name in names(cell):
                yield name, Entry("party", code, how="name", case=_case(name))
    columns = ("en", "fr", "de", "es", "it", "pt", "nl", "ru", "tr", "ar", "fa")
    if lang in columns:
        for row in table("demonyms.txt"):
            for adjective in names(row[1 + columns.index(lang)]):
                case: Literal["any", "capital"] = "capital" if lang in {"en", "tr", "nl"} else "any"
                for form in territories.inflected_adjective(adjective, lang):
                    yield form, Entry("party", row[0], how="adjective", case=case)


def _leaders() -> Iterator[tuple[str, Entry]]:
    for code, _office, since, until, *cells in table("leaders.txt"):
        for name in [name for cell in cells for name in names(cell)]:
            yield name, Entry("party", code, how="leader", case=_case(name), since=since, until=until)


def _cities(lang: str) -> Iterator[tuple[str, Entry]]:
    for city, code, metonym, zone, *more in table("cities.txt"):
        forms = {city, *names(more[0] if more else ""), *territories.city_name(zone, lang)}
        for form in forms:
            yield form, Entry("city", f"{city}|{code}", how="capital" if metonym else "", case=_case(form))


def _traps(lang: str) -> Iterator[tuple[str, Entry]]:
    for written_in, cell in table("traps.txt"):
        if written_in in {"*", lang}:
            for name in names(cell):
                yield name, Entry("trap", "")


def _terms(lang: str) -> Iterator[tuple[str, Entry]]:
    if not files("stream.embedding").joinpath("data", "lexicon", f"{lang}.tsv").is_file():
        return
    for pattern, term, weight, modality, _note in table(f"lexicon/{lang}.tsv", "\t"):
        kind: Kind = "act" if term in ACTS else "cue"
        case = _case(pattern)
        yield (
            pattern,
            Entry(
                kind,
                term,
                float(weight),
                modality=cast("Modality | None", modality or None),
                case="upper" if case == "upper" else "any",
            ),
        )
