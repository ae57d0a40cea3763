import base64

import msgspec
import numpy as np
import pytest
from articles import article

from stream.errors import Refused
from stream.records import SparseVector
from stream.windows.reading import MAX_FEATURES, read, title_words


def test_a_headlines_words_have_the_indices_of_the_lexical_vector() -> None:
    one = article(0, title="قمة «روسيا - آسيا الوسطى» in Dushanbe", text="")
    assert set(title_words(one.title).tolist()) == set(one.lexical.arrays()[0].tolist())


def test_only_the_heaviest_words_are_kept() -> None:
    reading = read(article(0, text=" ".join(f"x{n}" for n in range(300))))
    assert len(reading.features) == len(reading.weights) == MAX_FEATURES
    assert set(title_words(article(0).title).tolist()) <= set(reading.features.tolist())
    assert (np.diff(reading.features) > 0).all()


def test_time_is_never_later_than_the_fetch() -> None:
    one = article(0)
    assert read(msgspec.structs.replace(one, event_time=one.fetched + 99)).time == one.fetched


def half(values: list[float]) -> str:
    return base64.b64encode(np.array(values, dtype="<f2").tobytes()).decode()


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("dense", "", "bad_vector"),
        ("dense", "AAA", "bad_vector"),
        ("dense", half([0.5, float("nan")]), "bad_vector"),
        ("lexical", SparseVector(indices="AAAA", values=""), "bad_vector"),
        ("lexical", SparseVector(indices="/////w==", values=half([0.5])), "bad_vector"),
        ("lexical", SparseVector(indices="AQAAAA==", values=half([float("inf")])), "bad_vector"),
        ("fingerprint", "?", "bad_fingerprint"),
    ],
)
def test_what_cannot_be_compared_is_refused(field: str, value: object, reason: str) -> None:
    with pytest.raises(Refused) as refusal:
        read(msgspec.structs.replace(article(0), **{field: value}))
    assert refusal.value.reason == reason
