import numpy as np

from stream.embedding.lexical import BITS, lexical_vector
from stream.records import SparseVector


def _dot(one: SparseVector, other: SparseVector) -> float:
    a, b = (dict(zip(*[part.tolist() for part in vector.arrays()], strict=True)) for vector in (one, other))
    return float(sum(value * b.get(index, 0.0) for index, value in a.items()))


def test_indices_ascend_without_repeats_and_the_vector_has_unit_length() -> None:
    indices, values = lexical_vector("Ministers sign treaty", "The treaty ends a long dispute over water.").arrays()
    assert (np.diff(indices.astype(np.int64)) > 0).all()
    assert indices.max() < 2**BITS
    assert abs(float(np.linalg.norm(values)) - 1) < 1e-3


def test_the_same_text_gives_the_same_bytes_and_spelling_variants_meet() -> None:
    assert lexical_vector("قمة", "نص") == lexical_vector("قمة", "نص")
    assert _dot(lexical_vector("إعلان أنقرة", ""), lexical_vector("اعلان انقره", "")) > 0.99


def test_words_of_the_headline_weigh_more() -> None:
    article = lexical_vector("treaty", "water dispute border water")
    assert _dot(article, lexical_vector("treaty", "")) > _dot(article, lexical_vector("border", ""))


def test_nothing_gives_an_empty_vector() -> None:
    indices, values = lexical_vector("", "").arrays()
    assert len(indices) == len(values) == 0
