"""Set phrases of outlets, one data file per concept, matched on folded words in any language."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from stream.cleaning.normalise import normalise, plain_words


@cache
def table(name: str) -> dict[str, Any]:
    """Return the data file `name` of this package."""
    return tomllib.loads((files("stream.cleaning") / "data" / f"{name}.toml").read_text("utf-8"))


@cache
def listed(name: str) -> tuple[str, ...]:
    """Return a word list of `words.toml`, folded."""
    return tuple(normalise(word) for words in table("words")[name].values() for word in words)


def key(text: str) -> str:
    """Return the form in which phrases are compared: folded words with one space between."""
    return " ".join(plain_words(text))


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases of one meaning, by their words.

    Attributes:
        keys: every phrase as `key` gives it.
        longest: words in the longest one.
        openings: the phrases by their first word.
    """

    keys: frozenset[str]
    longest: int
    openings: dict[str, tuple[tuple[str, ...], ...]]

    @classmethod
    def of(cls, phrases: Iterable[str]) -> Phrases:
        """Index `phrases`."""
        split = {tuple(plain_words(phrase)) for phrase in phrases} - {()}
        openings: dict[str, tuple[tuple[str, ...], ...]] = {}
        for words in sorted(split):
            openings[words[0]] = (*openings.get(words[0], ()), words)
        return cls(frozenset(map(" ".join, split)), max(map(len, split), default=0), openings)

    @classmethod
    def load(cls, name: str, *path: str) -> Phrases:
        """Index a section of a data file: lists of phrases by language."""
        section = table(name)
        for part in path:
            section = section[part]
        return cls.of(phrase for phrases in section.values() for phrase in phrases)

    def opens(self, words: Sequence[str]) -> int:
        """Return how many words the longest phrase that begins `words` has; 0 when none does."""
        if not words or words[0] not in self.openings:
            return 0
        return max((len(p) for p in self.openings[words[0]] if tuple(words[: len(p)]) == p), default=0)


@dataclass(frozen=True, slots=True)
class Meanings:
    """Phrases of several meanings, searched in one go."""

    openings: dict[str, tuple[tuple[str, tuple[str, ...]], ...]]

    @classmethod
    def of(cls, phrases: Mapping[str, Phrases]) -> Meanings:
        """Index phrases by their meaning."""
        openings: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {}
        for meaning, indexed in phrases.items():
            for first, found in indexed.openings.items():
                openings[first] = (*openings.get(first, ()), *((meaning, phrase) for phrase in found))
        return cls(openings)

    def within(self, words: Sequence[str]) -> dict[str, list[int]]:
        """Return, by meaning, the lengths in words of the phrases that occur anywhere in `words`."""
        found: dict[str, list[int]] = {}
        if self.openings.keys().isdisjoint(words):
            return found
        for i, word in enumerate(words):
            for meaning, phrase in self.openings.get(word, ()):
                if tuple(words[i : i + len(phrase)]) == phrase:
                    found.setdefault(meaning, []).append(len(phrase))
        return found
