"""The state that the page and the API show, reduced from the streams; bounded, and the same for the same records."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

from stream.records import Alert, ArticleRef, StoryUpdate

MAX_STORIES = 2_000
MAX_ALERTS = 500
MAX_ARTICLES = 100
"""Articles kept of one story; further ones are only counted."""
MAX_MERGES = 10_000
HEAT_HALF_LIFE = 6 * 3600.0
"""Seconds after which an origin counts half towards a story's heat."""
HEAT_ORIGINS = 50


@dataclass
class Origin:
    """Articles in one outlet's or agency's own words: the first of them, and its copies and follow-ups."""

    name: str
    first: ArticleRef
    others: list[ArticleRef] = field(default_factory=list)


@dataclass
class Story:
    """A story as it stands after its last change, with the articles seen."""

    latest: StoryUpdate
    articles: dict[str, ArticleRef] = field(default_factory=dict)
    log_heat: float = -math.inf

    @property
    def live(self) -> bool:
        """Whether its window is still open."""
        return self.latest.change not in {"closed", "merged"}

    @property
    def unseen(self) -> int:
        """How many of its articles are counted but not kept."""
        return max(self.latest.articles - len(self.articles), 0)

    def by_origin(self) -> list[Origin]:
        """Return its articles folded by origin, in order of first appearance."""
        folded: dict[str, Origin] = {}
        for article in sorted(self.articles.values(), key=lambda a: (a.event_time, a.id)):
            if article.origin in folded:
                folded[article.origin].others.append(article)
            else:
                folded[article.origin] = Origin(article.origin, article)
        return list(folded.values())

    def heat(self, now: float) -> float:
        """Return the number of its recent origins, each weighted by 2 to the power of -age / half-life."""
        return float(2.0 ** min(self.log_heat - now / HEAT_HALF_LIFE, 64.0))


def log_heat(origin_times: Sequence[float]) -> float:
    """Return log2 of the sum of 2 to the power of time / half-life over the last origins.

    All heats fade alike, so this orders stories at any time and is worked out only when a story changes.
    """
    recent = origin_times[-HEAT_ORIGINS:]
    if not recent:
        return -math.inf
    top = max(recent)
    return top / HEAT_HALF_LIFE + math.log2(sum(2.0 ** ((at - top) / HEAT_HALF_LIFE) for at in recent))


@dataclass(frozen=True)
class Ring:
    """An event that rang: its first alert and its last."""

    first: Alert
    last: Alert


class View:
    """The live stories and the last alerts.

    Args:
        max_stories: how many are kept; the one changed longest ago goes first.
        max_alerts: how many are kept, the latest ones.
    """

    def __init__(self, max_stories: int = MAX_STORIES, max_alerts: int = MAX_ALERTS) -> None:
        self.version = 0
        self.now = 0.0
        """Latest event time seen: a recorded stream has its own."""
        self._max_stories = max_stories
        self._max_alerts = max_alerts
        self._stories: OrderedDict[str, Story] = OrderedDict()
        self._alerts: OrderedDict[str, Alert] = OrderedDict()
        self._merged: OrderedDict[str, str] = OrderedDict()

    def apply_story(self, update: StoryUpdate) -> None:
        """Take in one change of a story."""
        self.version += 1
        self.now = max(self.now, update.at)
        story = self._stories.pop(update.story, None) or Story(update)
        story.latest = update
        story.log_heat = log_heat(update.origin_times)
        self._stories[update.story] = story
        if update.article is not None and len(story.articles) < MAX_ARTICLES:
            story.articles.setdefault(update.article.id, update.article)
        if update.merged_into is not None and update.merged_into != update.story:
            self._merge(update.story, update.merged_into)
        while len(self._stories) > self._max_stories:
            self._stories.popitem(last=False)

    def _merge(self, absorbed: str, survivor: str) -> None:
        self._merged[absorbed] = survivor
        while len(self._merged) > MAX_MERGES:
            self._merged.popitem(last=False)
        into = self._stories.get(survivor)
        gone = self._stories.pop(absorbed)
        if into is not None:
            for article in list(gone.articles.values())[: max(MAX_ARTICLES - len(into.articles), 0)]:
                into.articles.setdefault(article.id, article)

    def apply_alert(self, alert: Alert) -> bool:
        """Take in one alert; return whether it was new."""
        if alert.id in self._alerts:
            return False
        self.version += 1
        self.now = max(self.now, alert.at)
        self._alerts[alert.id] = alert
        while len(self._alerts) > self._max_alerts:
            self._alerts.popitem(last=False)
        return True

    def resolve(self, story: str) -> str:
        """Return the id of the story that this one was merged into, if any, else the id itself."""
        seen = {story}
        while (survivor := self._merged.get(story)) is not None and survivor not in seen:
            story = survivor
            seen.add(story)
        return story

    def story(self, story: str) -> Story | None:
        """Return a story by its id, or None when it is not known (any more)."""
        return self._stories.get(story)

    def stories(self, limit: int, since: float | None = None) -> list[Story]:
        """Return the live stories changed since a time, hottest first."""
        live = (s for s in self._stories.values() if s.live and (since is None or s.latest.last >= since))
        hottest = sorted(live, key=lambda s: (-s.log_heat, -s.latest.last, s.latest.story))
        return hottest[:limit]

    def alerts(self, limit: int, since: float | None = None) -> list[Alert]:
        """Return the alerts whose state was reached since a time, latest first."""
        found = (a for a in self._alerts.values() if since is None or a.at >= since)
        return sorted(found, key=lambda a: (-a.at, a.id))[:limit]

    def alerts_by_story(self) -> dict[str, list[Alert]]:
        """Return each story's alerts in order, those of merged stories under the survivor."""
        found: dict[str, list[Alert]] = {}
        for alert in self._alerts.values():
            found.setdefault(self.resolve(alert.story), []).append(alert)
        for alerts in found.values():
            alerts.sort(key=lambda a: (a.at, _ORDER[a.state], a.id))
        return found

    def alerts_of(self, story: str) -> list[Alert]:
        """Return the alerts of a story and of those merged into it, in order."""
        return self.alerts_by_story().get(self.resolve(story), [])

    def rings(self, limit: int) -> list[Ring]:
        """Return the events that rang, the one that rang last first."""
        rings = [Ring(alerts[0], alerts[-1]) for alerts in self.alerts_by_story().values()]
        rings.sort(key=lambda r: (-r.first.at, r.first.id))
        return rings[:limit]

    def sizes(self) -> dict[str, int]:
        """Return how many live stories and alerts are held."""
        return {"stories": sum(s.live for s in self._stories.values()), "alerts": len(self._alerts)}


_ORDER = {"detected": 0, "updated": 1, "resolved": 2}
