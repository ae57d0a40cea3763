"""The learned decision: the probability that an article belongs to a candidate story.

A sum of a linear part and small decision trees (gradient boosting, Friedman 2001), made into a probability by the
logistic function. `stream.windows.train` makes the file; it is plain JSON, one entry per tree, and can be read with
the eyes.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from stream.errors import TocsinError
from stream.windows.features import NAMES
from stream.windows.vectors import unpack


class Tree(msgspec.Struct):
    """A decision tree as parallel arrays; node 0 is the root, a leaf has `feature` -1."""

    feature: list[int]
    threshold: list[float]
    """Values up to and including this go left."""
    left: list[int]
    right: list[int]
    value: list[float]
    """What a leaf adds to the log-odds."""


class ModelFile(msgspec.Struct, kw_only=True):
    """A model as it lies in the file."""

    embedder: str
    """Name, without version, of the embedder that the model was trained with; `*` for any."""
    dim: int
    features: list[str]
    join: float
    """Least probability at which an article joins."""
    intercept: float
    means: dict[str, str] = {}
    """Mean vector of general news by language, `*` for the others, on the grid, base64 int8."""
    linear: dict[str, float] = {}
    trees: list[Tree] = []


class JoinModel:
    """The decision, ready to run.

    Args:
        file: the model.

    Raises:
        TocsinError: the model was trained with other features than this version computes.
    """

    def __init__(self, file: ModelFile) -> None:
        if file.features != list(NAMES):
            raise TocsinError(
                "the join model was trained with other features; run `python -m stream.windows.train` again"
            )
        self.file = file
        self.means = {lang: unpack(mean, "i1").astype(np.float64) for lang, mean in file.means.items()}
        self._linear = np.array([file.linear.get(name, 0.0) for name in NAMES])
        nodes = max((len(tree.feature) for tree in file.trees), default=1)
        shape = (len(file.trees), nodes)
        feature = np.full(shape, -1, dtype=np.int64)
        threshold, value = np.zeros(shape), np.zeros(shape)
        children = np.zeros((*shape, 2), dtype=np.int64)
        for row, tree in enumerate(file.trees):
            size, first = len(tree.feature), row * nodes
            feature[row, :size], threshold[row, :size], value[row, :size] = tree.feature, tree.threshold, tree.value
            # A leaf is its own child, so that all trees can be walked for the same number of steps.
            leaf = np.array(tree.feature) < 0
            here = np.arange(size)
            children[row, :size, 0] = first + np.where(leaf, here, tree.left)
            children[row, :size, 1] = first + np.where(leaf, here, tree.right)
        self._roots = np.arange(len(file.trees)) * nodes
        self._feature, self._threshold, self._value = np.maximum(feature, 0).ravel(), threshold.ravel(), value.ravel()
        self._children = children.reshape(-1)
        self._depth = max((_depth(tree) for tree in file.trees), default=0)

    @property
    def join(self) -> float:
        """Least probability at which an article joins."""
        return self.file.join

    def probabilities(self, matrix: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return each row's probability of being a pair of article and its own story."""
        # Row by row sums of few terms, so that a row's result does not depend on the rows beside it.
        score = self.file.intercept + (matrix * self._linear).sum(axis=1)
        if self.file.trees:
            score = score + self._leaves(matrix).sum(axis=1)
        result: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-score))
        return result

    def _leaves(self, matrix: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what every tree says of every row."""
        values = matrix.ravel()
        offset = (np.arange(len(matrix)) * matrix.shape[1])[:, None]
        node = np.broadcast_to(self._roots, (len(matrix), len(self._roots)))
        for _ in range(self._depth):
            right = values[offset + self._feature[node]] > self._threshold[node]
            node = self._children[2 * node + right]
        leaves: NDArray[np.float64] = self._value[node]
        return leaves

    @classmethod
    def load(cls, embedder: str) -> Self:
        """Return the shipped model for an embedder, by its name or its start; a careful general one for others."""
        shipped = _shipped()
        name = embedder.partition("/")[0]
        named = [file for file in shipped if name and file.embedder.startswith(name)]
        return cls(named[0] if named else _general(shipped))

    @classmethod
    def for_dimension(cls, dim: int) -> Self:
        """Return the shipped model for vectors of this length; a careful general one for others."""
        shipped = _shipped()
        fitting = [file for file in shipped if file.dim == dim]
        return cls(fitting[0] if fitting else _general(shipped))


def _depth(tree: Tree, node: int = 0) -> int:
    if tree.feature[node] < 0:
        return 0
    return 1 + max(_depth(tree, tree.left[node]), _depth(tree, tree.right[node]))


@cache
def _shipped() -> tuple[ModelFile, ...]:
    data = (files("stream.windows") / "data" / "join_model.json").read_bytes()
    return tuple(msgspec.json.decode(data, type=list[ModelFile]))


def _general(shipped: tuple[ModelFile, ...]) -> ModelFile:
    return next(file for file in shipped if file.embedder == "*")
