"""The reader against the embedded broker."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from stream import follow as module
from stream import topics, transport
from stream.broker.server import Broker
from stream.errors import TocsinError
from stream.follow import Batch, Follow
from stream.records import encode
from stream.settings import Settings
from tests.web.conftest import alert, story_update

STREAMS = (topics.STORIES, topics.ALERTS)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.02)


def write(settings: Settings, *records: tuple[topics.Stream, bytes]) -> None:
    producer = transport.producer(settings)
    for stream, value in records:
        producer.send(settings.topic(stream.name), key=b"s1", value=value)
    producer.flush()
    producer.close()


async def test_it_reads_from_the_beginning_and_knows_what_is_news(tmp_path: Path) -> None:
    broker = Broker(tmp_path)
    await broker.start()
    settings = Settings(kafka=broker.bootstrap, topic_prefix="test.")
    await asyncio.to_thread(transport.create_streams, settings, STREAMS)
    old = [(topics.STORIES, encode(story_update())), (topics.ALERTS, encode(alert("old")))]
    await asyncio.to_thread(write, settings, *old)
    taken: list[tuple[str, bytes | None, bool]] = []

    def take(batch: Batch, news: bool) -> None:
        taken.extend((name, value, news) for name, value in batch)

    follow = Follow(settings, STREAMS, take)
    assert follow.problem() == "the reader is not running"
    follow.start()
    await until(lambda: len(taken) == 2 and follow.caught_up)
    assert follow.problem() is None
    assert sorted((name, news) for name, _, news in taken) == [("alerts", False), ("stories", False)]
    await asyncio.to_thread(write, settings, (topics.ALERTS, encode(alert("new"))))
    await until(lambda: len(taken) == 3)
    assert taken[2] == ("alerts", encode(alert("new")), True)
    await follow.stop()
    assert follow.problem() == "the reader is not running"
    await broker.stop()


async def test_without_a_broker_it_says_so_and_goes_on_trying(monkeypatch: pytest.MonkeyPatch) -> None:

    tries = []

    def refuse(*_: object) -> None:
        tries.append(1)
        raise TocsinError("no Kafka broker answers")

    monkeypatch.setattr(module, "PATIENCE", 0.01)
    monkeypatch.setattr(transport, "create_streams", refuse)
    follow = Follow(Settings(kafka="127.0.0.1:1"), STREAMS, lambda *_: None)
    follow.start()
    await until(lambda: len(tries) > 2)
    assert "no broker has answered yet at 127.0.0.1:1" in (follow.problem() or "")
    await follow.stop()
