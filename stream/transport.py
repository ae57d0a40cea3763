"""Producers, consumers and stream creation on kafka-python, configured once for every part."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence

import structlog
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.errors import KafkaError, TopicAlreadyExistsError

from stream import topics
from stream.errors import TocsinError
from stream.settings import Settings

log = structlog.get_logger(__name__)


def unreachable(settings: Settings, error: Exception) -> TocsinError:
    """Return the error that says that no broker answers, and what to do."""
    where = "TOCSIN_KAFKA" if settings.kafka else "`tocsin broker` or `tocsin run`"
    return TocsinError(f"no Kafka broker answers at {settings.bootstrap} ({error}); check {where}")


def producer(settings: Settings) -> KafkaProducer:
    """Return a producer that waits for all replicas and never writes a record twice."""
    try:
        return KafkaProducer(
            bootstrap_servers=settings.bootstrap,
            acks="all",
            linger_ms=5,
            compression_type="lz4",
            bootstrap_timeout_ms=15_000,
        )
    except KafkaError as error:
        raise unreachable(settings, error) from error


def consumer(settings: Settings, streams: Sequence[topics.Stream], group: str | None) -> KafkaConsumer:
    """Return a consumer from the earliest record on; with a `group` it commits by hand, without one never."""
    try:
        return KafkaConsumer(
            *[settings.topic(stream.name) for stream in streams],
            bootstrap_servers=settings.bootstrap,
            group_id=group,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            session_timeout_ms=10_000,
            heartbeat_interval_ms=1_000,
            bootstrap_timeout_ms=15_000,
        )
    except KafkaError as error:
        raise unreachable(settings, error) from error


def create_streams(settings: Settings, wanted: Sequence[topics.Stream] = topics.ALL) -> list[str]:
    """Create the streams that are missing; return their names."""
    created = []
    try:
        admin = KafkaAdminClient(bootstrap_servers=settings.bootstrap, bootstrap_timeout_ms=5_000)
    except KafkaError as error:
        raise unreachable(settings, error) from error
    try:
        existing = set(admin.list_topics())
        for stream in wanted:
            name = settings.topic(stream.name)
            if name in existing:
                continue
            spec = {
                "num_partitions": stream.partitions,
                "replication_factor": settings.replication,
                "configs": stream.config,
            }
            try:
                admin.create_topics({name: spec})
                created.append(name)
            except TopicAlreadyExistsError:
                continue
    except KafkaError as error:
        raise TocsinError(f"the streams could not be created at {settings.bootstrap}: {error}") from error
    finally:
        admin.close()
    return created


async def create_streams_patiently(settings: Settings, stop: asyncio.Event) -> bool:
    """Create the missing streams, trying again while no broker answers; return False when told to stop first."""
    while not stop.is_set():
        try:
            created = await asyncio.to_thread(create_streams, settings)
        except TocsinError as error:
            log.warning("waiting for the broker", error=str(error))
            try:
                await asyncio.wait_for(stop.wait(), 2.0)
            except TimeoutError:
                continue
        else:
            if created:
                log.info("streams created", streams=created)
            return True
    return False


class Follower:
    """Reads streams from their beginning in a thread and hands each record to the event loop, in order.

    Args:
        take: called on the event loop with the stream's name and the record's bytes.
    """

    def __init__(
        self, settings: Settings, streams: Sequence[topics.Stream], take: Callable[[str, bytes | None], None]
    ) -> None:
        self._settings = settings
        self._streams = list(streams)
        self._take = take
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start reading."""
        loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._read, args=(loop,), name="follower", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """Stop reading and wait for the thread."""
        self._stopping.set()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join, 10.0)

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        source = consumer(self._settings, self._streams, group=None)
        bare = {self._settings.topic(stream.name): stream.name for stream in self._streams}
        try:
            while not self._stopping.is_set():
                for records in source.poll(timeout_ms=200).values():
                    for record in records:
                        loop.call_soon_threadsafe(self._take, bare[record.topic], record.value)
        finally:
            source.close()
