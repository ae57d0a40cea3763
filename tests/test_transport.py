import asyncio

import pytest

from stream import topics, transport
from stream.broker.server import Broker
from stream.errors import TocsinError
from stream.settings import load

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture
async def settings(tmp_path):
    broker = Broker(tmp_path)
    await broker.start()
    yield load(kafka=broker.bootstrap, topic_prefix="staging-")
    await broker.stop()


async def test_streams_are_created_once(settings):
    created = await asyncio.to_thread(transport.create_streams, settings)
    assert sorted(created) == sorted(f"staging-{stream.name}" for stream in topics.ALL)
    assert await asyncio.to_thread(transport.create_streams, settings) == []


async def test_creating_streams_is_tried_again_until_a_broker_answers_or_it_is_told_to_stop(monkeypatch):
    stop, tries = asyncio.Event(), []

    def no_broker(_):
        tries.append(1)
        if len(tries) == 2:
            stop.set()
        raise TocsinError("no broker")

    monkeypatch.setattr(transport, "create_streams", no_broker)
    monkeypatch.setattr(transport, "RETRY_SECONDS", 0.01)
    assert await transport.create_streams_patiently(load(), stop) is False
    assert len(tries) == 2
    monkeypatch.setattr(transport, "create_streams", lambda _: ["articles.raw"])
    assert await transport.create_streams_patiently(load(), asyncio.Event()) is True
