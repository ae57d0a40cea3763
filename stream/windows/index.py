"""Finding the few live stories an article could belong to.

Two ways in: stories that share its rarer words (an inverted index), and stories whose centroid points its way. For
the latter the sign bits of all centroids are compared by counting the bits that differ: 48 bytes a story, and
integers only, so that neither ties nor order depend on where in memory a story lies. What is found is then compared
in full.
"""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray

from stream.embedding.lexical import BITS
from stream.windows.vectors import signs

IDF_PRIOR = 20
"""Stories imagined beside the live ones, so that a young desk does not take every word for common."""
MAX_POSTINGS = 400
"""A word that more stories share finds nothing in particular."""
MAX_PROBES = 16

Words = NDArray[np.int64]


class StoryIndex:
    """The live stories' words and directions, by slot number.

    Args:
        dim: length of the dense vectors.
    """

    def __init__(self, dim: int) -> None:
        self._holders: dict[int, set[int]] = {}
        self._counts = np.zeros(2**BITS, dtype=np.int32)
        self._words: dict[int, Words] = {}
        self._free: list[int] = []
        self._codes = np.zeros((0, -(-dim // 64)), dtype=np.uint64)
        self._live = np.zeros(0, dtype=bool)

    def __len__(self) -> int:
        return len(self._words)

    def new_slot(self) -> int:
        """Return an unused slot."""
        if not self._free:
            size = max(256, len(self._live))
            self._free = list(range(len(self._live), len(self._live) + size))
            self._codes = np.concatenate([self._codes, np.zeros((size, self._codes.shape[1]), dtype=np.uint64)])
            self._live = np.concatenate([self._live, np.zeros(size, dtype=bool)])
        return heapq.heappop(self._free)

    def put(self, slot: int, words: Words, centre: NDArray[np.int8]) -> None:
        """Index a story (its words ascending), or index it anew after it changed."""
        before = set(self._words[slot].tolist()) if slot in self._words else set()
        after = set(words.tolist())
        for word in before - after:
            self._forget(word, slot)
        for word in after - before:
            self._holders.setdefault(word, set()).add(slot)
            self._counts[word] += 1
        self._words[slot] = words
        self._codes[slot] = signs(centre)
        self._live[slot] = True

    def remove(self, slot: int) -> None:
        """Forget a story; its slot may be given to another."""
        for word in self._words.pop(slot).tolist():
            self._forget(word, slot)
        self._live[slot] = False
        heapq.heappush(self._free, slot)

    def _forget(self, word: int, slot: int) -> None:
        self._holders[word].discard(slot)
        self._counts[word] -= 1
        if not self._holders[word]:
            del self._holders[word]

    def idf(self, words: Words) -> NDArray[np.float64]:
        """Return the rarity of words among the live stories: ln((stories + prior) / (stories with the word + 1))."""
        # A story may have grown past its prior since; no word is ever worth nothing.
        ratio: NDArray[np.float64] = (len(self._words) + IDF_PRIOR) / (self._counts[words] + 1.0)
        return np.log(ratio)

    def sharing(self, words: Words, weights: NDArray[np.int64]) -> dict[int, float]:
        """Return the stories that share an article's rarer words, with the idf²-weighted weight shared."""
        values = np.square(self.idf(words)) * weights
        held = self._counts[words]
        values[(held == 0) | (held > MAX_POSTINGS)] = 0.0
        scores: dict[int, float] = {}
        for place in np.lexsort((words, -values))[:MAX_PROBES].tolist():
            value = float(values[place])
            if value:
                for slot in self._holders[int(words[place])]:
                    scores[slot] = scores.get(slot, 0.0) + value
        return scores

    def near(self, vector: NDArray[np.float32], count: int) -> list[int]:
        """Return at least `count` stories (if there are) whose directions differ least in sign bits."""
        if not self._words:
            return []
        distance = np.bitwise_count(self._codes ^ signs(vector)).sum(axis=1, dtype=np.int32)
        distance[~self._live] = np.iinfo(np.int32).max
        wanted = min(count, len(self._words))
        limit = np.partition(distance, wanted - 1)[wanted - 1]
        slots: list[int] = np.flatnonzero(distance <= limit).tolist()
        return slots
