"""Near-copy sketches over words: a few hashes by which two texts that share most of their words are known.

A sketch is the `SIZE` smallest hashes of a text's word shingles (bottom-k, Broder 1997, "On the resemblance and
containment of documents"). Below the smaller of two sketches' largest hashes both are complete, so there they are
FracMinHash sketches of one scale and containment is estimated as in Hera, Pierce-Ward and Koslicki (2023), "Deriving
confidence intervals for mutation rates across a wide range of evolutionary distances using FracMinHash":

    C(A, B) = |{h in A and B: h <= t}| / |{h in A: h <= t}|

A changed headline, an added or lost paragraph or a changed credit line moves few of the shingles. Headlines without a
body have too few words for that; they are compared by resemblance (Jaccard) of their words, numbers counting threefold.
"""

from __future__ import annotations

import base64
from binascii import Error as Base64Error
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from stream.cleaning.normalise import words
from stream.errors import Refused

SIZE = 64
"""Hashes in a sketch."""
SHINGLE = 4
"""Words in a shingle."""
BODY_WORDS = 16
"""Words from which the body makes the sketch; an article with fewer is its headline."""
TITLE_WORDS = 5
"""Words that a headline must have to be known again."""
FEWEST = 5
"""Hashes below the common threshold that a judgement needs."""

Hashes = NDArray[np.uint32]
_BODY, _TITLE = b"b", b"t"


def sketch(title: str, text: str) -> str:
    """Return the base64 sketch of an article; empty when it has too few words to be known again."""
    body = words(text)
    if len(body) >= BODY_WORDS:
        return _packed(_BODY, _shingles(body))
    headline = words(title)
    if len(headline) < TITLE_WORDS:
        return ""
    numbers = [f"{word}#{i}" for word in headline if word[0].isdigit() for i in (1, 2)]
    return _packed(_TITLE, _mixed(np.array([_word_hash(word) for word in [*headline, *numbers]], dtype=np.uint64)))


def similarity(a: str, b: str) -> float:
    """Return how much of the shorter of two articles is in the other one, 0 to 1, estimated from their sketches.

    Bodies are compared by containment, headlines by resemblance; a body and a bare headline give 0, as does an empty
    sketch.

    Raises:
        Refused: `bad_fingerprint` when a sketch is not one.
    """
    first, second = unpack(a), unpack(b)
    if first is None or second is None or first[0] != second[0]:
        return 0.0
    return compare(first[1], second[1], titles=first[0])


def unpack(fingerprint: str) -> tuple[bool, Hashes] | None:
    """Return whether a sketch is of a bare headline, and its hashes in rising order; None for an empty one.

    Raises:
        Refused: `bad_fingerprint` when it is not a sketch.
    """
    if not fingerprint:
        return None
    try:
        data = base64.b64decode(fingerprint, validate=True)
    except (Base64Error, ValueError) as error:
        raise Refused("bad_fingerprint", f"not base64: {error}") from error
    if data[:1] not in {_BODY, _TITLE} or len(data) % 4 != 1 or not 1 < len(data) <= 4 * SIZE + 1:
        raise Refused("bad_fingerprint", "not a sketch")
    return data[:1] == _TITLE, np.frombuffer(data, dtype="<u4", offset=1)


def compare(a: Hashes, b: Hashes, *, titles: bool) -> float:
    """Return the similarity of two unpacked sketches of the same kind."""
    shared = np.intersect1d(a, b, assume_unique=True)
    if titles:
        return len(shared) / (len(a) + len(b) - len(shared))
    limit = min(_complete_to(a), _complete_to(b))
    inside = min(int(np.searchsorted(a, limit, "right")), int(np.searchsorted(b, limit, "right")))
    return int(np.searchsorted(shared, limit, "right")) / inside if inside >= FEWEST else 0.0


def _complete_to(hashes: Hashes) -> int:
    """Return the largest hash up to which a sketch holds all of its text's hashes."""
    return int(hashes[-1]) if len(hashes) == SIZE else 2**32 - 1


def _packed(kind: bytes, hashes: NDArray[np.uint64]) -> str:
    smallest = np.unique((hashes >> np.uint64(32)).astype(np.uint32))[:SIZE]
    return base64.b64encode(kind + smallest.astype("<u4").tobytes()).decode()


def _shingles(tokens: list[str]) -> NDArray[np.uint64]:
    hashes = np.array([_word_hash(token) for token in tokens], dtype=np.uint64)
    count = len(hashes) - SHINGLE + 1
    joined = np.zeros(count, dtype=np.uint64)
    for i in range(SHINGLE):
        joined = _mixed(joined * np.uint64(31) + hashes[i : i + count])
    return joined


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the values with every bit depending on all: the finaliser of SplitMix64 (Steele, Lea, Flood 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


@lru_cache(maxsize=1 << 16)
def _word_hash(word: str) -> int:
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
