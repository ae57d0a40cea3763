import asyncio
import json

import pytest

from stream import topics
from stream.records import encode
from stream.web import events
from stream.web.events import MAX_QUEUE, Hub, TooManyClientsError
from tests.web.conftest import Served, alert, story_update


async def test_a_page_hears_what_changed_and_what_rang(served: Served) -> None:
    async with served.get("/events") as answer, asyncio.timeout(5):
        assert answer.content_type == "text/event-stream"
        first = await answer.content.readuntil(b"\n\n")
        assert first == b"retry: 3000\nevent: changed\ndata: 0\n\n"
        batch = [(topics.STORIES.name, encode(story_update())), (topics.ALERTS.name, encode(alert(title="a\nb")))]
        served.desk.take(batch, True)
        rang = await answer.content.readuntil(b"\n\n")
        lines = rang.decode().splitlines()
        assert lines[:2] == ["event: alert", "id: al1"]
        assert json.loads(lines[2].removeprefix("data: "))["title"] == "a\nb"
        assert await answer.content.readuntil(b"\n\n") == b"event: changed\ndata: 2\n\n"


async def test_catching_up_rings_nobody(served: Served) -> None:
    async with served.get("/events") as answer, asyncio.timeout(5):
        await answer.content.readuntil(b"\n\n")
        served.desk.take([(topics.ALERTS.name, encode(alert()))], False)
        assert await answer.content.readuntil(b"\n\n") == b"event: changed\ndata: 1\n\n"


async def test_a_page_that_leaves_is_forgotten(served: Served) -> None:
    async with served.get("/events") as answer:
        await answer.content.readuntil(b"\n\n")
        assert served.hub.clients == 1
    async with asyncio.timeout(5):
        while served.hub.clients:
            served.hub.changed(1)
            await asyncio.sleep(0.01)


async def test_a_slow_reader_is_cut_off() -> None:
    hub = Hub()
    listener = hub.listen(0)
    await anext(listener)
    for version in range(MAX_QUEUE + 5):
        hub.changed(version)
    assert hub.clients == 0
    assert len([event async for event in listener]) == MAX_QUEUE


async def test_a_silent_line_is_kept_alive() -> None:
    listener = Hub().listen(0, keep_alive=0.01)
    await anext(listener)
    assert await anext(listener) == b": still here\n\n"
    await listener.aclose()  # type: ignore[attr-defined]  # an async generator


async def test_there_are_only_so_many_listeners(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MAX_CLIENTS", 0)
    with pytest.raises(TooManyClientsError):
        await anext(Hub().listen(0))
    async with served.get("/events") as answer:
        assert answer.status == 503


async def test_closing_ends_every_stream() -> None:
    hub = Hub()
    listener = hub.listen(0)
    await anext(listener)
    hub.close()
    assert [event async for event in listener] == []
    with pytest.raises(TooManyClientsError):
        await anext(hub.listen(0))
