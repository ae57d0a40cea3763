"""A replay against a gold file: one typed report."""

from __future__ import annotations

from pathlib import Path

import msgspec

from stream.replay.alerting import AlertScore, score_alerts
from stream.replay.clustering import Score, adjusted_rand, b_cubed, b_cubed_across, pairwise, stories_per_event
from stream.replay.gold import Gold, Replayed
from stream.replay.understanding import UnderstandingScore, score_understanding

BIG_EVENT = 5
"""Articles from which on an event counts in `stories_per_event`."""


class SplitScore(msgspec.Struct, frozen=True):
    """How many stories the events of at least five articles were split into."""

    events: int
    mean: float
    worst: int


class ClusteringScore(msgspec.Struct, frozen=True):
    """How well stories match events, over the articles that have one in the gold file."""

    articles: int
    events: int
    stories: int
    unassigned: int
    """Articles that were refused or never replayed: each counts as a story of its own."""
    b_cubed: Score
    b_cubed_by_language: dict[str, Score]
    """Articles of one language only, on both sides."""
    b_cubed_across_languages: Score | str
    """Partners in other languages only, or why that cannot be said."""
    pairs: Score
    adjusted_rand: float
    stories_per_event: SplitScore | str


class Report(msgspec.Struct, frozen=True):
    """A replay against a gold file; a section that cannot be computed says why."""

    clustering: ClusteringScore | str
    alerts: AlertScore | str
    understanding: UnderstandingScore | str


def evaluate(folder: Path, gold_file: Path) -> Report:
    """Compare a replay's output with a gold file.

    Articles that were in merged stories count for the story in which they ended.

    Raises:
        TocsinError: a file is missing or cannot be read.
    """
    gold, replayed = Gold.load(gold_file), Replayed.load(folder)
    return Report(
        clustering=score_clustering(gold, replayed),
        alerts=score_alerts(gold, replayed),
        understanding=score_understanding(gold, replayed),
    )


def score_clustering(gold: Gold, replayed: Replayed) -> ClusteringScore | str:
    """Return how well stories match events, or why that cannot be said."""
    if "event" not in gold.fields:
        return "the gold file has no `event`"
    rows = [
        (replayed.story_of(article.key), str(article.event), article.lang)
        for article in gold.articles
        if article.event is not None
    ]
    # A refused article is in no story, which is not the same as being together with the other refused ones.
    stories = [story or f"unassigned {number}" for number, (story, _, _) in enumerate(rows)]
    events = [event for _, event, _ in rows]
    languages = [language or "und" for _, _, language in rows]
    split = stories_per_event(stories, events, BIG_EVENT)
    return ClusteringScore(
        articles=len(rows),
        events=len(set(events)),
        stories=len(set(stories)),
        unassigned=sum(story is None for story, _, _ in rows),
        b_cubed=b_cubed(stories, events),
        b_cubed_by_language=_by_language(stories, events, languages) if "lang" in gold.fields else {},
        b_cubed_across_languages=_across(stories, events, languages, gold),
        pairs=pairwise(stories, events),
        adjusted_rand=adjusted_rand(stories, events),
        stories_per_event=SplitScore(len(split), sum(split) / len(split), max(split))
        if split
        else f"no event has {BIG_EVENT} articles",
    )


def _across(stories: list[str], events: list[str], languages: list[str], gold: Gold) -> Score | str:
    if "lang" not in gold.fields:
        return "the gold file has no `lang`"
    score = b_cubed_across(stories, events, languages)
    return score if score.count else "no event is told in two languages"


def _by_language(stories: list[str], events: list[str], languages: list[str]) -> dict[str, Score]:
    result = {}
    for language in sorted(set(languages)):
        chosen = [i for i, found in enumerate(languages) if found == language]
        result[language] = b_cubed([stories[i] for i in chosen], [events[i] for i in chosen])
    return result
