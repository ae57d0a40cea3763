from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from stream.embedding.cache import VectorCache
from stream.errors import TocsinError


class Counting:
    """Embeds a text as a direction of its own and remembers what it was asked."""

    dim = 4

    def __init__(self, name: str = "counting") -> None:
        self.name = name
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        rows = np.array([[len(text), 1.1, 2.3, ord(text[0])] for text in texts], dtype=np.float32).reshape(-1, 4)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_each_text_is_computed_once_and_a_hit_has_the_bytes_of_the_miss(tmp_path: Path) -> None:
    model = Counting()
    with VectorCache(tmp_path / "new" / "vectors.db", model) as cache:
        first = cache.embed(["a", "bb", "a"])
        again = cache.embed(["bb", "a", "ccc"])
    assert model.asked == ["a", "bb", "ccc"]
    assert first[0].tobytes() == first[2].tobytes() == again[1].tobytes()
    assert first[1].tobytes() == again[0].tobytes()
    assert (cache.hits, cache.misses) == (3, 3)


def test_vectors_survive_the_process_and_are_rounded_alike(tmp_path: Path) -> None:
    with VectorCache(tmp_path / "v.db", Counting()) as cache:
        miss = cache.embed(["hello"])
    second = Counting()
    with VectorCache(tmp_path / "v.db", second) as cache:
        hit = cache.embed(["hello"])
    assert not second.asked
    assert hit.tobytes() == miss.tobytes()
    assert hit.astype("<f2").astype(np.float32).tobytes() == hit.tobytes()


def test_models_do_not_share_vectors(tmp_path: Path) -> None:
    with VectorCache(tmp_path / "v.db", Counting("one")) as cache:
        cache.embed(["hello"])
    other = Counting("two")
    with VectorCache(tmp_path / "v.db", other) as cache:
        cache.embed(["hello"])
    assert other.asked == ["hello"]


def test_memory_is_bounded_and_forgets_the_least_recently_used() -> None:
    model = Counting()
    cache = VectorCache(None, model, memory=2)
    cache.embed(["a", "b"])
    cache.embed(["a"])
    cache.embed(["c"])
    cache.embed(["a"])
    assert model.asked == ["a", "b", "c"]
    cache.embed(["b"])
    assert model.asked[-1] == "b"


def test_many_texts_and_none(tmp_path: Path) -> None:
    with VectorCache(tmp_path / "v.db", Counting(), memory=10) as cache:
        texts = [f"{number} text" for number in range(1200)]
        assert cache.embed(texts).tobytes() == cache.embed(texts).tobytes()
        assert cache.embed([]).shape == (0, 4)


def test_a_file_that_is_no_cache_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "v.db"
    path.write_text("this is no database, " * 100)
    with pytest.raises(TocsinError, match="delete it"):
        VectorCache(path, Counting())
