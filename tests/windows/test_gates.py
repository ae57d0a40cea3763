import numpy as np
import pytest
from articles import HOUR, START, article
from test_keeping import grown

from stream.windows import WindowParams
from stream.windows.centring import LanguageMeans
from stream.windows.features import COLUMN, NAMES
from stream.windows.gates import another_date, closing_time, drifted, takes
from stream.windows.reading import read
from stream.windows.story import Story

PARAMS = WindowParams()


def dated(date: str | None, act: str | None = "consult") -> Story:
    reading = read(article(0, event_date=date, act=act))
    return Story.found(reading, LanguageMeans(64, {}).centre("en", reading.raw))


@pytest.mark.parametrize(
    ("date", "act", "refused"),
    [
        ("2024-10-11", "consult", False),
        ("2024-10-12", "consult", False),
        ("2024-10-10", "consult", False),
        ("2024-10-13", "consult", True),
        ("2024-10-09", "agree", True),
        ("2025-10-11", "consult", True),
        (None, "consult", False),
        ("2024-10-20", None, False),
        ("soon", "consult", False),
    ],
)
def test_acts_on_distant_dates_are_apart(date: str | None, act: str | None, refused: bool) -> None:
    reading = read(article(1, event_date=date, act=act))
    assert another_date(reading, dated("2024-10-11")) is refused
    assert another_date(reading, dated(None)) is False
    assert another_date(reading, dated("2024-10-11", None)) is False


def test_a_window_is_open_around_its_articles() -> None:
    story = grown(3)
    assert closing_time(story, PARAMS) == START + 2 * HOUR + PARAMS.idle
    assert takes(story, START - PARAMS.lateness, PARAMS)
    assert not takes(story, START - PARAMS.lateness - 1, PARAMS)
    assert takes(story, START + 2 * HOUR + PARAMS.idle, PARAMS)
    assert not takes(story, START + 2 * HOUR + PARAMS.idle + 1, PARAMS)


def test_a_window_ends_with_its_founders_age() -> None:
    story = grown(230)
    assert closing_time(story, PARAMS) == START + 229 * HOUR + (PARAMS.max_age - 229 * HOUR)


def test_only_a_grown_story_can_have_drifted() -> None:
    rows = np.zeros((4, len(NAMES)))
    rows[:, COLUMN["log_articles"]] = np.log([3, 4, 9, 9])
    rows[2, COLUMN["dense_founder"]] = 0.2
    rows[3, COLUMN["title_founder"]] = 0.1
    assert drifted(rows).tolist() == [False, True, False, False]
