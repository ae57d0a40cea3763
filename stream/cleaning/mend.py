"""Text broken on its way: mojibake, entities, control characters."""

from __future__ import annotations

import re
import unicodedata

import ftfy

_SUSPECT = re.compile(
    r"&#?\w{2,30};|[\x00-\x08\x0b-\x1f\x7f-\x9f]|[ÂÃÄÅÐÑØÙâ][\x80-\xff\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)


def mended(text: str) -> str:
    """Return `text` in composed form, with what was broken in transport put right by ftfy.

    ftfy looks at every character with a large pattern, which would take longer than the rest of the cleaning; so it is
    asked only about text in which something it mends can be.
    """
    if text.isascii() and "&" not in text and "\x00" not in text:
        return text
    if _SUSPECT.search(text):
        text = ftfy.fix_text(text, uncurl_quotes=False, fix_latin_ligatures=False)
    return unicodedata.normalize("NFC", text)
