"""An article's lines as the rules see them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from stream.cleaning.normalise import plain_words, words

_SEPARATOR = re.compile(r"\s*[:：|»›>]\s*|\s+[–—\-/]\s+")
_END = re.compile(r"[.!?؟…۔。！？][\"'”’»)\]）』」]*$")
_FULL_STOP = re.compile(r"[.۔。][\"'”’»)\]）』」]*$")
_NEXT_SENTENCE = re.compile(r"\w{4,}\.\s+\S")
_BULLET = re.compile(r"^\s*(?:[•●▪■◾◆►▶→‣⁃∙·*]|[-–—](?=\s))\s*")
HEADLINE_WORDS = range(3, 26)


@dataclass(slots=True)
class Line:
    """One line of an article, judged step by step: `reason` says why it is not the article's own, None that it is."""

    text: str
    gap: int
    """Empty lines before it."""
    reason: str | None = None
    tokens: list[str] = field(default_factory=list)
    """Folded words as written."""
    marker: bool = False
    """Whether it announces other articles."""
    inline_headline: bool = False
    """Whether it is a marker that carries the other article's headline itself."""

    _content: frozenset[str] | None = None

    def __post_init__(self) -> None:
        self.tokens = plain_words(self.text)

    @property
    def key(self) -> str:
        """The line as phrases are compared."""
        return " ".join(self.tokens)

    @property
    def head(self) -> list[str]:
        """The folded words before the first colon, bar or spaced dash; empty when there is none near the start."""
        match = _SEPARATOR.search(self.text[:90])
        return plain_words(self.text[: match.start()]) if match and match.start() else []

    @property
    def ends(self) -> bool:
        """Whether it ends as a sentence does."""
        return _END.search(self.text[-8:]) is not None

    @property
    def stops(self) -> bool:
        """Whether it ends with a full stop."""
        return _FULL_STOP.search(self.text[-8:]) is not None

    @property
    def bulleted(self) -> bool:
        """Whether it begins with a bullet."""
        return _BULLET.match(self.text) is not None

    @property
    def like_headline(self) -> bool:
        """Whether it has the form of a headline: neither a sentence nor a fragment."""
        whole = not self.stops and self.text[-1] not in ":،,؛;" and not _NEXT_SENTENCE.search(self.text)
        return whole and len(self.tokens) in HEADLINE_WORDS

    @property
    def like_paragraph(self) -> bool:
        """Whether it has the form of running text."""
        return len(self.tokens) >= 8 and (self.ends or len(self.tokens) > HEADLINE_WORDS[-1])

    @property
    def content(self) -> frozenset[str]:
        """Its words that carry meaning, for measuring what it has in common with others."""
        if self._content is None:
            self._content = content_words(self.text)
        return self._content


def content_words(text: str) -> frozenset[str]:
    """Return the normalised words of `text` long enough to carry meaning (a pair of characters in unspaced scripts)."""
    return frozenset(w for w in words(text) if len(w) > 3 or (len(w) == 2 and w[0] >= "\u0e00") or w.isdigit())


def split_lines(text: str) -> list[Line]:
    """Return the non-empty lines of `text`, each knowing how many empty ones came before it."""
    result: list[Line] = []
    gap = 0
    for raw in text.splitlines():
        stripped = raw.strip(" \t\u00a0\u200e\u200f\u200b\ufeff")
        if not stripped:
            gap += 1
            continue
        result.append(Line(stripped, gap))
        gap = 0
    return result
