"""Reads streams from their beginning, in a thread: kafka-python blocks."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from kafka import KafkaConsumer
from kafka.errors import KafkaError

from stream import topics, transport
from stream.errors import TocsinError
from stream.settings import Settings

log = structlog.get_logger(__name__)

PATIENCE = 2.0
CHECK = 5.0
"""Seconds between two checks that the broker answers; a poll alone does not tell."""
STALE = 20.0
"""Seconds without an answer after which the broker counts as gone."""

Batch = list[tuple[str, bytes | None]]
"""Records in order: the stream's name without prefix, and the value."""


class Follow:
    """Follows the streams from the earliest record on, for as long as the process lives.

    Args:
        settings: where the broker is.
        streams: which to read; the missing ones are created.
        take: called on the event loop with each batch, and whether it is news (not the catching up at the start).
    """

    def __init__(
        self, settings: Settings, streams: Sequence[topics.Stream], take: Callable[[Batch, bool], None]
    ) -> None:
        self._settings = settings
        self._streams = list(streams)
        self._take = take
        self._stopping = threading.Event()
        self._answered: float | None = None
        self._asked = 0.0
        self._ends: dict[Any, int] | None = None
        self._thread: threading.Thread | None = None
        self.caught_up = False

    def start(self) -> None:
        """Begin to read."""
        loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, args=(loop,), name="follow", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """Stop reading."""
        self._stopping.set()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join, 5.0)

    def problem(self) -> str | None:
        """Return what is wrong with reading, or None when it is well."""
        if self._thread is None or not self._thread.is_alive():
            return "the reader is not running"
        if self._answered is None:
            return f"no broker has answered yet at {self._settings.bootstrap}"
        silent = time.monotonic() - self._answered
        return f"the broker has not answered for {silent:.0f} s" if silent > STALE else None

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        while not self._stopping.is_set():
            try:
                transport.create_streams(self._settings, self._streams)
                consumer = transport.consumer(self._settings, self._streams, None)
                try:
                    self._read(consumer, loop)
                finally:
                    consumer.close(timeout_ms=1_000)
            except (TocsinError, KafkaError) as error:
                log.warning("waiting for the broker", error=str(error))
            except Exception:
                # Whatever it was, a page without a reader would show yesterday's world for good.
                log.exception("reading failed; beginning again")
            self._stopping.wait(PATIENCE)

    def _read(self, consumer: KafkaConsumer, loop: asyncio.AbstractEventLoop) -> None:
        bare = {self._settings.topic(stream.name): stream.name for stream in self._streams}
        self._ends = None
        while not self._stopping.is_set():
            found = consumer.poll(timeout_ms=200, max_records=2_000)
            batch: Batch = [(bare[r.topic], r.value) for records in found.values() for r in records]
            news = self.caught_up
            self._check(consumer)
            if batch:
                asyncio.run_coroutine_threadsafe(self._hand_over(batch, news), loop).result(timeout=60)

    def _check(self, consumer: KafkaConsumer) -> None:
        """Ask the broker for the streams' ends: it answers, and we know when the beginning is caught up with."""
        assigned = list(consumer.assignment())
        if not assigned:
            return
        if self._ends is None or time.monotonic() - self._asked >= CHECK:
            self._asked = time.monotonic()
            try:
                ends = dict(consumer.end_offsets(assigned, timeout_ms=5_000))
            except KafkaError as error:
                # The consumer finds its way back by itself; a new one would begin from the earliest record.
                log.warning("the broker does not answer", error=str(error))
                return
            self._answered = time.monotonic()
            self._ends = self._ends or ends
        self.caught_up = self.caught_up or all(consumer.position(p) >= end for p, end in self._ends.items())

    async def _hand_over(self, batch: Batch, news: bool) -> None:
        self._take(batch, news)
