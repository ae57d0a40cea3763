"""Why an alert rang, in words and numbers."""

from __future__ import annotations

from stream.bursts.significance import Window
from stream.bursts.state import Ring
from stream.records import Modality, StoryUpdate

HOW_SURE: dict[Modality | None, int] = {None: 0, "planned": 1, "ongoing": 2, "done": 3, "denied": 4}
"""The order in which an event's modality moves on; a denial is always news."""

MAX_NAMES = 5


def reason_of(ring: Ring, update: StoryUpdate) -> str:
    """Return why it rang: `3 independent origins (A, B, C) in 12 min where 0.02 were expected; agree; IR, SA`."""
    if ring.state == "resolved":
        return _resolved(update)
    opening = f"{ring.why}; " if ring.why else ""
    facts = [_growth(ring.window, update.origins), *_subject(update)]
    return opening + "; ".join(facts)


def _resolved(update: StoryUpdate) -> str:
    after = f"after {update.articles} articles of {len(update.origins)} independent origins"
    if update.merged_into:
        return f"merged into {update.merged_into} {after}"
    quiet = duration(max(0.0, update.at - update.last))
    return f"closed {after}; nothing new for {quiet}"


def _growth(window: Window, origins: list[str]) -> str:
    names = ", ".join(origins[:MAX_NAMES])
    if len(origins) > MAX_NAMES:
        names += f" and {len(origins) - MAX_NAMES} more"
    told = f"{len(origins)} independent origins ({names})"
    stretch = f"in {duration(window.seconds)} where {window.expected:.2g} were expected"
    return f"{told} {stretch}" if window.origins == len(origins) else f"{told}, {window.origins} of them {stretch}"


def _subject(update: StoryUpdate) -> list[str]:
    act = update.act or "no act found"
    # What is done needs no word; what is planned, going on or denied does.
    if update.modality and update.modality != "done":
        act = f"{act}, {update.modality}"
    return [part for part in (act, ", ".join(update.parties), update.place, update.event_date) if part]


def duration(seconds: float) -> str:
    """Return a length of time as people say it: `0 min`, `12 min`, `3.5 h`, `2.1 days`."""
    if seconds < 3600:
        return f"{seconds / 60:.0f} min"
    if seconds < 48 * 3600:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 86400:.1f} days"
