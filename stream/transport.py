"""Producers, consumers and stream creation on kafka-python, configured once for every part."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.errors import KafkaError, TopicAlreadyExistsError

from stream import topics
from stream.errors import TocsinError
from stream.settings import Settings

log = structlog.get_logger(__name__)

RETRY_SECONDS = 1.0
"""Pause between two attempts to reach a broker."""


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
                await asyncio.wait_for(stop.wait(), RETRY_SECONDS)
            except TimeoutError:
                continue
        else:
            if created:
                log.info("streams created", streams=created)
            return True
    return False
