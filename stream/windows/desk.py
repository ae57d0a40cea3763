"""The live stories of a desk, with everything derived from them.

Whatever is derived is a sum of integers or a set, so the order in which stories came back after a restart does not
matter.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from stream.windows.background import kind_of
from stream.windows.centring import LanguageMeans, Mean, mean_key
from stream.windows.gates import closing_time, takes
from stream.windows.index import IDF_PRIOR, StoryIndex
from stream.windows.params import WindowParams
from stream.windows.reading import Reading
from stream.windows.story import Story
from stream.windows.vectors import Grid

SHORTLIST = 4
"""Times as many stories are taken by their sign bits as are wanted by their vectors."""


class LiveStories:
    """Live stories by id, and the ways to find them.

    Args:
        params: lengths of the windows, numbers of candidates.
        dim: length of the dense vectors.
        priors: means of general news, see `LanguageMeans`.
    """

    def __init__(self, params: WindowParams, dim: int, priors: Mapping[str, Mean]) -> None:
        self.dim = dim
        self._params = params
        self._stories: dict[str, Story] = {}
        self._slots: dict[str, int] = {}
        self._at_slot: dict[int, Story] = {}
        self._index = StoryIndex(dim)
        self._means = LanguageMeans(dim, priors)
        self._articles: dict[int, str] = {}
        self._parties: Counter[str] = Counter()
        self._named: dict[str, tuple[list[str], str | None]] = {}
        self._kinds: dict[str, set[str]] = {}
        self._closings: list[tuple[float, str]] = []

    def __len__(self) -> int:
        return len(self._stories)

    def get(self, story: str) -> Story | None:
        """Return a live story."""
        return self._stories.get(story)

    def holding(self, key: int) -> Story | None:
        """Return the story that remembers the article with this key."""
        story = self._articles.get(key)
        return None if story is None else self._stories[story]

    def centre(self, reading: Reading) -> Grid:
        """Return an article's dense vector less the mean of its language and form."""
        return self._means.centre(mean_key(reading.article.lang, bool(reading.article.lead)), reading.raw)

    def idf(self, words: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the rarities of words among the live stories."""
        return self._index.idf(words)

    def party_idf(self, party: str) -> float:
        """Return the rarity of a party among the live stories."""
        return math.log((len(self._stories) + IDF_PRIOR) / (self._parties[party] + 1))

    def like(self, story: Story) -> list[Story]:
        """Return the other live stories of the same kind, in an order that does not depend on their history."""
        kind = self._named[story.id][1]
        if kind is None:
            return []
        return [self._stories[other] for other in sorted(self._kinds[kind]) if other != story.id]

    def add(self, story: Story) -> None:
        """Add a story."""
        slot = self._index.new_slot()
        self._stories[story.id], self._slots[story.id], self._at_slot[slot] = story, slot, story
        self._means.add(mean_key(story.lang, story.has_body), story.raw.astype(np.float32))
        self._articles.update((entry.key, story.id) for entry in story.keys)
        heapq.heappush(self._closings, (self._due(story), story.id))
        self._describe(story)

    def grow(self, story: Story, change: Callable[[], None]) -> None:
        """Let `change` add an article to a live story."""
        oldest = story.keys[0].key
        self._undescribe(story.id)
        change()
        if story.keys[0].key != oldest:
            self._articles.pop(oldest, None)
        self._articles[story.keys[-1].key] = story.id
        self._describe(story)

    def _drop(self, story: Story) -> None:
        del self._stories[story.id]
        slot = self._slots.pop(story.id)
        del self._at_slot[slot]
        self._index.remove(slot)
        self._means.add(mean_key(story.lang, story.has_body), story.raw.astype(np.float32), -1)
        for entry in story.keys:
            self._articles.pop(entry.key, None)
        self._undescribe(story.id)

    def _describe(self, story: Story) -> None:
        self._index.put(self._slots[story.id], story.words, story.view.centre)
        named = (story.view.parties, kind_of(story))
        self._named[story.id] = named
        self._parties.update(named[0])
        if named[1] is not None:
            self._kinds.setdefault(named[1], set()).add(story.id)

    def _undescribe(self, story: str) -> None:
        parties, kind = self._named.pop(story)
        self._parties.subtract(parties)
        if kind is not None:
            self._kinds[kind].discard(story)
            if not self._kinds[kind]:
                del self._kinds[kind]

    def _due(self, story: Story) -> float:
        return closing_time(story, self._params) + self._params.lateness

    def expired(self, watermark: float) -> Iterator[tuple[float, Story]]:
        """Drop and yield the stories that not even a late article may join any more, in order of their closing."""
        while self._closings and self._closings[0][0] < watermark:
            due, name = heapq.heappop(self._closings)
            story = self._stories[name]
            now_due = self._due(story)
            if now_due > due:
                heapq.heappush(self._closings, (now_due, name))
                continue
            self._drop(story)
            yield due, story

    def candidates(self, reading: Reading, centred: Grid) -> list[Story]:
        """Return the stories an article could belong to, in an order that does not depend on their history."""
        params = self._params
        sharing = self._index.sharing(reading.features, reading.weights)
        slots = set(self._best(sharing.items(), params.lexical_candidates, reading.time))
        near = self._index.near(centred, SHORTLIST * params.dense_candidates)
        if near:
            matrix = np.stack([self._at_slot[slot].view.centre for slot in near]).astype(np.float32)
            dots = (matrix @ centred).tolist()
            slots.update(self._best(zip(near, dots, strict=True), params.dense_candidates, reading.time))
        return sorted((self._at_slot[slot] for slot in slots), key=lambda story: (story.first, story.id))

    def _best(self, scores: Iterable[tuple[int, float]], count: int, time: float) -> list[int]:
        """Return the slots with the highest scores whose windows take an article of this time, with ties."""
        best: list[int] = []
        last = -math.inf
        for slot, score in sorted(scores, key=lambda item: -item[1]):
            if len(best) >= count and score < last:
                break
            if takes(self._at_slot[slot], time, self._params):
                best.append(slot)
                last = score
        return best
