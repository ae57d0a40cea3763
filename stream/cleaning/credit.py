"""Which news agency an article names as its source: in a dateline, a byline, a credit line or a closing bracket.

A mere mention ("he told Reuters") names a witness, not the source, and counts for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from stream.cleaning.normalise import plain_words
from stream.cleaning.phrases import listed, table

_BOUNDARY = re.compile(r"\s*[()（）\[\]【】/:：|–—−ـ]+\s*|\s+-+\s*|\s*-+\s+|\.-|[,،;؛]\s+|\.\s+")
_STRONG = re.compile(r"[()（）\[\]【】/:：|–—−ـ-]")
_REACH = 110
"""Characters within which a dateline ends."""
_CLOSING = re.compile(
    r"[\s.،,]*(?:[(（\[]\s*([^()（）\[\]]{2,60})\s*[)）\]]|\s[-–—/]+\s*([^\s.()][^.()]{1,40}))\s*[.]?$"
)
_PARTS = re.compile(r"[/,،;؛|+&()（）–—·•]|\s-\s|\s(?:and|et|y|и|und|e|ve|و)\s|(?<=\s)و(?=[\u0621-\u064A]{4})")
_PICTURE = re.compile(r"photo|foto|images?\b|фото|صورة|تصوير|عکس", re.IGNORECASE)
_QUOTED_REPORT = ("به", "گزارش")


@dataclass(frozen=True, slots=True)
class Dateline:
    """The credit in an opening such as `KYIV (Reuters) -`: which agency, and the text without it."""

    agency: str
    cut: str
    rest: str


@cache
def _aliases() -> dict[str, str]:
    found: dict[str, str] = {}
    for agency, entry in table("agencies").items():
        for alias in (*entry.get("names", ()), *entry.get("marks", ())):
            found.setdefault(" ".join(plain_words(alias)), agency)
    return found


@cache
def _names() -> frozenset[str]:
    return frozenset(" ".join(plain_words(n)) for entry in table("agencies").values() for n in entry.get("names", ()))


@cache
def _sites() -> dict[str, str]:
    return {site: agency for agency, entry in table("agencies").items() for site in entry.get("sites", ())}


@cache
def _unspaced() -> tuple[tuple[str, str], ...]:
    return tuple((alias, agency) for alias, agency in _aliases().items() if alias[0] >= "\u3040" and len(alias) > 2)


def agency_of_site(site: str) -> str | None:
    """Return the agency whose own site this is."""
    return _sites().get(site.removeprefix("www."))


def agency_named(text: str) -> str | None:
    """Return the agency when `text` is nothing but its name, alone or among other names and words such as "source"."""
    if not text or len(text) > 80:
        return None
    for part in (text, *_PARTS.split(text)):
        agency = _aliases().get(" ".join(_named(plain_words(part)))) or _aliases().get(" ".join(plain_words(part)))
        if agency:
            return agency
    return None


def credit_line(text: str) -> str | None:
    """Return the agency of a line that is nothing but a credit, such as "Source: Reuters" or "AFP / AP"."""
    tokens = plain_words(text)
    if not tokens or len(tokens) > 8 or not _only_credits(text):
        return None
    return agency_named(text)


def ending(tokens: Sequence[str]) -> tuple[str, int] | None:
    """Return the agency whose name the last of some folded words are, and how many words it has."""
    for size in range(min(4, len(tokens)), 0, -1):
        if agency := _aliases().get(" ".join(tokens[-size:])):
            return agency, size
    return None


def _named(tokens: Sequence[str]) -> list[str]:
    return [token for token in tokens if token not in listed("credit_filler")]


def _only_credits(text: str) -> bool:
    for part in _PARTS.split(text.replace(":", "/").strip(" .")):
        tokens = plain_words(part)
        left = _named(tokens)
        if left and " ".join(left) not in _aliases() and " ".join(tokens) not in _aliases():
            return False
    return True


def opening(text: str) -> Dateline | None:
    """Return the dateline or byline credit that `text`, an article's first paragraph, opens with."""
    head = text[:_REACH]
    for alias, agency in _unspaced():
        if head.lstrip("（(【").startswith(alias):
            return Dateline(agency, "", text)
    start, border = 0, ""
    for match in _BOUNDARY.finditer(head):
        tokens = plain_words(head[start : match.start()])
        if len(tokens) > 6:
            break
        named = _aliases().get(" ".join(tokens)) or _aliases().get(" ".join(_named(tokens)))
        if named and tokens and _STRONG.search(match.group() if "." not in match.group() else border):
            return _cut(text, start, match.end(), named)
        start, border = match.end(), match.group()
    return _persian_opening(text)


def _cut(text: str, start: int, end: int, agency: str) -> Dateline:
    before, after = text[:start], text[end:]
    # The place before the credit stays: `KYIV (Reuters) - More` becomes `KYIV - More`.
    place = re.sub(r"[\s(（\[【/:|–—−ـ.,،-]+$", "", before)
    rest = re.sub(r"^[\s)）\]】/:|–—−ـ.,،-]+", "", after)
    cut = text[len(place) : len(text) - len(rest)].strip()
    return Dateline(agency, cut, f"{place} - {rest}" if place else rest)


def _persian_opening(text: str) -> Dateline | None:
    tokens = plain_words(text[:_REACH])
    if tuple(tokens[:2]) != _QUOTED_REPORT:
        return None
    for i in range(2, min(7, len(tokens))):
        for j in range(i + 1, min(i + 4, len(tokens)) + 1):
            if (name := " ".join(tokens[i:j])) in _names():
                return Dateline(_aliases()[name], "", text)
    return None


def closing(text: str) -> Dateline | None:
    """Return the credit in the bracket or after the dash that ends `text`, an article's last paragraph."""
    match = _CLOSING.search(text)
    if match is None:
        return None
    inner = match.group(1) or match.group(2)
    if _PICTURE.search(inner):
        return None
    if (match.group(2) and not _only_credits(inner)) or (agency := agency_named(inner)) is None:
        return None
    kept = text[: match.start()]
    stop: str = text[match.start() : match.start() + 1]
    return Dateline(agency, text[match.start() :].strip(), kept + stop if stop in ".،" else kept)
