import asyncio
import threading

import pytest
from kafka.errors import KafkaTimeoutError, NotLeaderForPartitionError
from kafka.future import Future

from stream.errors import TocsinError
from stream.feeds import publish as module
from stream.feeds.publish import KafkaPublisher, PublishError, connect, pause
from stream.records import RawArticle, decode


def article(site: str) -> RawArticle:
    return RawArticle(site=site, outlet="O", title=site, content="", fetched=0.0)


class Producer:
    """Takes records like kafka-python's, and acknowledges them from a thread of its own when told."""

    def __init__(self, refuse: Exception | None = None) -> None:
        self.sent: list[tuple[str, bytes, bytes, Future]] = []
        self.threads: set[str] = set()
        self.refuse = refuse
        self.closed = False

    def send(self, topic: str, value: bytes, key: bytes) -> Future:
        self.threads.add(threading.current_thread().name)
        if self.refuse:
            raise self.refuse
        future = Future()
        self.sent.append((topic, value, key, future))
        return future

    def acknowledge(self, *errors: Exception | None) -> None:
        def settle() -> None:
            for (*_, future), error in zip(self.sent, errors, strict=True):
                future.failure(error) if error else future.success("metadata")

        threading.Thread(target=settle).start()

    def close(self, timeout: float) -> None:
        self.closed = True


async def settled(task: asyncio.Task[None], seconds: float = 0.1) -> bool:
    await asyncio.wait({task}, timeout=seconds)
    return task.done()


async def test_it_returns_only_when_every_record_is_acknowledged():
    producer = Producer()
    publisher = KafkaPublisher(producer, "p.articles.raw")
    task = asyncio.create_task(publisher.publish([article("a.example"), article("b.example")]))
    assert not await settled(task)
    producer.acknowledge(None, None)
    assert await settled(task, 2)
    assert task.exception() is None
    assert [(topic, key) for topic, _, key, _ in producer.sent] == [
        ("p.articles.raw", b"a.example"),
        ("p.articles.raw", b"b.example"),
    ]
    assert decode(RawArticle, producer.sent[0][1]) == article("a.example")
    assert threading.main_thread().name not in producer.threads
    await publisher.close()
    assert producer.closed


async def test_one_record_refused_is_a_batch_not_published():
    producer = Producer()
    publisher = KafkaPublisher(producer, "t")
    task = asyncio.create_task(publisher.publish([article("a"), article("b"), article("c")]))
    await settled(task)
    producer.acknowledge(None, NotLeaderForPartitionError(), KafkaTimeoutError())
    with pytest.raises(PublishError, match="3 articles"):
        await asyncio.wait_for(task, 2)
    await publisher.close()


async def test_a_producer_that_cannot_send_is_a_batch_not_published():
    publisher = KafkaPublisher(Producer(KafkaTimeoutError("no metadata")), "t")
    with pytest.raises(PublishError, match="no metadata"):
        await publisher.publish([article("a")])
    await publisher.close()


async def test_an_acknowledgement_after_giving_up_is_ignored():
    producer = Producer()
    publisher = KafkaPublisher(producer, "t")
    task = asyncio.create_task(publisher.publish([article("a")]))
    await settled(task)
    task.cancel()
    await settled(task)
    producer.acknowledge(None)
    await asyncio.sleep(0.05)
    await publisher.close()


async def test_connecting_goes_on_until_a_broker_answers(settings, monkeypatch):
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.01)
    tries = []

    def producer(_):
        tries.append(1)
        if len(tries) < 3:
            raise TocsinError("nobody there")
        return Producer()

    monkeypatch.setattr(module, "_producer", producer)
    publisher = await connect(settings, asyncio.Event())
    assert publisher
    assert len(tries) == 3
    await publisher.close()


async def test_connecting_ends_when_it_is_told_to_stop(settings, monkeypatch):
    stop = asyncio.Event()

    def producer(_):
        raise TocsinError("nobody there")

    monkeypatch.setattr(module, "_producer", producer)
    asyncio.get_running_loop().call_later(0.05, stop.set)
    assert await asyncio.wait_for(connect(settings, stop), 2) is None


async def test_a_pause_ends_early_when_told_to_stop():
    stop = asyncio.Event()
    await pause(stop, 0.01)
    asyncio.get_running_loop().call_later(0.02, stop.set)
    await asyncio.wait_for(pause(stop, 60), 2)
