"""An alert as subscribers and API clients read it: the JSON of Standard Webhooks, version 1.

Within a version, fields are only ever added. Times are RFC 3339 in UTC with milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

import msgspec

from stream.errors import Refused
from stream.records import Alert, AlertState, ArticleRef, Modality

VERSION = 1
MAX_BYTES = 20_000
"""Standard Webhooks asks for payloads under 20 kB; pieces of evidence are left out, last first, until it fits."""
MAX_ORIGINS = 50
MAX_LIST = 50
MAX_TEXT = 1_000
MAX_URL = 2_000


class Evidence(msgspec.Struct, kw_only=True):
    """The first article of one origin."""

    id: str
    outlet: str
    site: str
    origin: str
    """The agency or outlet whose own words these are."""
    url: str | None
    """http or https, else null."""
    title: str
    lang: str
    """ISO 639-1 of the title, or `und`."""
    at: str
    """When the outlet says that it published, repaired where that is missing or absurd."""


class AlertData(msgspec.Struct, kw_only=True):
    """One alert."""

    version: int
    id: str
    state: AlertState
    story: str
    """Id of the story: the same over all alerts of one event."""
    at: str
    """Event time at which the state was reached."""
    title: str
    """Headline of the story's first article, in its own language."""
    lang: str
    act: str | None
    """PLOVER term such as `consult`, `agree`, `coerce`."""
    modality: Modality | None
    parties: list[str]
    """ISO 3166-1 alpha-2 codes or body names such as `EU`, `NATO`, `UN`."""
    place: str | None
    event_date: str | None
    """ISO 8601."""
    articles: int
    """Copies included."""
    origin_count: int
    origins: list[str]
    """In order of first appearance, at most 50."""
    languages: list[str]
    diplomatic: float
    """Probability that this is a diplomatic event, 0 to 1."""
    significance: float
    """-log10 of the probability that the background alone would give as many origins in the time seen."""
    background: float
    """Expected new origins per hour of a story like this one."""
    reason: str
    """In words and numbers, why it rang."""
    evidence: list[Evidence]
    evidence_omitted: int
    """How many pieces of evidence were left out to keep the payload under 20 kB."""
    fetched: str
    """When Tocsin fetched the article that decided."""


class Payload(msgspec.Struct, kw_only=True):
    """The body of a webhook."""

    type: Literal["alert.detected", "alert.updated", "alert.resolved"]
    timestamp: str
    data: AlertData


def rfc3339(seconds: float) -> str:
    """Return a time in seconds since the epoch as RFC 3339 in UTC, to the millisecond.

    Raises:
        Refused: `absurd_time` when no calendar holds it.
    """
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except (ValueError, OverflowError, OSError) as error:
        raise Refused("absurd_time", f"{seconds} is not a time: {error}") from error


def web_url(url: str | None) -> str | None:
    """Return the URL if it is one that a page may link to (http or https, of bearable length), else None."""
    if url is None or len(url) > MAX_URL or not url.lower().startswith(("http://", "https://")):
        return None
    return url


def shorten(text: str, limit: int = MAX_TEXT) -> str:
    """Return the text, cut with an ellipsis when it is longer than `limit` characters."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def alert_data(alert: Alert) -> AlertData:
    """Return an alert as clients read it.

    Raises:
        Refused: `absurd_time`.
    """
    return AlertData(
        version=VERSION,
        id=alert.id,
        state=alert.state,
        story=alert.story,
        at=rfc3339(alert.at),
        title=shorten(alert.title),
        lang=alert.lang,
        act=alert.act,
        modality=alert.modality,
        parties=_first(alert.parties),
        place=shorten(alert.place) if alert.place else None,
        event_date=alert.event_date,
        articles=alert.articles,
        origin_count=len(alert.origins),
        origins=_first(alert.origins, MAX_ORIGINS),
        languages=_first(alert.languages),
        diplomatic=alert.diplomatic,
        significance=alert.significance,
        background=alert.background,
        reason=shorten(alert.reason),
        evidence=[_evidence(article) for article in alert.evidence],
        evidence_omitted=0,
        fetched=rfc3339(alert.fetched),
    )


def _first(items: Sequence[str], limit: int = MAX_LIST) -> list[str]:
    return [shorten(item, 100) for item in items[:limit]]


def _evidence(article: ArticleRef) -> Evidence:
    return Evidence(
        id=article.id,
        outlet=shorten(article.outlet, 200),
        site=shorten(article.site, 200),
        origin=shorten(article.origin, 200),
        url=web_url(article.url),
        title=shorten(article.title, 500),
        lang=article.lang,
        at=rfc3339(article.event_time),
    )


def encode_payload(alert: Alert) -> bytes:
    """Return the body of an alert's webhook; equal alerts give equal bytes, always under 20 kB.

    Raises:
        Refused: `absurd_time`, or `too_large` when not even an alert without evidence fits.
    """
    payload = Payload(type=_TYPES[alert.state], timestamp=rfc3339(alert.at), data=alert_data(alert))
    while len(body := msgspec.json.encode(payload)) >= MAX_BYTES:
        if not payload.data.evidence:
            raise Refused("too_large", f"the payload has {len(body)} bytes without any evidence")
        payload.data.evidence.pop()
        payload.data.evidence_omitted += 1
    return body


_TYPES: dict[AlertState, Literal["alert.detected", "alert.updated", "alert.resolved"]] = {
    "detected": "alert.detected",
    "updated": "alert.updated",
    "resolved": "alert.resolved",
}
