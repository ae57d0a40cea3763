"""How well stories match events: B-cubed, pair F1 and the adjusted Rand index, all from one contingency table.

Every measure takes two equally long lists: the story and the event of each article. All are computed in time linear
in the articles, from the number of articles that each story shares with each event.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence

import msgspec

Labels = Sequence[Hashable]


class Score(msgspec.Struct, frozen=True):
    """Precision, recall and their harmonic mean, with the number of articles (or pairs) behind them."""

    precision: float
    recall: float
    f1: float
    count: int

    @classmethod
    def of(cls, precision: float, recall: float, count: int) -> Score:
        """Return a score with its F1."""
        total = precision + recall
        return cls(precision, recall, 2 * precision * recall / total if total else 0.0, count)


def b_cubed(stories: Labels, events: Labels) -> Score:
    """Return B-cubed precision, recall and F1 (Bagga & Baldwin 1998): the mean over articles.

    An article's precision is the share of its story's articles that are of its event, its recall the share of its
    event's articles that are in its story, itself included in both.
    """
    table, story_sizes, event_sizes = _contingency(stories, events)
    n = len(stories)
    if not n:
        return Score.of(0.0, 0.0, 0)
    precision = sum(count * count / story_sizes[story] for (story, _), count in table.items()) / n
    recall = sum(count * count / event_sizes[event] for (_, event), count in table.items()) / n
    return Score.of(precision, recall, n)


def b_cubed_across(stories: Labels, events: Labels, languages: Labels) -> Score:
    """Return B-cubed over partners in other languages only.

    Counted are the articles of events told in two languages or more. An article's recall is the share of its event's
    articles in other languages that its story holds; its precision the share of its story's articles in other
    languages that are of its event. An article whose story holds no other language has no precision and is left out
    of that mean; it has a recall of zero.
    """
    cells = Counter(zip(stories, events, languages, strict=True))
    table, story_sizes, event_sizes = _contingency(stories, events)
    story_language = Counter(zip(stories, languages, strict=True))
    event_language = Counter(zip(events, languages, strict=True))
    precision = recall = 0.0
    judged = counted = 0
    for (story, event, language), count in cells.items():
        others = event_sizes[event] - event_language[event, language]
        if not others:
            continue
        shared = table[story, event] - count
        company = story_sizes[story] - story_language[story, language]
        counted += count
        recall += count * shared / others
        if company:
            judged += count
            precision += count * shared / company
    return Score.of(precision / judged if judged else 0.0, recall / counted if counted else 0.0, counted)


def pairwise(stories: Labels, events: Labels) -> Score:
    """Return precision, recall and F1 over pairs of articles that are in one story."""
    table, story_sizes, event_sizes = _contingency(stories, events)
    both, said, true = (_pairs(sizes.values()) for sizes in (table, story_sizes, event_sizes))
    return Score.of(both / said if said else 1.0, both / true if true else 1.0, true)


def adjusted_rand(stories: Labels, events: Labels) -> float:
    """Return the adjusted Rand index (Hubert & Arabie 1985): 1 for equal partitions, about 0 for chance."""
    table, story_sizes, event_sizes = _contingency(stories, events)
    both, said, true = (_pairs(sizes.values()) for sizes in (table, story_sizes, event_sizes))
    every = _pairs([len(stories)])
    expected = said * true / every if every else 0.0
    highest = (said + true) / 2
    return 1.0 if highest == expected else (both - expected) / (highest - expected)


def stories_per_event(stories: Labels, events: Labels, at_least: int = 5) -> list[int]:
    """Return how many stories each event of at least so many articles was split into, in the events' order."""
    found: defaultdict[Hashable, list[Hashable]] = defaultdict(list)
    for story, event in zip(stories, events, strict=True):
        found[event].append(story)
    return [len(set(members)) for members in found.values() if len(members) >= at_least]


def _contingency(
    stories: Labels, events: Labels
) -> tuple[Counter[tuple[Hashable, Hashable]], Counter[Hashable], Counter[Hashable]]:
    return Counter(zip(stories, events, strict=True)), Counter(stories), Counter(events)


def _pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)
