"""The courier's Kafka ends against the embedded broker."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from stream import topics, transport
from stream.alerts.letters import KafkaLetters, letter
from stream.alerts.source import Incoming, KafkaSource
from stream.broker.server import Broker
from stream.errors import TocsinError
from stream.records import DeadLetter, decode, encode
from stream.settings import Settings
from tests.alerts.conftest import make_alert


@pytest.fixture
async def settings(tmp_path: Path) -> AsyncIterator[Settings]:
    broker = Broker(tmp_path / "broker")
    await broker.start()
    yield Settings(kafka=broker.bootstrap, data=tmp_path, topic_prefix="test.")
    await broker.stop()


async def read_some(source: KafkaSource, wanted: int) -> list[Incoming]:
    found: list[Incoming] = []
    for _ in range(40):
        found += await source.read()
        if len(found) >= wanted:
            break
    return found


async def put(settings: Settings, *names: str) -> None:
    def write() -> None:
        producer = transport.producer(settings)
        for name in names:
            producer.send(settings.topic(topics.ALERTS.name), key=b"s1", value=encode(make_alert(name)))
        producer.flush()
        producer.close()

    await asyncio.to_thread(write)


async def test_what_is_committed_is_not_read_again_and_what_is_not_is(settings: Settings) -> None:
    source = await KafkaSource.open(settings)
    await put(settings, "a", "b")
    first = await read_some(source, 2)
    assert [b'"id":"a"' in (r.value or b"") for r in first] == [True, False]
    assert first[0].key == b"s1"
    assert first[0].raised > 1_700_000_000
    await source.commit()
    await put(settings, "c")
    assert len(await read_some(source, 1)) == 1
    await source.close()
    again = await KafkaSource.open(settings)
    [record] = await read_some(again, 1)
    assert b'"id":"c"' in (record.value or b"")
    await again.close()


async def test_a_dead_letter_is_on_its_stream_when_put_returns(settings: Settings) -> None:
    await (await KafkaSource.open(settings)).close()
    letters = KafkaLetters(settings)
    await letters.put(topics.UNDELIVERED, letter(reason="undeliverable", detail="503", key="a", payload=b"{}", at=1.0))
    await letters.close()
    consumer = await asyncio.to_thread(transport.consumer, settings, [topics.UNDELIVERED], None)
    reader = KafkaSource(consumer, ThreadPoolExecutor(1))
    [record] = await read_some(reader, 1)
    assert record.key == b"a"
    assert decode(DeadLetter, record.value).detail == "503"
    await reader.close()


async def test_no_broker_is_an_error_that_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise TocsinError("no Kafka broker answers")

    monkeypatch.setattr(transport, "create_streams", refuse)
    with pytest.raises(TocsinError, match="no Kafka broker"):
        await KafkaSource.open(Settings(data=tmp_path))
