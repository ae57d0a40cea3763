"""Alerts as they come off their stream."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

from kafka import KafkaConsumer
from kafka.errors import KafkaError

from stream import topics, transport
from stream.errors import TocsinError
from stream.settings import Settings

GROUP = "tocsin-courier"
BATCH = 500


@dataclass(frozen=True, slots=True)
class Incoming:
    """One record of the alerts stream, not decoded yet.

    Attributes:
        raised: when it was put on the stream, seconds since the epoch.
    """

    key: bytes | None
    value: bytes | None
    raised: float


class Source(Protocol):
    """Where alerts come from; every method raises `TocsinError` when the broker does not answer."""

    async def read(self) -> list[Incoming]:
        """Return the next records, empty after a short wait without any."""
        ...

    async def commit(self) -> None:
        """Note that everything read so far need not be read again."""
        ...

    async def close(self) -> None:
        """Leave in order."""
        ...


class KafkaSource:
    """The alerts stream, read by the courier's group in a thread of its own: kafka-python blocks."""

    def __init__(self, consumer: KafkaConsumer, thread: ThreadPoolExecutor) -> None:
        self._consumer = consumer
        self._thread = thread

    @classmethod
    async def open(cls, settings: Settings) -> KafkaSource:
        """Connect, after making sure that the courier's streams exist.

        Raises:
            TocsinError: no broker answers.
        """
        thread = ThreadPoolExecutor(1, "alerts-consumer")

        def connect() -> KafkaConsumer:
            # A consumer that begins before its topic exists learns of it only minutes later.
            transport.create_streams(settings, [topics.ALERTS, topics.UNDELIVERED, topics.REJECTED])
            return transport.consumer(settings, [topics.ALERTS], GROUP)

        try:
            return cls(await asyncio.get_running_loop().run_in_executor(thread, connect), thread)
        except BaseException:
            thread.shutdown(wait=False)
            raise

    async def read(self) -> list[Incoming]:
        """Return the next records, empty after half a second without any."""
        batches = await self._call(lambda: self._consumer.poll(timeout_ms=500, max_records=BATCH))
        return [
            Incoming(record.key, record.value, (record.timestamp or 0) / 1000)
            for batch in batches.values()
            for record in batch
        ]

    async def commit(self) -> None:
        """Commit everything read so far."""
        await self._call(self._consumer.commit)

    async def close(self) -> None:
        """Leave the group."""
        try:
            await self._call(lambda: self._consumer.close(timeout_ms=2_000))
        finally:
            self._thread.shutdown(wait=False)

    async def _call(self, function: Callable[[], Any]) -> Any:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, function)
        except KafkaError as error:
            raise TocsinError(f"the alerts stream cannot be read: {error}") from error
