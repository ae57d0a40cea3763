"""Other articles inside an article's text: linked headlines between paragraphs, lists and whole articles after it.

A marker ("read also", "related articles") announces them; some pages print the next article with no marker at all. What
follows is judged by the words it shares with the article and with the foreign headline, and by form (`kinship`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from stream.cleaning.kinship import Evidence, Weights, evidence
from stream.cleaning.lines import Line
from stream.cleaning.phrases import table
from stream.cleaning.title import same

ENDING = frozenset({"tags", "credit", "copyright", "share", "newsletter", "subscription"})
"""Lines after which an article has usually ended."""
SURE = 0.6
"""Probability from which a block under a marker is another article: own words lost are worse than foreign ones kept."""
SURE_UNMARKED = 0.9
"""The same where nothing announces another article."""
OWN = 0.5
"""Share of the article's headline from which an unannounced block is the article itself."""
PARAGRAPHS = 2
"""Paragraphs that an article has before another one can follow it."""
NEARBY = 8
"""Lines within which a page prints a headline for the second time."""


@cache
def _weights(kind: str) -> Weights:
    section = dict(table("kinship")[kind])
    return Weights(section.pop("bias"), Evidence(**section))


def mark(lines: list[Line], title: Sequence[str]) -> None:
    """Set the reason of every line that belongs to another article; `title` is the headline's folded words."""
    at = paragraphs = 0
    ended = False
    while at < len(lines):
        line = lines[at]
        if line.marker:
            at = _after_marker(lines, at, title, ended=ended)
            continue
        if line.reason in ENDING:
            ended = ended or paragraphs > 1
        elif line.reason is None:
            if _opens_another(lines, at, title, ended=ended):
                _drop(lines, at, len(lines), "related_article")
                return
            paragraphs += line.like_paragraph
            ended = ended and not line.like_paragraph
        at += 1


def _drop(lines: Sequence[Line], start: int, stop: int, reason: str) -> None:
    for line in lines[start:stop]:
        line.reason = line.reason or reason


def _after_marker(lines: list[Line], at: int, title: Sequence[str], *, ended: bool) -> int:
    """Judge what follows the marker at `at`; return the index from which to go on."""
    marker = lines[at]
    reason = marker.reason or "related"
    if marker.inline_headline:
        return at + 1
    after = _headlines_end(lines, at + 1, many=reason == "related")
    block = _until_marker(lines, after)
    rest = [line for line in lines[after:] if line.reason is None]
    if not rest or (reason == "related" and not any(line.like_paragraph for line in rest)):
        _drop(lines, at + 1, len(lines), "related_article" if reason == "related" else reason)
        return len(lines)
    linked = [line for line in lines[at + 1 : after] if line.reason is None]
    if any(line.reason is None for line in block):
        found = evidence(
            lines[:at], linked, block, title, related=reason == "related", ended=ended, doubled=_doubled(linked, block)
        )
        if found.foreign(_weights("marked")) > SURE:
            _drop(lines, at + 1, len(lines), "related_article")
            return len(lines)
    _drop(lines, at + 1, after, reason)
    return after


def _headlines_end(lines: Sequence[Line], first: int, *, many: bool) -> int:
    """Return the index after the linked headlines that begin at `first`."""
    end = first
    while end < len(lines) and not lines[end].marker and (lines[end].reason is not None or _may_be_link(lines[end])):
        end += 1
    run = [i for i in range(first, end) if lines[i].reason is None]
    # Of two the second may be the article's own subheading; three are a list.
    if len(run) == 2 and end < len(lines) and not many and not lines[run[1]].bulleted:
        return run[1]
    if (
        not run
        and end < len(lines)
        and lines[end].reason is None
        and not lines[end].stops
        and len(lines[end].tokens) <= 25
    ):
        return end + 1
    return end


def _may_be_link(line: Line) -> bool:
    return line.bulleted or (line.like_headline and not line.like_paragraph)


def _until_marker(lines: Sequence[Line], start: int) -> list[Line]:
    stop = next((i for i in range(start, len(lines)) if lines[i].marker), len(lines))
    return list(lines[start:stop])


def _doubled(linked: Sequence[Line], block: Sequence[Line]) -> bool:
    return any(same(a.tokens, b.tokens) for a in linked for b in (*linked, *block[:NEARBY]) if a is not b)


def _opens_another(lines: list[Line], at: int, title: Sequence[str], *, ended: bool) -> bool:
    """Tell whether the headline-like line at `at` opens another article that was printed with no marker."""
    line = lines[at]
    if not line.like_headline or line.like_paragraph or line.bulleted or same(line.tokens, list(title)):
        return False
    before, block = lines[:at], lines[at + 1 :]
    if sum(b.reason is None and b.like_paragraph for b in before) < PARAGRAPHS:
        return False
    if not any(b.reason is None and b.like_paragraph for b in block):
        return False
    found = evidence(before, [line], block, title, related=False, ended=ended, doubled=_doubled([line], block))
    # What tells so much of the article's headline is the article, whatever its layout.
    if found.own_title >= OWN and not ended:
        return False
    return found.foreign(_weights("unmarked")) > SURE_UNMARKED
