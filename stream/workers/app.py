"""The worker: one Faust app with four agents.

    articles.raw ─▶ clean ─▶ articles.clean ─▶ embed ─▶ articles.embedded ─▶ assign ─▶ stories ─▶ burst ─▶ alerts
                      │                          │                            │ desk table       │ bursts table
                      └──────── refused ─────────┴──────▶ articles.rejected ◀─┴──────────────────┘

Faust is kept to what works (docs/decisions): at least once, one event at a time for each agent, streams created before
the worker starts, plain tables with compacted changelogs, and no exception ever leaves an agent's loop. Faust flushes
its producer before it commits offsets, so what an agent sent is on the broker before its input counts as done.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import faust
import structlog
from faust.transport.drivers import aiokafka as aiokafka_driver

from stream import topics
from stream.settings import Settings
from stream.transport import create_streams_patiently
from stream.workers import assign, burst, clean, embed
from stream.workers.slots import take_slot
from stream.workers.streams import STALL_CHECK, Streams

log = structlog.get_logger(__name__)


def build(settings: Settings, datadir: Path) -> faust.App:
    """Return the app with its agents, not started."""
    app = faust.App(
        settings.topic(topics.WORKER_GROUP),
        broker=[f"kafka://{server}" for server in settings.bootstrap.split(",")],
        store="rocksdb://",
        datadir=str(datadir),
        autodiscover=False,
        web_enabled=False,
        web_tables_enabled=False,
        worker_redirect_stdouts=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        topic_replication_factor=settings.replication,
        table_standby_replicas=0,
        consumer_auto_offset_reset="earliest",
        broker_session_timeout=6.0,
        broker_heartbeat_interval=1.0,
        broker_rebalance_timeout=6.0,
        broker_commit_every=200,
        broker_commit_interval=1.0,
        stream_buffer_maxsize=256,
        stream_wait_empty=False,
        producer_max_request_size=4_000_000,
    )
    streams = Streams(app, settings)
    commit_only_what_is_handled(app, streams)
    clean.install(streams)
    embed.install(streams)
    assign.install(streams)
    burst.install(streams)
    return app


def commit_only_what_is_handled(app: faust.App, streams: Streams) -> None:
    """Let the agents' own count of what they handled decide what is committed and what is fetched again."""

    class HandledConsumer(aiokafka_driver.Consumer):
        def _new_offset(self, tp: Any) -> int | None:
            acknowledged: int | None = super()._new_offset(tp)
            return streams.committable(tp) if streams.is_source(tp) else acknowledged

    async def moved(_: Any, assigned: set[Any], **__: Any) -> None:
        streams.progress.keep(assigned)

    app.transport.Consumer = HandledConsumer  # type: ignore[misc]  # this app's alone, not the class's
    app.on_partitions_assigned.connect(moved, weak=False)  # type: ignore[arg-type]  # it is called so
    app.timer(STALL_CHECK)(streams.look_for_stalls)


async def main(settings: Settings, stop: asyncio.Event) -> None:
    """Work until told to stop; raise when the app crashed, so that whoever supervises starts it anew."""
    if not await create_streams_patiently(settings, stop):
        return
    with take_slot(settings.data / "workers") as datadir:
        app = build(settings, datadir)
        app.finalize()
        await app.start()
        log.info("worker started", broker=settings.bootstrap, tables=str(datadir))
        try:
            await app.wait(stop.wait())
        finally:
            await app.stop()
        if app.crash_reason is not None:
            raise app.crash_reason
