"""What no likeness may overrule.

The same people meet in the same city for the same kind of talks again and again; words and vectors hardly tell one
meeting from the next. Time, date and place do.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stream.windows.features import COLUMN, UNKNOWN_GAP, Matrix, date_gap
from stream.windows.params import WindowParams
from stream.windows.reading import Reading
from stream.windows.story import Story

MAX_DATE_GAP = 1.0
"""Days by which two accounts of one event may differ: time zones, and meetings that run past midnight."""


def takes(story: Story, time: float, params: WindowParams) -> bool:
    """Return whether the story's window takes an article of event time `time`."""
    return story.founding.time - params.lateness <= time <= closing_time(story, params)


def closing_time(story: Story, params: WindowParams) -> float:
    """Return the event time after which the window takes no more news."""
    return min(story.last + params.idle, story.founding.time + params.max_age)


def another_date(reading: Reading, story: Story) -> bool:
    """Return whether both tell of a diplomatic act, on dates too far apart to be one event."""
    article = reading.article
    if article.act is None or story.view.act is None:
        return False
    gap = date_gap(article.event_date, story.view.event_date)
    return gap != UNKNOWN_GAP and gap > MAX_DATE_GAP


FOUNDER_COSINE = 0.05
"""Cosine of centred vectors below which an article has no more in common with a founder than any other article has."""
DRIFT_ARTICLES = 4
"""A story this small cannot have drifted: its founder is a quarter of it."""


def drifted(matrix: Matrix) -> NDArray[np.bool_]:
    """Return for each candidate whether the article has nothing in common with its founder.

    However near it is to the latest articles: else each article of a long sequence can be like the one before it while
    the two ends tell of different events.
    """
    nothing = (matrix[:, COLUMN["dense_founder"]] < FOUNDER_COSINE) & (matrix[:, COLUMN["title_founder"]] == 0.0)
    result: NDArray[np.bool_] = nothing & (matrix[:, COLUMN["log_articles"]] >= np.log(DRIFT_ARTICLES))
    return result
