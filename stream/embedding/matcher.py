"""One pass over an article's tokens for thousands of multi-word patterns: a trie over words.

A pattern's word matches a token when they are equal after folding, or when it ends in `*` and the token begins with it.
Arabic tokens are also tried without the particles written onto them (و ف ب ل ك and the article ال), Hebrew ones
without theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from stream.embedding.tokens import Token, pattern_words

T = TypeVar("T")

MIN_STEM = 2
_MEMO = 50_000


@dataclass(frozen=True, slots=True)
class Match(Generic[T]):
    """A pattern found at tokens [start, end); `before` are the particles written onto its first word."""

    start: int
    end: int
    value: T
    before: str = ""


@dataclass(slots=True)
class _Node(Generic[T]):
    next: dict[str, _Node[T]] = field(default_factory=dict)
    values: list[T] = field(default_factory=list)


class Matcher(Generic[T]):
    """Finds patterns in tokens; build once, use for every article of a language."""

    def __init__(self, patterns: Iterable[tuple[str, T]]) -> None:
        self._root: _Node[T] = _Node()
        self._exact: set[str] = set()
        self._stems: set[str] = set()
        self._longest = 0
        for pattern, value in patterns:
            self._add(pattern, value)
        self._memo: dict[str, tuple[tuple[str, str], ...]] = {}

    def _add(self, pattern: str, value: T) -> None:
        node = self._root
        words = pattern_words(pattern)
        if not words:
            return
        for word in words:
            if word.endswith("*"):
                self._stems.add(word[:-1])
                self._longest = max(self._longest, len(word) - 1)
            else:
                self._exact.add(word)
            node = node.next.setdefault(word, _Node())
        if value not in node.values:
            node.values.append(value)

    def find(self, tokens: Sequence[Token]) -> Iterator[Match[T]]:
        """Yield every match, also overlapping ones, in order of start, longer ones later; never across sentences."""
        keys = [self._keys(token.word) for token in tokens]
        for start, first in enumerate(keys):
            for symbol, before in first:
                node = self._root.next.get(symbol)
                if node is not None:
                    yield from self._follow(node, tokens, keys, start, start + 1, before)

    def _follow(
        self,
        node: _Node[T],
        tokens: Sequence[Token],
        keys: list[tuple[tuple[str, str], ...]],
        start: int,
        at: int,
        before: str,
    ) -> Iterator[Match[T]]:
        for value in node.values:
            yield Match(start, at, value, before)
        if node.next and at < len(tokens) and tokens[at].sentence == tokens[start].sentence:
            for symbol, _ in keys[at]:
                further = node.next.get(symbol)
                if further is not None:
                    yield from self._follow(further, tokens, keys, start, at + 1, before)

    def _keys(self, word: str) -> tuple[tuple[str, str], ...]:
        """Return the trie's symbols that `word` stands for, each with the particles taken off."""
        known = self._memo.get(word)
        if known is None:
            if len(self._memo) >= _MEMO:
                self._memo.clear()
            known = self._memo[word] = tuple(self._symbols(word))
        return known

    def _symbols(self, word: str) -> Iterator[tuple[str, str]]:
        seen = set()
        for form, before in _variants(word):
            for symbol in self._named(form):
                if symbol not in seen:
                    seen.add(symbol)
                    yield symbol, before

    def _named(self, form: str) -> Iterator[str]:
        if form in self._exact:
            yield form
        for length in range(min(len(form), self._longest), MIN_STEM - 1, -1):
            if form[:length] in self._stems:
                yield form[:length] + "*"


def _variants(word: str) -> Iterator[tuple[str, str]]:
    """Yield the word and what it may be without particles, with the particles."""
    yield word, ""
    first = word[0]
    if "ء" <= first <= "ي":
        yield from _arabic(word)
    elif "א" <= first <= "ת":
        for cut in (1, 2):
            if len(word) > cut + 2 and all(letter in "ושבלמהכ" for letter in word[:cut]):
                yield word[cut:], word[:cut]


def _arabic(word: str) -> Iterator[tuple[str, str]]:
    rest, before = word, ""
    for particles in ("وف", "بلك"):
        if rest.startswith("ال") and len(rest) > 4:
            yield rest[2:], before
        if rest.startswith("لل") and len(rest) > 4:
            yield "ال" + rest[2:], before + "ل"
            yield rest[2:], before + "ل"
        if rest[0] in particles and len(rest) > 3:
            before, rest = before + rest[0], rest[1:]
            yield rest, before
    if rest.startswith("ال") and len(rest) > 4:
        yield rest[2:], before
    if rest.startswith("لل") and len(rest) > 4:
        yield "ال" + rest[2:], before + "ل"
        yield rest[2:], before + "ل"
