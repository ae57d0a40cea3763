"""Captions and photo credits between an article's paragraphs."""

from __future__ import annotations

import re
from functools import cache

from stream.cleaning.credit import agency_named
from stream.cleaning.lines import Line
from stream.cleaning.normalise import plain_words
from stream.cleaning.phrases import Phrases

LONGEST = 45
"""Words beyond which a line is a paragraph, whatever it ends with."""
_BRACKET = re.compile(r"[(（\[]\s*([^()（）\[\]]{1,70})\s*[)）\]]\s*[.]?\s*$")
_SLASHED = re.compile(r"(?:^|[\s(«\"©])([^\s/©()]+(?:\s(?:Photo|Images|Press))?)\s*/\s*([^/]{2,40})$")
_LABELLED = re.compile(
    r"(?:\b(?:photos?|image|picture|foto|fotos|crédits?|credit|фото|fotoğraf|bild)|صورة|الصورة|تصوير|عکس)\s?[:©/]\s*[^.:؛]{2,60}$",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(r"[©Ⓒ]\s*[^.]{2,60}$")


@cache
def _credits() -> Phrases:
    return Phrases.load("captions", "credit")


@cache
def _starts() -> Phrases:
    return Phrases.load("captions", "start")


def is_caption(line: Line) -> bool:
    """Tell whether a line is a picture's caption, by its label or by the credit at its end."""
    if len(line.tokens) > LONGEST:
        return False
    return _labelled(line) or _ends_with_credit(line)


def _labelled(line: Line) -> bool:
    starts = _starts()
    head = line.head
    if head and len(head) <= 4 and starts.opens(head) == len(head):
        return True
    if starts.opens(line.tokens) >= 2 and not line.stops:
        return True
    return not line.stops and _LABELLED.search(line.text) is not None


def _ends_with_credit(line: Line) -> bool:
    text = line.text
    bracket = _BRACKET.search(text)
    if bracket is not None and bracket.start():
        before = text[: bracket.start()].rstrip()
        # After a full stop the bracket closes an article; before one it belongs to the sentence.
        return before[-1:] not in ".!؟?" and not line.stops and is_photo_credit(bracket.group(1))
    if line.stops:
        return False
    if _COPYRIGHT.search(text) and not re.search(r"(?:19|20)\d\d\s*$|[©Ⓒ]\s*(?:19|20)\d\d", text):
        return True
    slashed = _SLASHED.search(text)
    return slashed is not None and (
        agency_named(slashed.group(1)) is not None
        or agency_named(slashed.group(2)) is not None
        or _credits().opens(plain_words(slashed.group(2))) > 0
    )


def is_photo_credit(text: str) -> bool:
    """Tell whether the words in a bracket credit a picture: an agency, an archive, an office, a platform."""
    tokens = plain_words(text)
    if not tokens or len(tokens) > 8 or agency_named(text):
        return bool(tokens) and len(tokens) <= 8
    return _credits().opens(tokens) > 0 or _credits().opens(tokens[-1:]) > 0
