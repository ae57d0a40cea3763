"""Dead letters: what could not be read or delivered, kept on a stream for people."""

from __future__ import annotations

import asyncio
import base64
import contextlib
from typing import Protocol

from kafka import KafkaProducer
from kafka.errors import KafkaError

from stream import topics, transport
from stream.errors import TocsinError
from stream.records import DeadLetter, encode
from stream.settings import Settings

STAGE = "deliver"


class Letters(Protocol):
    """Where dead letters go."""

    async def put(self, stream: topics.Stream, letter: DeadLetter) -> None:
        """Write a letter; durable when this returns.

        Raises:
            TocsinError: it could not be written.
        """
        ...


def letter(*, reason: str, detail: str, key: str | None, payload: bytes, at: float) -> DeadLetter:
    """Return the dead letter of an alert."""
    return DeadLetter(
        stream=topics.ALERTS.name,
        stage=STAGE,
        reason=reason,
        detail=detail,
        key=key,
        payload=base64.b64encode(payload).decode(),
        at=at,
    )


class KafkaLetters:
    """Dead letters on Kafka; connects at the first one, as most days have none."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._producer: KafkaProducer | None = None
        self._lock = asyncio.Lock()

    async def put(self, stream: topics.Stream, letter: DeadLetter) -> None:
        """Write a letter and wait until the broker has it."""
        async with self._lock:
            await asyncio.to_thread(self._put, stream, letter)

    def _put(self, stream: topics.Stream, letter: DeadLetter) -> None:
        if self._producer is None:
            self._producer = transport.producer(self._settings)
        key = None if letter.key is None else letter.key.encode()
        try:
            self._producer.send(self._settings.topic(stream.name), key=key, value=encode(letter)).get(timeout=15)
        except KafkaError as error:
            raise TocsinError(f"a dead letter could not be written: {error}") from error

    async def close(self) -> None:
        """Close the producer."""
        if self._producer is not None:
            with contextlib.suppress(KafkaError):
                await asyncio.to_thread(self._producer.close, 2)
