import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from stream.replay.clustering import Score, adjusted_rand, b_cubed, b_cubed_across, pairwise, stories_per_event

labels = st.integers(1, 24).flatmap(
    lambda n: st.tuples(*[st.lists(st.integers(0, top), min_size=n, max_size=n) for top in (6, 6, 2)])
)


def test_b_cubed_by_hand():
    """Stories {1, 2, 3} and {4, 5}; events {1, 2} and {3, 4, 5}.

    Precision: 1 and 2 have 2/3, 3 has 1/3, 4 and 5 have 2/2: (2/3 + 2/3 + 1/3 + 1 + 1) / 5 = 11/15.
    Recall: 1 and 2 have 2/2, 3 has 1/3, 4 and 5 have 2/3: (1 + 1 + 1/3 + 2/3 + 2/3) / 5 = 11/15.
    """
    score = b_cubed("AAABB", "xxyyy")
    assert score == Score(pytest.approx(11 / 15), pytest.approx(11 / 15), pytest.approx(11 / 15), 5)


def test_b_cubed_punishes_one_heap_by_precision_and_singles_by_recall():
    heap, singles = b_cubed("AAAA", "xxyy"), b_cubed("ABCD", "xxyy")
    assert (heap.precision, heap.recall) == (0.5, 1.0)
    assert (singles.precision, singles.recall) == (1.0, 0.5)


@settings(max_examples=50)
@given(labels)
def test_b_cubed_is_the_mean_over_articles(table):
    stories, events, _ = table
    precision = recall = 0.0
    for story, event in zip(stories, events, strict=True):
        shared = sum(s == story and e == event for s, e in zip(stories, events, strict=True))
        precision += shared / stories.count(story)
        recall += shared / events.count(event)
    score = b_cubed(stories, events)
    assert (score.precision, score.recall) == (
        pytest.approx(precision / len(stories)),
        pytest.approx(recall / len(stories)),
    )


def test_across_languages_by_hand():
    """Event x: a1, a2 (ar), e1 (en) ; event y: e2, e3 (en) is told in one language and does not count.

    Stories: {a1, e1, e2}, {a2}, {e3}.
    Recall: a1 has e1 of 1: 1; a2 has 0 of 1: 0; e1 has a1 of {a1, a2}: 1/2. Mean 1/2.
    Precision: a1's company is e1, e2: 1/2; e1's company is a1: 1; a2 has none and is left out. Mean 3/4.
    """
    score = b_cubed_across("ABAAC", "xxxyy", ["ar", "ar", "en", "en", "en"])
    assert (score.precision, score.recall, score.count) == (0.75, 0.5, 3)
    assert score.f1 == pytest.approx(0.6)


@settings(max_examples=50)
@given(labels)
def test_across_languages_is_the_mean_over_articles(table):
    stories, events, languages = table
    rows = list(zip(stories, events, languages, strict=True))
    precisions, recalls = [], []
    for story, event, language in rows:
        others = [s for s, e, lang in rows if e == event and lang != language]
        company = [e for s, e, lang in rows if s == story and lang != language]
        if others:
            recalls.append(others.count(story) / len(others))
            if company:
                precisions.append(company.count(event) / len(company))
    score = b_cubed_across(stories, events, languages)
    assert score.count == len(recalls)
    assert score.recall == pytest.approx(sum(recalls) / len(recalls) if recalls else 0)
    assert score.precision == pytest.approx(sum(precisions) / len(precisions) if precisions else 0)


@settings(max_examples=50)
@given(labels)
def test_adjusted_rand_agrees_with_scikit_learn(table):
    stories, events, _ = table
    assert adjusted_rand(stories, events) == pytest.approx(adjusted_rand_score(events, stories))


@settings(max_examples=50)
@given(labels)
def test_pairs_are_counted_one_by_one(table):
    stories, events, _ = table
    n = range(len(stories))
    said = {(i, j) for i in n for j in n if i < j and stories[i] == stories[j]}
    true = {(i, j) for i in n for j in n if i < j and events[i] == events[j]}
    score = pairwise(stories, events)
    assert score.precision == pytest.approx(len(said & true) / len(said) if said else 1)
    assert score.recall == pytest.approx(len(said & true) / len(true) if true else 1)
    assert score.count == len(true)


def test_a_perfect_clustering_is_perfect():
    assert b_cubed("AABB", "xxyy").f1 == pairwise("AABB", "xxyy").f1 == adjusted_rand("AABB", "xxyy") == 1
    assert b_cubed_across("AABB", "xxyy", "1212").f1 == 1


def test_nothing_to_score_is_no_error():
    assert b_cubed([], []).count == 0
    assert b_cubed_across([], [], []).count == 0
    assert adjusted_rand([], []) == 1.0


def test_stories_per_event_counts_big_events_only():
    assert stories_per_event("AABCA" + "DE", "xxxxx" + "yy", at_least=5) == [3]
    assert stories_per_event("AABCA" + "DE", "xxxxx" + "yy", at_least=2) == [3, 2]
