from __future__ import annotations

import pytest
from articles import HOUR, START, article

from stream.windows import StoryWindows, WindowParams
from stream.windows.background import MAX_GAIN, MAX_KINDS, PRIOR_HOURS, PRIOR_ORIGINS, Background, kind_of
from stream.windows.centring import LanguageMeans
from stream.windows.reading import read
from stream.windows.story import Story

PARAMS = WindowParams()
FLOOR = PRIOR_ORIGINS / PRIOR_HOURS
TALKS = {"parties": ["RU", "IR"], "act": "consult"}


def story(number: int, origins: int, **fields: object) -> Story:
    means = LanguageMeans(64, {})
    first = read(article(number, **fields))
    told = Story.found(first, means.centre("en", first.raw))
    for n in range(1, origins):
        more = read(article(1000 * number + n, **fields))
        told.join(more, means.centre("en", more.raw))
    return told


def test_a_kind_is_an_act_between_two_parties() -> None:
    assert kind_of(story(1, 1, **TALKS)) == "consult:IR+RU"
    assert kind_of(story(1, 1, parties=["IR", "RU"])) is None
    assert kind_of(story(1, 1, parties=["IR"], act="consult")) is None


def test_without_a_past_the_prior_is_given() -> None:
    background = Background(PARAMS)
    assert background.rate("consult:IR+RU", START, []) == FLOOR
    assert background.rate(None, START, [story(1, 5, **TALKS)]) == FLOOR


def test_past_and_live_stories_of_the_kind_raise_the_rate() -> None:
    background = Background(PARAMS)
    watched = PARAMS.idle / HOUR
    live = background.rate("consult:IR+RU", START, [story(1, 3, **TALKS)])
    assert live == pytest.approx((PRIOR_ORIGINS + 2) / (PRIOR_HOURS + watched))
    background.close(story(2, 3, **TALKS), START)
    both = background.rate("consult:IR+RU", START, [story(1, 3, **TALKS)])
    assert both == pytest.approx((PRIOR_ORIGINS + 4) / (PRIOR_HOURS + 2 * watched))
    assert background.rate("agree:IR+RU", START, []) == FLOOR


def test_one_famous_story_adds_no_more_than_a_few_origins() -> None:
    few, many = Background(PARAMS), Background(PARAMS)
    few.close(story(1, 1 + MAX_GAIN, **TALKS), START)
    many.close(story(1, 40, **TALKS), START)
    assert few.rate("consult:IR+RU", START, []) == many.rate("consult:IR+RU", START, [])


def test_quiet_stories_do_not_lower_the_rate_below_the_floor() -> None:
    background = Background(PARAMS)
    for n in range(50):
        background.close(story(n, 1, **TALKS), START)
    assert background.rate("consult:IR+RU", START, []) == FLOOR


def test_the_past_counts_half_after_each_half_life() -> None:
    background = Background(PARAMS)
    for n in range(20):
        background.close(story(n, 4, **TALKS), START)
    watched = 20 * PARAMS.idle / HOUR
    for lives in range(4):
        rate = background.rate("consult:IR+RU", START + lives * PARAMS.background_half_life, [])
        assert rate == pytest.approx(
            (PRIOR_ORIGINS + 60 / 2**lives) / (PRIOR_HOURS + watched / 2**lives),
        )


def test_what_is_remembered_is_bounded() -> None:
    background = Background(PARAMS)
    background.close(story(1, 4, **TALKS), START)
    background.close(story(1, 4, **TALKS), START)
    for n in range(MAX_KINDS + 5):
        background.close(story(2, 2, parties=[f"P{n}", "RU"], act="consult"), START)
    assert len(background.state()) == MAX_KINDS
    assert "consult:IR+RU" in background.state()


def test_its_state_rebuilds_it() -> None:
    background = Background(PARAMS)
    background.close(story(1, 4, **TALKS), START)
    again = Background(PARAMS, background.state())
    at = START + 1e6
    assert again.rate("consult:IR+RU", at, []) == background.rate("consult:IR+RU", at, [])


def test_a_storys_own_articles_do_not_raise_its_own_background() -> None:
    windows = StoryWindows()
    for n in range(30):
        update = windows.assign(article(n, hours=n / 10, **TALKS)).update
        assert update.background == FLOOR
    assert len(update.origins) == 30
    # But it is the background of the next story of the kind.
    other = windows.assign(article(100, 5, hours=20, **TALKS)).update
    assert other.change == "founded"
    assert other.background > FLOOR


def test_closed_stories_are_the_background_of_later_ones() -> None:
    windows = StoryWindows()
    for n in range(4):
        windows.assign(article(n, hours=n, **TALKS))
    later = windows.assign(article(10, 3, hours=120, **TALKS)).update
    assert len(windows) == 1
    assert FLOOR < later.background < 4 * FLOOR
