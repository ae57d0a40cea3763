import numpy as np
from articles import direction
from hypothesis import given, settings
from hypothesis import strategies as st

from stream.windows.index import MAX_POSTINGS, StoryIndex
from stream.windows.vectors import to_grid

WEIGHTS = np.array([100, 100], dtype=np.int64)


def words(*indices: int) -> np.ndarray:
    return np.array(sorted(indices), dtype=np.int64)


def filled(contents: dict[int, np.ndarray]) -> StoryIndex:
    index = StoryIndex(64)
    for seed, some in contents.items():
        index.put(index.new_slot(), some, to_grid(direction(seed)).astype(np.int8))
    return index


def test_rare_words_find_their_stories() -> None:
    index = filled({0: words(1, 2), 1: words(2, 3), 2: words(4)})
    found = index.sharing(words(1, 2), WEIGHTS)
    assert set(found) == {0, 1}
    assert found[0] > found[1]
    assert index.sharing(words(9, 8), WEIGHTS) == {}


def test_a_word_of_too_many_stories_finds_nothing() -> None:
    index = filled({n: words(1, 100 + n) for n in range(MAX_POSTINGS + 1)})
    assert index.sharing(words(1, 100), WEIGHTS).keys() == {0}


def test_rarer_words_weigh_more() -> None:
    index = filled({n: words(1, 100 + n) for n in range(30)})
    common, rare, unseen = index.idf(words(1, 100, 999)).tolist()
    assert 0 < common < rare < unseen


def test_near_finds_the_same_direction() -> None:
    index = filled({n: words(n) for n in range(500)})
    assert 77 in index.near(to_grid(direction(77) + 0.3 * direction(9000)), 5)
    assert index.near(to_grid(direction(77)), 1) == [77]
    assert sorted(index.near(to_grid(direction(77)), 10_000)) == list(range(500))


def test_an_empty_index_finds_nothing() -> None:
    index = StoryIndex(64)
    assert index.near(to_grid(direction(1)), 5) == []
    assert index.sharing(words(1, 2), WEIGHTS) == {}


def test_a_removed_story_is_not_found_and_its_slot_is_used_again() -> None:
    index = filled({0: words(1), 1: words(1, 2)})
    index.remove(0)
    assert index.sharing(words(1, 2), WEIGHTS).keys() == {1}
    assert index.near(to_grid(direction(0)), 2) == [1]
    assert index.new_slot() == 0


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.sets(st.integers(0, 9), min_size=1)), max_size=30))
def test_changes_in_any_order_end_as_the_last_contents(changes: list[tuple[int, set[int]]]) -> None:
    grown, last = StoryIndex(64), {}
    slots = {}
    for name, some in changes:
        if name not in slots:
            slots[name] = grown.new_slot()
        elif name in last and len(some) == 1:
            grown.remove(slots.pop(name))
            del last[name]
            continue
        grown.put(slots[name], words(*some), to_grid(direction(name)).astype(np.int8))
        last[name] = words(*some)
    fresh = filled(last)
    assert len(grown) == len(fresh)
    everything = np.arange(10)
    assert grown.idf(everything).tolist() == fresh.idf(everything).tolist()
    ask = grown.sharing(everything, np.full(10, 5))
    assert sorted(ask.values()) == sorted(fresh.sharing(everything, np.full(10, 5)).values())
