"""What the join-or-new decision looks at: an article beside each candidate story.

Everything is compared with the founder and the best of the latest members too, never only with the centroid, which
drifts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from stream.windows.params import HOUR
from stream.windows.reading import Reading
from stream.windows.story import MAX_RECENT, Story, language_code
from stream.windows.vectors import Grid

NAMES = (
    "dense_centre",
    "dense_founder",
    "dense_best",
    "dense_top3",
    "dense_recent",
    "dense_same_language",
    "dense_margin",
    "dense_rank",
    "dense_crowd",
    "lexical",
    "lexical_margin",
    "title_best",
    "title_founder",
    "title_rare",
    "title_length",
    "hours_last",
    "hours_first",
    "log_articles",
    "log_origins",
    "language_share",
    "coherence",
    "site_share",
    "parties_shared",
    "parties_apart",
    "place",
    "date_gap",
    "act",
)
COLUMN = {name: number for number, name in enumerate(NAMES)}
UNKNOWN_GAP = -1.0
NO_MEMBER = -1.0
MAX_GAP = 30.0

Matrix = NDArray[np.float64]
WordIdf = Callable[[NDArray[np.int64]], Matrix]
PartyIdf = Callable[[str], float]


def compare(reading: Reading, centred: Grid, stories: Sequence[Story], idf: WordIdf, party_idf: PartyIdf) -> Matrix:
    """Return one row of features (`NAMES`) for each candidate.

    Args:
        reading: the article.
        centred: its centred dense vector.
        stories: the candidates, at least one.
        idf: rarities of words among the live stories.
        party_idf: rarity of a party among them.
    """
    matrix = np.zeros((len(stories), len(NAMES)))
    _fill(matrix, "dense_centre", _dense(reading, centred, stories))
    _fill(matrix, "title_best", _titles(reading, stories, idf))
    matrix[:, COLUMN["lexical"]] = _lexical(reading, stories, idf)
    _fill(matrix, "hours_last", np.array([_shape(reading, story) for story in stories]))
    _fill(matrix, "parties_shared", np.array([_meaning(reading, story, party_idf) for story in stories]))
    for target, source in (("dense_margin", "dense_best"), ("lexical_margin", "lexical")):
        matrix[:, COLUMN[target]] = _margins(matrix[:, COLUMN[source]])
    best = matrix[:, COLUMN["dense_best"]]
    matrix[:, COLUMN["dense_rank"]] = (best[None, :] > best[:, None]).sum(axis=1)
    # The middle of the candidates tells how crowded the article's neighbourhood is.
    matrix[:, COLUMN["dense_crowd"]] = np.sort(best)[len(best) // 2]
    return matrix


def _fill(matrix: Matrix, first: str, columns: Matrix) -> None:
    """Set neighbouring columns, from the one named `first`."""
    start = COLUMN[first]
    matrix[:, start : start + columns.shape[1]] = columns


def _dense(reading: Reading, centred: Grid, stories: Sequence[Story]) -> Matrix:
    """Return cosines with: centroid, founder, best, best three, all latest members, best in the article's language."""
    vectors = np.concatenate([story.view.vectors for story in stories]).astype(np.float32)
    squared = np.einsum("ij,ij->i", vectors, vectors).astype(np.float64) * float(centred @ centred)
    dots = (vectors @ centred).astype(np.float64)
    cosines = np.divide(dots, np.sqrt(squared), out=np.zeros_like(dots), where=squared > 0)
    counts = np.array([len(story.view.vectors) for story in stories])
    present = np.arange(2 + MAX_RECENT)[None, :] < counts[:, None]
    table = np.full(present.shape, NO_MEMBER)
    table[present] = cosines
    kept = counts - 2
    ranked = -np.sort(-table[:, 2:], axis=1)
    top = np.where(np.arange(3)[None, :] < kept[:, None], ranked[:, :3], 0.0).sum(axis=1) / np.minimum(kept, 3)
    mean = np.where(present[:, 2:], table[:, 2:], 0.0).sum(axis=1) / kept
    languages = np.concatenate([story.view.languages for story in stories])
    same = np.full(present.shape, NO_MEMBER)
    same[present] = np.where(languages == language_code(reading.article.lang), cosines, NO_MEMBER)
    return np.stack(
        [table[:, 0], table[:, 1], np.maximum(ranked[:, 0], table[:, 1]), top, mean, same[:, 1:].max(axis=1)], axis=1
    )


def _titles(reading: Reading, stories: Sequence[Story], idf: WordIdf) -> Matrix:
    """Return shares of headline words in common (Jaccard, idf-weighted): best, founder's; the rarest shared; length."""
    ours = reading.words.astype(np.int64)
    length = float(idf(ours).sum())
    theirs = np.concatenate([story.view.titles for story in stories]).astype(np.int64)
    weights = idf(theirs)
    shared = np.where(_among(theirs, ours), weights, 0.0)
    # Every headline's words as a stretch of one long array; sums of stretches are differences of running sums.
    lengths = np.concatenate([story.view.title_lengths for story in stories])
    ends = np.cumsum(lengths)
    common = np.diff(np.concatenate([[0.0], np.cumsum(shared)])[np.concatenate([[0], ends])])
    union = length + np.diff(np.concatenate([[0.0], np.cumsum(weights)])[np.concatenate([[0], ends])]) - common
    shares = np.divide(common, union, out=np.zeros_like(common), where=union > 0)
    heads = _starts([len(story.view.title_lengths) for story in stories])
    rarest = [float(part.max(initial=0.0)) for part in np.split(shared, (ends - lengths)[heads][1:])]
    best = np.maximum.reduceat(shares, heads)
    return np.stack([best, shares[heads], rarest, np.full(len(stories), length)], axis=1)


def _lexical(reading: Reading, stories: Sequence[Story], idf: WordIdf) -> Matrix:
    """Return the cosines of the words of headline and body, weighted by idf."""
    ours = reading.features
    own = reading.weights * idf(ours)
    norm = float(np.square(own).sum())
    theirs = np.concatenate([story.words for story in stories])
    weighted = np.concatenate([story.weights for story in stories]) * idf(theirs)
    place = np.minimum(np.searchsorted(ours, theirs), max(len(ours) - 1, 0))
    dots = np.where(ours[place] == theirs, own[place] * weighted, 0.0) if len(ours) else np.zeros(len(theirs))
    ends = np.concatenate([[0], np.cumsum([len(story.words) for story in stories])])
    sums = np.diff(np.concatenate([[0.0], np.cumsum(dots)])[ends])
    squares = norm * np.diff(np.concatenate([[0.0], np.cumsum(np.square(weighted))])[ends])
    cosines: Matrix = np.divide(sums, np.sqrt(squares), out=np.zeros_like(sums), where=squares > 0)
    return cosines


def _among(values: NDArray[np.int64], ordered: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which values are in an ascending array."""
    if not len(ordered):
        return np.zeros(len(values), dtype=bool)
    found: NDArray[np.bool_] = ordered[np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)] == values
    return found


def _starts(lengths: Sequence[int]) -> NDArray[np.int64]:
    """Return where each of several stretches begins when they lie one after the other."""
    return np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)


def _shape(reading: Reading, story: Story) -> list[float]:
    """Return what does not depend on the article's words: times, sizes, languages, sites."""
    article = reading.article
    # Whether there is a body is no feature: gold sets are of one kind or the other, and it would only tell them apart.
    return [
        (reading.time - story.last) / HOUR,
        (reading.time - story.first) / HOUR,
        math.log(story.articles),
        math.log(len(story.origins)),
        story.languages.get(article.lang, 0) / story.articles,
        story.view.coherence,
        sum(member.site == article.site for member in story.recent) / len(story.recent),
    ]


def _meaning(reading: Reading, story: Story, party_idf: PartyIdf) -> list[float]:
    """Return whether parties, place, date and act agree."""
    article = reading.article
    votes = story.about.votes
    return [
        *_parties(article.parties, story.view.parties, party_idf),
        _agreement(article.places[0] if article.places else None, votes["place"]),
        date_gap(article.event_date, story.view.event_date),
        _agreement(article.act, votes["act"]),
    ]


def _parties(ours: Sequence[str], theirs: Sequence[str], party_idf: PartyIdf) -> tuple[float, float]:
    """Return the rarity-weighted share of parties in common, and whether both have some but none in common."""
    if not ours or not theirs:
        return 0.0, 0.0
    weights = {party: party_idf(party) for party in sorted({*ours, *theirs})}
    shared = [party for party in weights if party in ours and party in theirs]
    return sum(weights[party] for party in shared) / sum(weights.values()), float(not shared)


def date_gap(ours: str | None, theirs: str | None) -> float:
    """Return the days between two ISO dates, at most `MAX_GAP`; `UNKNOWN_GAP` where one is not known."""
    if ours is None or theirs is None:
        return UNKNOWN_GAP
    try:
        gap = abs((date.fromisoformat(ours) - date.fromisoformat(theirs)).days)
    except ValueError:
        return UNKNOWN_GAP
    return min(float(gap), MAX_GAP)


def _agreement(ours: str | None, votes: dict[str, int]) -> float:
    """Return 1 when an answer is among the story's, -1 when it is not, 0 when either is not known."""
    if ours is None or not votes:
        return 0.0
    return 1.0 if ours in votes else -1.0


def _margins(values: Matrix) -> Matrix:
    """Return how far each value is ahead of the best of the others; a single one is ahead of 0."""
    if len(values) < 2:
        return values
    second, first = np.sort(values)[-2:]
    margins: Matrix = np.where(values == first, values - second, values - first)
    return margins
