import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream.cleaning.fingerprint import SIZE, similarity, sketch, unpack
from stream.errors import Refused

VOCABULARY = [f"word{i}" for i in range(3000)]


def text(seed: int, length: int = 400) -> list[str]:
    return random.Random(seed).choices(VOCABULARY, k=length)


def of(words: list[str], title: str = "A headline") -> str:
    return sketch(title, " ".join(words))


def test_edits_of_a_copy_change_little() -> None:
    base = text(1)
    original = of(base)
    assert similarity(original, of(base, "Quite another headline")) == 1.0
    assert similarity(original, of(base[:200])) > 0.9
    assert similarity(original, of(["Silma", "Reuters", *base, "Source", "Reuters"])) > 0.9
    assert similarity(original, of(base[:200] + text(2, 60) + base[200:])) > 0.9
    assert similarity(original, of(base[:150] + base[190:])) > 0.9


def test_other_texts_are_no_copies() -> None:
    assert max(similarity(of(text(seed)), of(text(seed + 1))) for seed in range(20)) < 0.1


def test_containment_is_estimated() -> None:
    half = [similarity(of(text(seed)), of(text(seed)[:200] + text(seed + 100, 200))) for seed in range(10)]
    assert 0.4 < sum(half) / len(half) < 0.6


def test_bare_headlines() -> None:
    base = "Norvik and Tessaly agree to reopen embassies after four years"
    assert similarity(sketch(base, ""), sketch(base.upper() + "!", "")) == 1.0
    assert (
        similarity(sketch(base, ""), sketch("Norvik and Tessaly agree to close embassies after four years", "")) >= 0.8
    )
    assert similarity(sketch(base, ""), sketch(base + " of talks in Silma and Port Lumen", "")) < 0.8
    assert similarity(sketch("Quake in Silma kills 7 people", ""), sketch("Quake in Silma kills 9 people", "")) < 0.6
    assert sketch("Silma talks open", "") == ""


def test_kinds_that_cannot_be_compared() -> None:
    assert similarity(sketch("Norvik and Tessaly agree to reopen", ""), of(text(1))) == 0.0
    assert similarity("", of(text(1))) == 0.0
    assert similarity("", "") == 0.0


@pytest.mark.parametrize("bad", ["not base64!", "AAAA", "YWJjZA==", "YgAAAA", "ä"])
def test_what_is_no_sketch_is_refused(bad: str) -> None:
    with pytest.raises(Refused) as caught:
        similarity(bad, of(text(1)))
    assert caught.value.reason == "bad_fingerprint"


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=80), st.text(max_size=400))
def test_sketches_are_bounded_and_alike_to_themselves(title: str, body: str) -> None:
    made = sketch(title, body)
    assert made == sketch(title, body)
    unpacked = unpack(made)
    if unpacked is not None:
        assert 0 < len(unpacked[1]) <= SIZE
        assert len(unpacked[1]) < 5 or similarity(made, made) == 1.0
