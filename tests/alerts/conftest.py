"""Invented alerts, a receiver that checks signatures, and fakes for the broker."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from standardwebhooks import Webhook

from stream.alerts.outbox import Accepted, Outbox
from stream.alerts.payload import encode_payload
from stream.alerts.store import Store
from stream.alerts.subscriptions import Subscription, Subscriptions
from stream.errors import TocsinError
from stream.records import Alert, ArticleRef, DeadLetter
from stream.topics import Stream

T0 = 1_780_000_000.0


def make_alert(name: str = "al1", **changes: Any) -> Alert:
    evidence = ArticleRef(
        id="a1",
        site="example.org",
        outlet="The Example",
        url="https://example.org/1",
        title="Les ministres se rencontrent",
        lang="fr",
        origin="example.org",
        event_time=T0,
        fetched=T0 + 1,
    )
    fields: dict[str, Any] = {
        "id": name,
        "state": "detected",
        "story": "s1",
        "at": T0,
        "title": "وزيران يلتقيان",
        "lang": "ar",
        "articles": 3,
        "origins": ["a.org", "b.org", "c.org"],
        "languages": ["ar", "fr"],
        "parties": ["EG", "FR"],
        "place": "Cairo",
        "event_date": "2026-05-28",
        "act": "consult",
        "modality": "ongoing",
        "diplomatic": 0.93,
        "significance": 4.5,
        "background": 0.05,
        "reason": "3 origins within 2 minutes",
        "evidence": [evidence],
        "fetched": T0 + 2,
    }
    return Alert(**{**fields, **changes})


def accepted(name: str = "al1", story: str = "s1", raised: float = T0) -> Accepted:
    return Accepted(name, story, raised, encode_payload(make_alert(name, story=story)))


class Clock:
    def __init__(self, now: float = T0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class FakeLetters:
    def __init__(self) -> None:
        self.written: list[tuple[str, DeadLetter]] = []
        self.down = False

    async def put(self, stream: Stream, letter: DeadLetter) -> None:
        if self.down:
            raise TocsinError("the broker is down")
        self.written.append((stream.name, letter))


class Receiver:
    """An HTTP server that keeps each request and answers as told."""

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.answer: Callable[[web.Request], Awaitable[web.StreamResponse]] = self._ok

    async def _ok(self, _: web.Request) -> web.StreamResponse:
        return web.Response(text="thanks")

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.requests.append((dict(request.headers), await request.read()))
        return await self.answer(request)

    def verified(self, secret: str) -> list[Any]:
        return [Webhook(secret).verify(body, headers) for headers, body in self.requests]

    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.requests]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    box = Receiver()
    app = web.Application()
    app.router.add_post("/hook", box.handle)
    app.router.add_get("/elsewhere", box.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    box.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield box
    await runner.cleanup()


class Desk:
    """A store with its two halves."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.open()

    def open(self) -> None:
        self.store = Store(self.folder)
        self.outbox = Outbox(self.store)
        self.subscriptions = Subscriptions(self.store)

    def reopen(self) -> None:
        """What a kill and a new start do to the file."""
        self.store.close()
        self.open()

    def subscribe(self, url: str = "https://example.org/hook", now: float = T0 - 100) -> Subscription:
        return self.subscriptions.add(url, now=now)


@pytest.fixture
def desk(tmp_path: Path) -> Any:
    made = Desk(tmp_path)
    yield made
    made.store.close()
