"""What the agents share: Tocsin's streams as Faust topics, and the loop that never lets a record get lost."""

from __future__ import annotations

import base64
import time
from collections.abc import Awaitable, Callable
from typing import Any

import faust
import structlog

from stream import metrics, topics
from stream.errors import Refused
from stream.records import DeadLetter, Record, encode
from stream.settings import Settings
from stream.workers.progress import Progress, Verdict

log = structlog.get_logger(__name__)

STALL_CHECK = 3.0
"""Seconds between two looks for partitions of which nothing comes although something is due."""

Handler = Callable[[faust.Event], Awaitable[None]]


class Streams:
    """Tocsin's streams on one Faust app.

    Keys and values are bytes to Faust: records have one codec, in `stream.records`.
    """

    def __init__(self, app: faust.App, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self.progress = Progress()
        self._topics: dict[str, Any] = {}
        self._sources: set[str] = set()
        self._active: dict[str, float] = {}

    def topic(self, stream: topics.Stream) -> Any:
        """Return a stream's Faust topic."""
        if stream.name not in self._topics:
            self._topics[stream.name] = self.app.topic(
                self.settings.topic(stream.name),
                key_type=bytes,
                value_type=bytes,
                key_serializer="raw",
                value_serializer="raw",
                partitions=stream.partitions,
            )
        return self._topics[stream.name]

    def table(self, stream: topics.Stream) -> Any:
        """Return the table whose changelog is the stream `stream`; keys and values are bytes."""
        changelog = self.settings.topic(stream.name)
        name = topics.table_of(changelog, self.settings.topic(topics.WORKER_GROUP))
        return self.app.Table(
            name,
            partitions=stream.partitions,
            key_type=bytes,
            value_type=bytes,
        )

    async def send(self, stage: str, stream: topics.Stream, key: str, record: Record) -> None:
        """Send a record; it is on the broker before the input that caused it is committed."""
        await self.topic(stream).send(key=key.encode(), value=encode(record))
        metrics.RECORDS_OUT.labels(stage).inc()

    def agent(self, stage: str, source: topics.Stream, handle: Handler) -> None:
        """Run `handle` on each event of `source`, one at a time, as the agent `stage`.

        What `handle` refuses, and what it cannot do for any other reason, goes to the dead-letter stream.
        """

        async def run(stream: Any) -> None:
            async for event in stream.events():
                await self._take(stage, source, event, handle)

        self._sources.add(self.settings.topic(source.name))
        self.app.agent(self.topic(source), name=stage, concurrency=1)(run)

    async def _take(self, stage: str, source: topics.Stream, event: faust.Event, handle: Handler) -> None:
        message = event.message
        place = message.tp
        verdict = self.progress.judge(place, message.offset, self._committed(place))
        if verdict is Verdict.HANDLE:
            self._active[place.topic] = time.monotonic()
            await self._one(stage, source, event, handle)
            self._active[place.topic] = time.monotonic()
            self.progress.handled(place, message.offset)
        elif verdict is Verdict.REWIND:
            await self._fetch_again(place, self.progress.due(place) or 0, "gap")

    def committable(self, place: Any) -> int | None:
        """Return the offset up to which a source's partition may be committed; None when that is not known yet."""
        return self.progress.due(place)

    def is_source(self, place: Any) -> bool:
        """Return whether an agent reads the partition, other than a table's changelog."""
        return place.topic in self._sources

    async def look_for_stalls(self) -> None:
        """Fetch again what Faust dropped at the end of a partition, where no later record shows the gap."""
        if self.app.rebalancing or not self.app.flow_control.is_active():
            return
        for place in sorted(filter(self.is_source, self.app.consumer.assignment())):
            busy = time.monotonic() - self._active.get(place.topic, 0.0) < STALL_CHECK
            end = self.app.consumer.highwater(place)
            if busy or not end:
                continue
            due = self.progress.stalled(place, end, self._committed(place))
            if due is not None:
                await self._fetch_again(place, due, "stall")

    async def _fetch_again(self, place: Any, offset: int, why: str) -> None:
        log.warning("fetching again", topic=place.topic, partition=place.partition, offset=offset, why=why)
        metrics.REFETCHED.labels(why).inc()
        await self.app.consumer.seek(place, offset)

    def _committed(self, place: Any) -> int | None:
        # Faust tells it nowhere else.
        known: dict[Any, int | None] = vars(self.app.consumer)["_committed_offset"]
        return known.get(place)

    async def _one(self, stage: str, source: topics.Stream, event: faust.Event, handle: Handler) -> None:
        try:
            with metrics.stage(stage):
                await handle(event)
        except Refused as refusal:
            await self._reject(stage, source, event, refusal)
        except faust.exceptions.FaustError:
            raise
        except Exception as error:
            log.exception("stage failed on a record", stage=stage)
            await self._reject(stage, source, event, Refused("failed", repr(error)))
            metrics.REJECTED.labels(stage, "failed").inc()

    async def _reject(self, stage: str, source: topics.Stream, event: faust.Event, refusal: Refused) -> None:
        message = event.message
        log.warning("record refused", stage=stage, reason=refusal.reason, detail=refusal.detail[:300])
        letter = DeadLetter(
            stream=source.name,
            stage=stage,
            reason=refusal.reason,
            detail=refusal.detail,
            key=message.key.decode(errors="replace") if message.key else None,
            payload=base64.b64encode(message.value or b"").decode(),
            at=time.time(),
        )
        await self.topic(topics.REJECTED).send(key=message.key, value=encode(letter))
