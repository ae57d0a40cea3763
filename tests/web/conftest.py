"""Invented records, and a served page."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest

from stream.records import Alert, ArticleRef, StoryUpdate
from stream.web.app import Desk, bound, serve
from stream.web.events import Hub
from stream.web.site import Site
from stream.web.view import View

T0 = 1_780_000_000.0


def article(name: str = "a1", **changes: Any) -> ArticleRef:
    site = changes.pop("site", "example.org")
    fields: dict[str, Any] = {
        "id": name,
        "site": site,
        "outlet": "The Example",
        "url": f"https://{site}/{name}",
        "title": "Ministers meet",
        "lang": "en",
        "origin": site,
        "event_time": T0,
        "fetched": T0 + 1,
    }
    return ArticleRef(**{**fields, **changes})


def story_update(story: str = "s1", **changes: Any) -> StoryUpdate:
    fields: dict[str, Any] = {
        "story": story,
        "change": "joined",
        "article": article(f"{story}-a1"),
        "at": T0,
        "founder": f"{story}-a1",
        "title": "Ministers meet",
        "lang": "en",
        "first": T0,
        "last": T0,
        "articles": 1,
        "origins": ["example.org"],
        "origin_times": [T0],
        "languages": ["en"],
        "parties": ["FR", "DE"],
        "place": None,
        "event_date": None,
        "act": "consult",
        "modality": None,
        "diplomatic": 0.9,
        "background": 0.1,
    }
    return StoryUpdate(**{**fields, **changes})


def alert(name: str = "al1", **changes: Any) -> Alert:
    fields: dict[str, Any] = {
        "id": name,
        "state": "detected",
        "story": "s1",
        "at": T0,
        "title": "Ministers meet",
        "lang": "en",
        "articles": 3,
        "origins": ["a.org", "b.org", "c.org"],
        "languages": ["en"],
        "parties": ["FR", "DE"],
        "place": None,
        "event_date": None,
        "act": "consult",
        "modality": "ongoing",
        "diplomatic": 0.9,
        "significance": 5.0,
        "background": 0.1,
        "reason": "3 origins in 10 minutes",
        "evidence": [article()],
        "fetched": T0 + 2,
    }
    return Alert(**{**fields, **changes})


class Served:
    """A page on a real port, with its view, hub and health."""

    def __init__(self) -> None:
        self.view = View()
        self.hub = Hub()
        self.desk = Desk(self.view, self.hub, lambda: T0 + 10)
        self.problem: str | None = None
        self.session: aiohttp.ClientSession
        self.get: Callable[..., Any]


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    page = Served()
    stop = asyncio.Event()
    site = Site(page.view, page.hub, lambda: page.problem)
    with bound("127.0.0.1", 0) as listener:
        running = asyncio.create_task(serve(site, page.hub, listener, stop))
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with aiohttp.ClientSession(base) as session:
            page.session, page.get = session, session.get
            yield page
        stop.set()
        await asyncio.wait_for(running, 10)
