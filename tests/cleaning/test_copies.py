import random

from hypothesis import given, settings
from hypothesis import strategies as st

from stream.cleaning.copies import CROWDED, CopyIndex
from stream.cleaning.fingerprint import sketch

VOCABULARY = [f"word{i}" for i in range(3000)]
DAY = 86_400.0


def body(seed: int, length: int = 300) -> str:
    return " ".join(random.Random(seed).choices(VOCABULARY, k=length))


def test_copies_are_found_and_others_are_not() -> None:
    index = CopyIndex()
    for seed in range(50):
        index.add(f"a{seed}", sketch("t", body(seed)), float(seed))
    for seed in range(50):
        trimmed = " ".join(body(seed).split()[:200])
        found = index.find("copy", sketch("another", trimmed), 100.0)
        assert found is not None
        assert found[0] == f"a{seed}"
        assert found[1] > 0.8
    assert all(index.find("new", sketch("t", body(seed)), 100.0) is None for seed in range(1000, 1050))


def test_an_article_is_not_its_own_copy() -> None:
    index = CopyIndex()
    index.add("a", sketch("t", body(1)), 0.0)
    index.add("a", sketch("t", body(1)), 0.0)
    assert len(index) == 1
    assert index.find("a", sketch("t", body(1)), 0.0) is None


def test_the_most_alike_then_the_earliest_counts() -> None:
    index = CopyIndex()
    index.add("later", sketch("t", body(1)), 20.0)
    index.add("earlier", sketch("t", body(1)), 10.0)
    index.add("less", sketch("t", " ".join(body(1).split()[:240]) + " " + body(2, 200)), 0.0)
    assert index.find("q", sketch("t", body(1)), 30.0) == ("earlier", 1.0)


def test_a_headline_is_a_copy_only_of_a_headline() -> None:
    index = CopyIndex()
    title = "Norvik and Tessaly agree to reopen embassies"
    index.add("full", sketch(title, body(1)), 0.0)
    assert index.find("bare", sketch(title, ""), 0.0) is None
    index.add("bare", sketch(title, ""), 0.0)
    assert index.find("again", sketch(title + "!", ""), 0.0) == ("bare", 1.0)
    assert index.find("short", sketch("Talks open", ""), 0.0) is None


def test_expiry_age_and_bounds() -> None:
    index = CopyIndex(max_articles=10, max_age=DAY)
    for seed in range(30):
        index.add(f"a{seed}", sketch("t", body(seed)), float(seed))
    assert len(index) == 10
    assert index.find("q", sketch("t", body(0)), 30.0) is None
    assert index.find("q", sketch("t", body(29)), 30.0) is not None
    assert index.find("q", sketch("t", body(29)), 30.0 + 2 * DAY) is None
    assert index.expire(25.0) == 5
    assert index.find("q", sketch("t", body(24)), 30.0) is None
    assert index.expire(1000.0) == 5
    assert len(index) == 0
    assert not index._postings


def test_a_set_phrase_of_many_articles_does_not_slow_the_index() -> None:
    index = CopyIndex()
    for n in range(3 * CROWDED):
        index.add(f"a{n:03}", sketch("t", body(1)), float(n))
    assert all(isinstance(p, list) and len(p) <= CROWDED for p in index._postings.values())
    assert index.find("q", sketch("t", body(1)), 0.0) is not None
    assert index.expire(1e9) == 3 * CROWDED
    assert not index._postings


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(8)))
def test_the_answer_does_not_depend_on_the_order_of_adding(order: list[int]) -> None:
    index = CopyIndex()
    for seed in order:
        index.add(f"a{seed}", sketch("t", body(seed % 4)), float(seed))
    assert [index.find("q", sketch("t", body(seed)), 8.0) for seed in range(4)] == [
        (f"a{seed}", 1.0) for seed in range(4)
    ]
