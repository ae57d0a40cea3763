"""Each language's own mean is taken off its vectors, so that cosines of different languages share one scale.

The mean is that of the live stories' founders: it follows the news, a large story weighs no more than a small one,
and as a sum of integers it can be rebuilt from the stories to the last bit. While a language has few stories, the
mean of general news stands in, which comes with the join model.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from stream.windows.vectors import Grid, to_grid

PRIOR_STORIES = 30
"""Stories that the mean of general news counts for."""
ANY = "*"
"""Stands for the languages that have no mean of their own."""
BODY = "+"
"""Marks the mean of articles with a body: headline and lead lie elsewhere than a bare headline of the same language."""


def mean_key(lang: str, has_body: bool) -> str:
    """Return the name of the mean that is taken off an article's vector."""
    return lang + BODY if has_body else lang


Mean = NDArray[np.float64]


class LanguageMeans:
    """Running means of the live stories' founders.

    Args:
        dim: length of the vectors.
        priors: means of general news by `mean_key`, on the grid.
    """

    def __init__(self, dim: int, priors: Mapping[str, Mean]) -> None:
        self._priors = priors
        self._none = np.zeros(dim)
        self._sums: dict[str, Mean] = {}
        self._counts: dict[str, int] = {}

    def add(self, key: str, raw: Grid, sign: int = 1) -> None:
        """Count a story's founder in under its `mean_key`, or out again with `sign` -1."""
        count = self._counts.get(key, 0) + sign
        total = self._sums.get(key, self._none) + sign * raw.astype(np.float64)
        if count:
            self._counts[key], self._sums[key] = count, total
        else:
            del self._counts[key], self._sums[key]

    def centre(self, key: str, raw: Grid) -> Grid:
        """Return `raw` less the mean of its language and form, on the grid again."""
        prior = self._priors.get(key)
        if prior is None:
            prior = self._priors.get(ANY + BODY if key.endswith(BODY) else ANY, self._none)
        total = self._sums.get(key, self._none) + PRIOR_STORIES * prior
        return to_grid(raw - total / (self._counts.get(key, 0) + PRIOR_STORIES))
