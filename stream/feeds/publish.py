"""Where polled articles go: a protocol, and Kafka behind it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import structlog
from kafka import KafkaProducer
from kafka.errors import KafkaError

from stream import topics, transport
from stream.errors import TocsinError
from stream.records import RawArticle, encode
from stream.settings import Settings

log = structlog.get_logger(__name__)

RETRY_SECONDS = 2.0


class PublishError(TocsinError):
    """The broker did not acknowledge; nothing of the batch may be taken for published."""


class Publisher(Protocol):
    """Takes articles and returns when they are safe."""

    async def publish(self, articles: list[RawArticle]) -> None:
        """Return once every article is acknowledged.

        Raises:
            PublishError: at least one was not.
        """


class KafkaPublisher:
    """Publishes to `articles.raw`, keyed by site, and waits for the acknowledgements without holding up the event loop.

    kafka-python's `send` can block while it looks for metadata, so it runs in one thread of its own, which also keeps
    the order of articles; the acknowledgements come back as callbacks.
    """

    def __init__(self, producer: KafkaProducer, topic: str) -> None:
        self._producer = producer
        self._topic = topic
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="publish")

    async def publish(self, articles: list[RawArticle]) -> None:
        """Return once every article is acknowledged by all replicas.

        Raises:
            PublishError: at least one was not.
        """
        loop = asyncio.get_running_loop()
        try:
            sent = await loop.run_in_executor(self._thread, self._send, articles)
            await asyncio.gather(*(_acknowledged(future, loop) for future in sent))
        except KafkaError as error:
            raise PublishError(f"the broker did not take {len(articles)} articles: {error!r}") from error

    def _send(self, articles: list[RawArticle]) -> list[Any]:
        return [self._producer.send(self._topic, encode(a), key=a.site.encode()) for a in articles]

    async def close(self) -> None:
        """Send what is still waiting, for at most five seconds, and disconnect."""
        await asyncio.get_running_loop().run_in_executor(self._thread, lambda: self._producer.close(timeout=5))
        self._thread.shutdown(wait=False)


def _acknowledged(future: Any, loop: asyncio.AbstractEventLoop) -> asyncio.Future[None]:
    """Return an asyncio future that follows a kafka one, whose callbacks come in the producer's thread."""
    follower: asyncio.Future[None] = loop.create_future()

    def settle(error: BaseException | None) -> None:
        if follower.done():
            return
        if error is None:
            follower.set_result(None)
        else:
            follower.set_exception(error)

    def hand_over(error: BaseException | None) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, error)

    future.add_callback(lambda _: hand_over(None))
    future.add_errback(hand_over)
    return follower


async def connect(settings: Settings, stop: asyncio.Event) -> KafkaPublisher | None:
    """Return a publisher as soon as a broker answers, None when `stop` is set first."""
    while not stop.is_set():
        try:
            producer = await asyncio.to_thread(_producer, settings)
        except TocsinError as error:
            log.warning("waiting for the broker", reason=str(error), retry_seconds=RETRY_SECONDS)
            await pause(stop, RETRY_SECONDS)
        else:
            return KafkaPublisher(producer, settings.topic(topics.RAW.name))
    return None


def _producer(settings: Settings) -> KafkaProducer:
    transport.create_streams(settings, (topics.RAW,))
    return transport.producer(settings)


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait, at most until `stop` is set."""
    try:
        async with asyncio.timeout(max(seconds, 0.0)):
            await stop.wait()
    except TimeoutError:
        return
