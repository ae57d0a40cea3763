from __future__ import annotations

import math

import numpy as np
import pytest
from articles import article
from test_keeping import grown

from stream.windows.centring import LanguageMeans
from stream.windows.features import COLUMN, MAX_GAP, NAMES, NO_MEMBER, UNKNOWN_GAP, compare, date_gap
from stream.windows.reading import read
from stream.windows.story import Story

MEANS = LanguageMeans(64, {})


def story(number: int, *more: int, **fields: object) -> Story:
    reading = read(article(number, **fields))
    told = Story.found(reading, MEANS.centre("en", reading.raw))
    for n in more:
        reading = read(article(n, **fields))
        told.join(reading, MEANS.centre("en", reading.raw))
    return told


def beside(number: int, stories: list[Story], **fields: object) -> dict[str, list[float]]:
    reading = read(article(number, **fields))
    matrix = compare(
        reading, MEANS.centre("en", reading.raw), stories, lambda words: np.full(len(words), 2.0), lambda _: 1.5
    )
    assert matrix.shape == (len(stories), len(NAMES))
    assert np.isfinite(matrix).all()
    return {name: matrix[:, COLUMN[name]].tolist() for name in NAMES}


def test_the_right_story_is_ahead_in_everything_it_says() -> None:
    right, wrong = story(0, 1, 2), story(100, 101, subject=5)
    features = beside(3, [wrong, right])
    for name in ("dense_centre", "dense_founder", "dense_best", "lexical", "title_best", "title_founder"):
        assert features[name][1] > features[name][0] + 0.2, name
    assert features["dense_rank"] == [1, 0]
    assert features["dense_margin"][1] == pytest.approx(-features["dense_margin"][0])


def test_an_equal_article_is_as_near_as_can_be() -> None:
    features = beside(0, [story(0)])
    for name in ("dense_centre", "dense_founder", "dense_best", "dense_recent", "lexical", "title_best"):
        assert features[name][0] == pytest.approx(1.0, abs=0.01), name
    assert features["site_share"] == [1.0]


def test_candidates_of_any_size_can_stand_side_by_side() -> None:
    stories = [grown(1), grown(30), grown(2)]
    together = beside(500, stories, hours=40)
    apart = [beside(500, [one], hours=40) for one in stories]
    for name in NAMES:
        if name not in {"dense_margin", "lexical_margin", "dense_rank", "dense_crowd"}:
            assert together[name] == pytest.approx([one[name][0] for one in apart]), name


def test_times_sizes_and_languages() -> None:
    told = story(0, 1)
    features = beside(2, [told], hours=5, lang="ar")
    assert (features["hours_last"], features["hours_first"]) == ([5.0], [5.0])
    assert features["log_articles"] == [math.log(2)]
    assert features["language_share"] == [0.0]
    assert features["dense_same_language"] == [NO_MEMBER]
    assert beside(2, [told])["dense_same_language"][0] > 0.5


def test_meaning_agrees_or_not() -> None:
    told = story(0, parties=["IR", "RU"], places=["Moscow"], act="consult", event_date="2024-10-11")
    alike = beside(1, [told], parties=["RU", "IR"], places=["Moscow"], act="consult", event_date="2024-10-13")
    assert alike["parties_shared"] == [1.0]
    assert (alike["place"], alike["act"], alike["date_gap"]) == ([1.0], [1.0], [2.0])
    unlike = beside(1, [told], parties=["US"], places=["Doha"], act="agree")
    assert (unlike["parties_shared"], unlike["parties_apart"]) == ([0.0], [1.0])
    assert (unlike["place"], unlike["act"], unlike["date_gap"]) == ([-1.0], [-1.0], [UNKNOWN_GAP])
    silent = beside(1, [told])
    assert (silent["parties_apart"], silent["place"], silent["act"]) == ([0.0], [0.0], [0.0])


def test_an_article_without_words_can_be_compared() -> None:
    features = beside(1, [story(0), story(2, title="", text="")], title="", text="")
    assert features["lexical"] == [0.0, 0.0]
    assert features["title_best"] == [0.0, 0.0]


@pytest.mark.parametrize(
    ("a", "b", "gap"),
    [
        ("2024-10-11", "2024-10-11", 0),
        ("2024-02-28", "2024-03-01", 2),
        ("2020-01-01", "2024-01-01", MAX_GAP),
        (None, "2024-01-01", UNKNOWN_GAP),
        ("2024", "2024-01-01", UNKNOWN_GAP),
    ],
)
def test_days_between_dates(a: str | None, b: str | None, gap: float) -> None:
    assert date_gap(a, b) == date_gap(b, a) == gap
