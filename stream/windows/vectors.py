"""Vectors on an integer grid, on which every dot product is exact.

A unit vector times `SCALE`, rounded, has a squared length near `SCALE`², and any partial sum of a dot product of two
such vectors stays below that (Cauchy-Schwarz): far below 2²⁴, up to which float32 counts without rounding. So a
comparison gives the same bits whatever the order of summation, the library, the processor or the neighbours in
memory, and windows that were rebuilt decide as the ones that were lost. The grid moves a cosine by about 0.0007.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Grid = NDArray[np.float32]
"""Integers within ±127, held as float32 because that is what BLAS multiplies quickly."""

SCALE = 400.0
_LIMIT = 127


def to_grid(vector: NDArray[np.float64]) -> Grid:
    """Return `vector`, scaled to unit length, on the grid; the zero vector stays zero."""
    length = float(np.sqrt(np.square(vector).sum()))
    if length == 0.0:
        return np.zeros(len(vector), dtype=np.float32)
    return np.clip(np.rint(vector * (SCALE / length)), -_LIMIT, _LIMIT).astype(np.float32)


def cosine(dot: float, squared_a: float, squared_b: float) -> float:
    """Return the cosine that belongs to a dot product and two squared lengths; 0 for a zero vector."""
    product = squared_a * squared_b
    return dot / float(np.sqrt(product)) if product > 0 else 0.0


def signs(vectors: NDArray[np.generic]) -> NDArray[np.uint64]:
    """Return the sign bits of each row, packed into words of 64; the number of differing bits estimates the angle."""
    bits = np.packbits(vectors > 0, axis=-1)  # type: ignore[operator]
    missing = -bits.shape[-1] % 8
    if missing:
        bits = np.concatenate([bits, np.zeros((*bits.shape[:-1], missing), dtype=np.uint8)], axis=-1)
    return np.ascontiguousarray(bits).view("<u8").astype(np.uint64)


def pack(values: Iterable[float] | NDArray[np.generic], dtype: str) -> str:
    """Return numbers as base64 of little-endian `dtype`."""
    return base64.b64encode(np.asarray(values).astype(dtype).tobytes()).decode()


def unpack(text: str, dtype: str) -> NDArray[np.generic]:
    """Return what `pack` packed."""
    return np.frombuffer(base64.b64decode(text), dtype=dtype)
