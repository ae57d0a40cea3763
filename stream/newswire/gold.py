"""The newswire as a recorded stream with the truth, for `tocsin replay`, `tocsin evaluate` and offline tests."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from stream.cleaning.address import canonical_url
from stream.ids import article_id
from stream.newswire.loading import load
from stream.newswire.model import Item, Wire
from stream.newswire.pages import day_of, earlier_items, html_of, page_of, text_of

RINGING_ORIGINS = 3
"""Origins that a diplomatic event needs before it should ring: the default of the setting `min_origins`."""


def recorded_stream(start_time: float, wire: Wire | None = None) -> Iterator[dict[str, Any]]:
    """Yield every article in order of publishing, as its feed gives it, with its gold fields.

    The id and the URL are those that the clean step gives the article, so that a live run can be scored against them
    too. Beside the usual gold fields there are `modality`, `copy_of` (id of the first reprint of the same dispatch) and
    `rings` (whether an alert is due for the event: diplomatic, with `RINGING_ORIGINS` origins).

    Args:
        start_time: when the demo started, seconds since the epoch; fixes every date.
        wire: the news; the one shipped with Tocsin if not given.
    """
    wire = wire or load()
    ringing = ringing_events(wire)
    by_key = {item.key: item for item in wire.items}
    for item in sorted(wire.items, key=lambda item: (item.published, item.key)):
        page = page_of(item, earlier_items(wire, item), start_time)
        published = datetime.datetime.fromtimestamp(int(start_time + item.published), datetime.UTC)
        yield {
            "id": _id(item),
            "url": _address(item),
            "source": item.outlet.name,
            "title": page.title,
            "text": text_of(page) if item.outlet.body == "text" else html_of(page),
            "lang": item.outlet.lang,
            "published": published.isoformat().replace("+00:00", "Z"),
            **_truth(item, start_time),
            "copy_of": _id(by_key[item.copy_of]) if item.copy_of else None,
            "rings": item.event in ringing,
        }


def gold_items(start_time: float, wire: Wire | None = None) -> list[dict[str, Any]]:
    """Return the gold file's lines: the recorded stream without its text."""
    return [
        {name: value for name, value in line.items() if name != "text"} for line in recorded_stream(start_time, wire)
    ]


def ringing_events(wire: Wire) -> set[str]:
    """Return the events for which an alert is due."""
    origins: dict[str, set[str]] = defaultdict(set)
    for item in wire.items:
        if item.truth.diplomatic:
            origins[item.event].add(item.origin)
    return {event for event, known in origins.items() if len(known) >= RINGING_ORIGINS}


def _address(item: Item) -> str:
    address = canonical_url(item.link)
    assert address is not None, f"{item.link} is no web address"
    return address


def _id(item: Item) -> str:
    return article_id(url=_address(item), feed=None, guid=None, title="", content="")


def _truth(item: Item, start_time: float) -> dict[str, Any]:
    truth = item.truth
    dated = day_of(item, start_time) + datetime.timedelta(days=truth.day)
    return {
        "event": item.event,
        "diplomatic": truth.diplomatic,
        "act": truth.act,
        "modality": truth.modality,
        "parties": truth.parties,
        "place": truth.place,
        "event_date": dated.isoformat() if truth.diplomatic else None,
        "origin": item.origin if item.credit else item.outlet.domain,
    }
