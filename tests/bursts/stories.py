"""Stories as the assign step tells them, for the tests of this folder."""

from __future__ import annotations

from stream.ids import story_id
from stream.records import ArticleRef, StoryUpdate

STORY = story_id("a0")


def ref(number: int, origin: str, at: float, copy_of: str | None = None) -> ArticleRef:
    return ArticleRef(
        id=f"a{number}",
        site=f"{origin}.example",
        outlet=origin,
        url=None,
        title=f"Ministers meet, report {number}",
        lang="en",
        origin=origin,
        copy_of=copy_of,
        event_time=at,
        fetched=at + 5,
    )


class Telling:
    """Tells a story article by article, and gives the updates that the assign step would."""

    def __init__(self, story: str = STORY, background: float = 0.02, **facts) -> None:
        self.story = story
        self.background = background
        self.facts = {
            "act": "consult",
            "modality": "done",
            "diplomatic": 0.9,
            "parties": ["IR", "SA"],
            "place": "Beijing",
            "event_date": "2023-03-10",
            **facts,
        }
        self.count = 0
        self.first = 0.0
        self.last = 0.0
        self.origins: dict[str, float] = {}

    def article(self, origin: str, minute: float, copy_of: str | None = None, **facts) -> StoryUpdate:
        at = minute * 60
        self.facts |= facts
        article = ref(self.count, origin, at, copy_of)
        self.first = at if not self.count else min(self.first, at)
        self.last = max(self.last, at)
        self.count += 1
        self.origins.setdefault(origin, at)
        return self._update("founded" if self.count == 1 else "joined", article, at)

    def close(self, minute: float) -> StoryUpdate:
        return self._update("closed", None, minute * 60)

    def merge_into(self, other: str, minute: float) -> StoryUpdate:
        return self._update("merged", None, minute * 60, merged_into=other)

    def _update(self, change, article, at, merged_into=None) -> StoryUpdate:
        return StoryUpdate(
            story=self.story,
            change=change,
            article=article,
            at=at,
            founder="a0",
            title="Ministers meet",
            lang="en",
            first=self.first,
            last=self.last,
            articles=self.count,
            origins=list(self.origins),
            origin_times=list(self.origins.values()),
            languages=["en"],
            background=self.background,
            merged_into=merged_into,
            **self.facts,
        )


def heartbeat(number: int = 0) -> StoryUpdate:
    telling = Telling(story="heartbeat")
    update = telling.article("tocsin", number)
    update.kind = "heartbeat"
    update.article.id = f"beat{number}"
    return update
