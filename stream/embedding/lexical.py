"""The hashed bag of words of an article, with no vocabulary to keep and nothing to fit.

No idf here: what is common changes with the news, so the windows weigh the words by what they have seen lately.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
from sklearn.feature_extraction import FeatureHasher

from stream.cleaning.normalise import words
from stream.records import SparseVector

BITS = 18
TITLE_WEIGHT = 3
"""A word of the headline counts as often: headlines name what is new."""
BODY_WORDS = 400
"""News puts first what matters; what follows is background that other stories share."""

_HASHER = FeatureHasher(n_features=2**BITS, input_type="dict", alternate_sign=False)


def lexical_vector(title: str, text: str) -> SparseVector:
    """Return the unit-length vector of the normalised words, 1 + ln(count) each (sublinear tf)."""
    counts = Counter(words(text)[:BODY_WORDS])
    for word in words(title):
        counts[word] += TITLE_WEIGHT
    # Ascending indices, equal words merged, whatever order the words came in.
    row = _HASHER.transform([{word: 1.0 + float(np.log(count)) for word, count in counts.items()}]).tocsr()
    row.sort_indices()
    values = row.data.astype(np.float32)
    norm = float(np.linalg.norm(values))
    return SparseVector.of(row.indices.astype(np.uint32), values / norm if norm else values)
