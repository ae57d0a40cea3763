"""Whether a block of paragraphs continues an article or belongs to another one, from the words they share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import exp

from stream.cleaning.credit import opening
from stream.cleaning.lines import Line, content_words
from stream.cleaning.normalise import normalise
from stream.cleaning.phrases import listed

LEAD = 3
"""Paragraphs of a block in which an article has said what it is about."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What can be measured about a block, each 0 to 1."""

    related: float
    """It stands under a heading such as "related articles" (not "read also")."""
    ended: float
    """The article had ended before it: tags, a copyright line, buttons."""
    doubled: float
    """Its headline is printed twice."""
    kinship: float
    """Mean share of its paragraphs' content words that the article has used before."""
    cohesion: float
    """The same measure inside the article before it: how repetitive its own prose is."""
    own_title: float
    """Share of the article's headline that it repeats."""
    echo: float
    """Share of the foreign headline's own words, those the article never used, that it repeats."""
    lead: float
    """Share of the foreign headline that its first paragraph repeats."""
    rows: float
    """Share of its lines that are captions or headlines, not paragraphs."""
    listing: float
    """The same share under a heading such as "related articles", 0 elsewhere."""
    dateline: float
    """Its first paragraph opens with a dateline."""
    connective: float
    """Its first paragraph opens with a word that ties it to something before."""

    def foreign(self, weights: Weights) -> float:
        """Return the probability that the block belongs to another article."""
        score = weights.bias + sum(getattr(self, f.name) * getattr(weights.each, f.name) for f in fields(self))
        return 1.0 / (1.0 + exp(-score))


@dataclass(frozen=True, slots=True)
class Weights:
    """Coefficients of a logistic regression over `Evidence`."""

    bias: float
    each: Evidence


def evidence(
    before: Sequence[Line],
    linked: Sequence[Line],
    block: Sequence[Line],
    title: Sequence[str],
    *,
    related: bool,
    ended: bool,
    doubled: bool,
) -> Evidence:
    """Measure a block that follows `linked` headlines, which follow the article's own lines in `before`."""
    own = [line for line in before if line.reason is None]
    paragraphs = [line for line in block if line.reason is None]
    known = frozenset().union(*(line.content for line in own), title)
    half = len(own) // 2
    early = frozenset().union(*(line.content for line in own[:half]), title)
    told = frozenset().union(*(line.content for line in paragraphs[:LEAD]))
    headline = frozenset().union(*(line.content for line in linked))
    rows = sum(line.reason == "caption" or (line.reason is None and not line.like_paragraph) for line in block)
    first = next((line for line in paragraphs if line.like_paragraph), paragraphs[0])
    return Evidence(
        related=related,
        ended=ended,
        doubled=doubled,
        kinship=_shared(paragraphs, known),
        cohesion=_shared(own[half:], early),
        own_title=_part(content_words(" ".join(title)), told),
        echo=_part(headline - known, told),
        lead=max((_part(line.content, first.content) for line in linked), default=0.0),
        rows=rows / len(block),
        listing=related * rows / len(block),
        dateline=opening(first.text) is not None,
        connective=normalise(first.text[:40]).startswith(listed("connective")),
    )


def _shared(paragraphs: Sequence[Line], known: frozenset[str]) -> float:
    shares = [_part(line.content, known) for line in paragraphs if len(line.content) >= 4]
    return sum(shares) / len(shares) if shares else 0.0


def _part(of: frozenset[str], within: frozenset[str]) -> float:
    return len(of & within) / len(of) if of else 0.0
