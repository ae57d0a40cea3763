"""Stories as API clients read them, version 1; alerts have the webhook's form (`stream.alerts.payload`)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from stream.alerts.payload import AlertData, alert_data, rfc3339, web_url
from stream.records import Alert, Modality
from stream.web.view import Story, View


class StoryData(msgspec.Struct, kw_only=True):
    """One story."""

    version: int = 1
    id: str
    title: str
    """Headline of the founding article, in its own language."""
    lang: str
    live: bool
    heat: float
    """Recent origins, each weighted by 2 to the power of -age / 6 h."""
    first: str
    last: str
    articles: int
    """Copies included."""
    origins: list[str]
    languages: list[str]
    act: str | None
    modality: Modality | None
    parties: list[str]
    place: str | None
    event_date: str | None
    diplomatic: float
    alerts: list[str]
    """Ids of its alerts, in order."""


class ArticleData(msgspec.Struct, kw_only=True):
    """One article of a story."""

    id: str
    outlet: str
    site: str
    origin: str
    copy_of: str | None
    url: str | None
    title: str
    lang: str
    at: str


class StoryDetail(msgspec.Struct, kw_only=True):
    """A story with its articles (the first hundred) and alerts."""

    story: StoryData
    articles: list[ArticleData]
    alerts: list[AlertData]


def story_data(story: Story, now: float, alerts: Sequence[Alert]) -> StoryData:
    """Return a story as API clients read it.

    Args:
        story: what is told.
        now: the view's time, for the heat.
        alerts: the story's, in order.

    Raises:
        Refused: `absurd_time`.
    """
    latest = story.latest
    return StoryData(
        id=latest.story,
        title=latest.title,
        lang=latest.lang,
        live=story.live,
        heat=round(story.heat(now), 3),
        first=rfc3339(latest.first),
        last=rfc3339(latest.last),
        articles=latest.articles,
        origins=latest.origins,
        languages=latest.languages,
        act=latest.act,
        modality=latest.modality,
        parties=latest.parties,
        place=latest.place,
        event_date=latest.event_date,
        diplomatic=latest.diplomatic,
        alerts=[alert.id for alert in alerts],
    )


def story_detail(story: Story, view: View) -> StoryDetail:
    """Return a story with its articles and alerts.

    Raises:
        Refused: `absurd_time`.
    """
    alerts = view.alerts_of(story.latest.story)
    return StoryDetail(
        story=story_data(story, view.now, alerts),
        articles=[
            ArticleData(
                id=a.id,
                outlet=a.outlet,
                site=a.site,
                origin=a.origin,
                copy_of=a.copy_of,
                url=web_url(a.url),
                title=a.title,
                lang=a.lang,
                at=rfc3339(a.event_time),
            )
            for a in story.articles.values()
        ],
        alerts=alerts_data(alerts),
    )


def alerts_data(alerts: Sequence[Alert]) -> list[AlertData]:
    """Return alerts as API clients read them.

    Raises:
        Refused: `absurd_time`.
    """
    return [alert_data(alert) for alert in alerts]
