"""Bytes of a feed → text, whatever the feed claims about its encoding.

Headers and XML declarations are often wrong, valid UTF-8 is almost never anything else, so the order is: byte order
mark, valid UTF-8, the declared encoding, the header's, UTF-8 with a few broken bytes where that is claimed, a
statistical guess, and at last windows-1252, which always gives something.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes
from w3lib.encoding import resolve_encoding

BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
UNMARKED = ((b"<\0?\0", "utf-16-le"), (b"\0<\0?", "utf-16-be"))
SEVEN_BIT = ("iso2022", "iso-2022", "hz", "utf-7")
"""Encodings made of ASCII bytes: their text is valid UTF-8 too, so here the declaration counts."""
BROKEN_SHARE = 0.1
"""Share of bytes above ASCII that may be broken for the text still to be taken for UTF-8."""
SAMPLE = 65_536
ENOUGH_BYTES = 32
"""Bytes above ASCII below which a statistical guess is a throw of dice."""

DECLARATION = re.compile(rb"""^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._:\-]+)["']""")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the encoding it was in, and what was wrong with the claim about it (None: nothing)."""

    text: str
    encoding: str
    note: str | None = None


def decode(body: bytes, header_charset: str | None = None) -> Decoded:
    """Return the text of `body`.

    Args:
        body: a whole document.
        header_charset: the `charset` of the `Content-Type` header.
    """
    marked = _by_mark(body)
    if marked is not None:
        return marked
    found = DECLARATION.match(body[:1024])
    label = found[1].decode("ascii") if found else None
    declared, header = _known(label), _known(header_charset)
    claim = label or header_charset
    if declared and declared.startswith(SEVEN_BIT):
        return Decoded(body.decode(declared, "replace"), declared)
    try:
        return Decoded(body.decode("utf-8"), "utf-8", _contradiction(body, claim, declared or header))
    except UnicodeDecodeError:
        return _not_utf8(body, declared, header, claim)


def _by_mark(body: bytes) -> Decoded | None:
    for mark, encoding in BOMS:
        if body.startswith(mark):
            return Decoded(body[len(mark) :].decode(encoding, "replace"), encoding)
    for start, encoding in UNMARKED:
        if body.startswith(start):
            return Decoded(body.decode(encoding, "replace"), encoding)
    return None


def _known(label: str | None) -> str | None:
    return resolve_encoding(label) if label else None


def _contradiction(body: bytes, claim: str | None, encoding: str | None) -> str | None:
    if claim is None or encoding == "utf-8" or body.isascii():
        return None
    return f"says {claim}, is utf-8"


def _not_utf8(body: bytes, declared: str | None, header: str | None, claim: str | None) -> Decoded:
    candidates = [c for c in dict.fromkeys((declared, header)) if c and c != "utf-8"]
    if not candidates and _broken_share(body) <= BROKEN_SHARE:
        return Decoded(body.decode("utf-8", "tocsin_legacy"), "utf-8", "has bytes that are not utf-8")
    for candidate in candidates:
        try:
            text = body.decode(candidate)
        except (UnicodeDecodeError, LookupError):
            continue
        return Decoded(text, candidate)
    guess = _guess(body)
    return Decoded(body.decode(guess, "replace"), guess, f"says {claim or 'nothing'}, looks like {guess}")


def _broken_share(body: bytes) -> float:
    high = sum(byte >= 0x80 for byte in body[:SAMPLE])
    return body[:SAMPLE].decode("utf-8", "replace").count("\ufffd") / max(high, 1)


def _guess(body: bytes) -> str:
    if sum(byte >= 0x80 for byte in body[:SAMPLE]) < ENOUGH_BYTES:
        return "cp1252"
    # Tags and addresses are ASCII in every candidate and only hide the words that tell languages apart.
    words = re.sub(rb"<[^>]*>", b" ", body[: 4 * SAMPLE])[:SAMPLE]
    best = from_bytes(words).best()
    return best.encoding if best else "cp1252"


def _legacy(error: UnicodeError) -> tuple[str, int]:
    """Read the bytes that are not UTF-8 as windows-1252, which is what they mostly are in a feed pasted together."""
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("tocsin_legacy", _legacy)
