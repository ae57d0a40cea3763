"""Folded tokens with their places: what the lexicons are matched against, in any script."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from stream.cleaning.normalise import normalise, sentences

MAX_WORDS = 400
"""How far into the body understanding reads: past that, news is background."""

_LETTER = r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]"
_WORD = re.compile(
    _LETTER  # scripts written without spaces or with particles glued on: each letter is a token
    + r"|(?:[^\W\d_]\.){2,}"  # U.S., U.N.
    + r"|(?:(?![\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3])[^\W\d_])+"
    + r"|\d+"
)
_PATTERN_WORD = re.compile(f"(?:{_WORD.pattern})" + r"\*?")
_MARKS = re.compile(r"[\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200d-\u200f]")
"""Vowel signs and joiners, at which a word would otherwise fall apart."""
_AMMAN = ("عمّان", "عمانعاصمه")
"""Written without its doubling sign the capital of Jordan is the sultanate of Oman."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word as matched.

    Attributes:
        word: folded for comparing.
        capital: it began with a capital letter, or its script has none.
        upper: it was all capitals and longer than a letter.
        sentence: 0 is the headline, 1 the body's first sentence.
    """

    word: str
    capital: bool
    upper: bool
    sentence: int


def pattern_words(text: str) -> list[str]:
    """Return the folded words of a lexicon's entry, a trailing `*` kept."""
    return [_folded(word) for word in _PATTERN_WORD.findall(_prepare(text))]


def tokenise(title: str, text: str) -> list[Token]:
    """Return the tokens of the headline and of the body's first `MAX_WORDS` words."""
    found = _tokens(title, 0)
    left = MAX_WORDS
    for number, piece in enumerate(sentences(text[: MAX_WORDS * 12]), start=1):
        tokens = _tokens(piece, number)
        found += tokens
        left -= len(tokens)
        if left <= 0:
            break
    return found


def _tokens(piece: str, sentence: int) -> list[Token]:
    return [
        Token(_folded(word), not word[0].islower(), len(word) > 1 and word.isupper(), sentence)
        for word in _WORD.findall(_prepare(piece))
    ]


def _prepare(text: str) -> str:
    return text if text.isascii() else _MARKS.sub("", unicodedata.normalize("NFKC", text).replace(*_AMMAN))


def _folded(word: str) -> str:
    return normalise(word).replace(".", "")
