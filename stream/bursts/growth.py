"""Whether a story bursts, whatever its subject.

Either of two things makes a burst: three origins within a significantly short time, or, where few outlets are
listened to, four reports in somebody's own words (copies are none) within one, be they of one outlet: coming back to
a story says that it is big. Outlets follow their stories up as a matter of course, so `REPORTS_EACH` times as many
reports as origins are expected of the background. A burst of one outlet is kept on record and never rings: alerts
count origins.
"""

from __future__ import annotations

from stream.bursts.significance import LOOKBACK, Window, busiest
from stream.bursts.state import BurstRules, Report
from stream.records import ArticleRef, StoryUpdate

BURST_ORIGINS = 3
"""Two outlets that have the same thing once are everyday news."""
BURST_REPORTS = 4
REPORTS_EACH = 5
MAX_REPORTS = LOOKBACK + 1
"""As many as a stretch can hold."""


def report(reports: tuple[Report, ...], article: ArticleRef | None) -> tuple[Report, ...]:
    """Return the reports with the article added, if it counts."""
    if article is None or article.copy_of is not None:
        return reports
    return (*reports, Report(article.origin, article.event_time))[-MAX_REPORTS:]


def bursts(update: StoryUpdate, peak: Window, reports: tuple[Report, ...], rules: BurstRules) -> bool:
    """Return whether the story as it stands bursts.

    Args:
        update: the story.
        peak: its most significant stretch of growth in origins.
        reports: its reports that count.
        rules: how significant a burst is.
    """
    origins = len(update.origins)
    if origins >= min(BURST_ORIGINS, rules.min_origins) and peak.significance >= rules.min_significance:
        return True
    if len(reports) < BURST_REPORTS:
        return False
    window = busiest([each.time for each in reports], update.background * REPORTS_EACH)
    return window.origins >= BURST_REPORTS and window.significance >= rules.min_significance
