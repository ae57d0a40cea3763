import pytest
from stories import Telling

from stream.bursts.reasons import duration, reason_of
from stream.bursts.significance import Window
from stream.bursts.state import Ring


def ring(window, **fields):
    facts = {
        "state": "detected",
        "number": 0,
        "cause": "c",
        "origins": 3,
        "act": None,
        "modality": None,
        "before": 0,
        "why": "",
    }
    return Ring(window=window, **(facts | fields))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 min"), (29, "0 min"), (720, "12 min"), (3599, "60 min"), (12_600, "3.5 h"), (200_000, "2.3 days")],
)
def test_duration(seconds, words):
    assert duration(seconds) == words


def test_a_stretch_shorter_than_the_story_says_how_many_it_holds():
    telling = Telling(place=None, event_date=None, parties=[], act=None, modality=None)
    for i, minute in enumerate([0, 3000, 3001, 3002]):
        update = telling.article(f"O{i}", minute)
    reason = reason_of(ring(Window(3, 120.0, 0.0049, 8.0)), update)
    assert (
        reason == "4 independent origins (O0, O1, O2, O3), 3 of them in 2 min where 0.0049 were expected; no act found"
    )


def test_an_update_opens_with_what_changed():
    update = Telling(modality="ongoing").article("A", 0)
    reason = reason_of(ring(Window(1, 0.0, 0.1, 1.0), state="updated", why="now agree, before consult"), update)
    assert reason.startswith("now agree, before consult; 1 independent origins (A) in 0 min")
    assert "consult, ongoing" in reason


def test_an_end_tells_how_long_it_was_quiet():
    telling = Telling()
    telling.article("A", 0)
    reason = reason_of(ring(Window(1, 0.0, 0.1, 1.0), state="resolved"), telling.close(180))
    assert reason == "closed after 1 articles of 1 independent origins; nothing new for 3.0 h"
