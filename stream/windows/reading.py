"""An article as the windows compare it: decoded, centred, hashed."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import murmurhash3_32

from stream.cleaning.fingerprint import unpack
from stream.cleaning.normalise import words
from stream.embedding.lexical import BITS
from stream.errors import Refused
from stream.records import EmbeddedArticle, unpack_dense
from stream.windows.origins import origin_of
from stream.windows.vectors import Grid, to_grid

MAX_WORDS = 24
MAX_FEATURES = 64
WEIGHT_SCALE = 4096


@dataclass(frozen=True, slots=True)
class Reading:
    """An article with everything that is computed once.

    Attributes:
        article: the record.
        key: 64-bit hash of its id.
        raw: the dense vector on the grid, not centred.
        features: the heaviest of its hashed words, ascending.
        weights: their integer weights.
        words: hashes of the headline's words, ascending.
        origin: whose words it is in, unless it turns out to be a copy.
    """

    article: EmbeddedArticle
    key: int
    raw: Grid
    features: NDArray[np.int64]
    weights: NDArray[np.int64]
    words: NDArray[np.uint32]
    origin: str

    @property
    def time(self) -> float:
        """Event time; never later than the fetch, so that no wrong date can move the windows into the future."""
        return min(self.article.event_time, self.article.fetched)


def key_of(article_id: str) -> int:
    """Return the 64-bit hash by which a story remembers an article."""
    return int.from_bytes(blake2b(article_id.encode(), digest_size=8).digest(), "little")


def read(article: EmbeddedArticle) -> Reading:
    """Return an article ready to be compared.

    Raises:
        Refused: `bad_vector` or `bad_fingerprint` when it cannot be.
    """
    unpack(article.fingerprint)
    try:
        dense = unpack_dense(article.dense).astype(np.float64)
        features, weights = _features(article)
    except ValueError as error:
        raise Refused("bad_vector", f"a vector of article {article.id} cannot be decoded: {error}") from error
    if not len(dense) or not np.isfinite(dense).all():
        raise Refused("bad_vector", f"the dense vector of article {article.id} is empty or not finite")
    return Reading(
        article=article,
        key=key_of(article.id),
        raw=to_grid(dense),
        features=features,
        weights=weights,
        words=title_words(article.title),
        origin=origin_of(article.site, article.credit),
    )


def title_words(title: str) -> NDArray[np.uint32]:
    """Return a headline's distinct words, ascending, under the indices that the lexical vector gives them."""
    # FeatureHasher's own rule, so that a word's rarity is counted once for headline and body.
    indices = {abs(murmurhash3_32(word.encode(), seed=0)) % 2**BITS for word in words(title)}
    return np.array(sorted(indices)[:MAX_WORDS], dtype=np.uint32)


def _features(article: EmbeddedArticle) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    indices, values = article.lexical.arrays()
    if len(indices) != len(values) or not np.isfinite(values).all() or (indices >= 2**BITS).any():
        raise ValueError("the words' indices and weights do not fit")
    heaviest = np.sort(np.lexsort((indices, -values))[:MAX_FEATURES])
    weights = np.rint(values[heaviest] * WEIGHT_SCALE).astype(np.int64)
    return indices[heaviest].astype(np.int64), weights
