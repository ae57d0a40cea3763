"""Vectors remembered by content, so that a second look at a text costs a look-up instead of a model run."""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from stream.embedding.embedders import Embedder
from stream.errors import TocsinError

MEMORY = 50_000
"""Vectors kept in memory: about 40 MB."""

_SCHEMA = "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID"
_BATCH = 500
"""SQLite takes at most 999 variables in one statement in its older builds."""


class VectorCache:
    """An `Embedder` that asks another one only for texts it has not seen.

    Vectors are rounded to float16, on a miss as on a hit, so that both give the same bytes.

    Args:
        path: the SQLite file, created with its folder; None keeps vectors in memory only.
        embedder: computes what is missing.
        memory: how many vectors stay in memory, the least recently used go first.

    Raises:
        TocsinError: the file cannot be opened as a vector cache.
    """

    def __init__(self, path: Path | None, embedder: Embedder, memory: int = MEMORY) -> None:
        self._embedder = embedder
        self._memory = memory
        self._recent: OrderedDict[bytes, bytes] = OrderedDict()
        self._db = None if path is None else _open(path)
        self.hits = 0
        self.misses = 0

    @property
    def name(self) -> str:
        """The model's own name: the cache changes nothing but the rounding."""
        return self._embedder.name

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self._embedder.dim

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit-length row per text, remembered or computed."""
        keys = [self._key(text) for text in texts]
        known = self._find(keys)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        self.hits += len(keys) - len(missing)
        self.misses += len(missing)
        if missing:
            rows = self._embedder.embed(list(missing.values())).astype("<f2")
            fresh = {key: row.tobytes() for key, row in zip(missing, rows, strict=True)}
            self._store(fresh)
            known |= fresh
        self._remember((key, known[key]) for key in keys)
        rounded = np.frombuffer(b"".join(known[key] for key in keys), dtype="<f2")
        return rounded.astype(np.float32).reshape(len(keys), self.dim)

    def close(self) -> None:
        """Close the file; the cache must not be used afterwards."""
        if self._db is not None:
            self._db.close()

    def __enter__(self) -> VectorCache:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _key(self, text: str) -> bytes:
        digest = blake2b(self.name.encode(), digest_size=16)
        digest.update(b"\0" + text.encode("utf-8", "surrogatepass"))
        return digest.digest()

    def _find(self, keys: Iterable[bytes]) -> dict[bytes, bytes]:
        wanted = set(keys)
        found = {key: self._recent[key] for key in wanted if key in self._recent}
        if self._db is None or len(found) == len(wanted):
            return found
        rest = sorted(wanted - found.keys())
        for start in range(0, len(rest), _BATCH):
            some = rest[start : start + _BATCH]
            marks = ",".join("?" * len(some))
            found |= dict(self._db.execute(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", some))  # noqa: S608
        return found

    def _store(self, fresh: dict[bytes, bytes]) -> None:
        if self._db is not None:
            with self._db:
                self._db.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", fresh.items())

    def _remember(self, used: Iterable[tuple[bytes, bytes]]) -> None:
        for key, vector in used:
            self._recent[key] = vector
            self._recent.move_to_end(key)
        while len(self._recent) > self._memory:
            self._recent.popitem(last=False)


def _open(path: Path) -> sqlite3.Connection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(path, timeout=30)
        # A lost tail of the cache after a power cut costs some recomputing; a corrupt one would cost all of it.
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=NORMAL")
        db.execute(_SCHEMA)
    except (OSError, sqlite3.Error) as error:
        raise TocsinError(
            f"{path} cannot be used as a vector cache ({error}); delete it or name another file"
        ) from error
    return db
