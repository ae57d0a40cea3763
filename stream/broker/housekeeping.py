"""What a broker does on its own: flush to disk, apply retention, compact."""

from __future__ import annotations

import asyncio
import time

import structlog

from stream.broker import compaction
from stream.broker.log import PartitionLog, flush
from stream.broker.node import Node

log = structlog.get_logger(__name__)


def _logs(node: Node) -> list[PartitionLog]:
    return [*node.catalog.logs(), node.coordinator.store.log]


async def keep_flushing(node: Node) -> None:
    """Flush what was appended every `fsync_seconds`, in a thread.

    Raises:
        OSError: the disk did not take it. What is on it is then unknown, so the broker has to stop and read it anew.
    """
    if node.config.fsync_seconds == 0:
        return
    while True:
        await asyncio.sleep(node.config.fsync_seconds)
        descriptors = [descriptor for partition in _logs(node) for descriptor in partition.take_unsynced()]
        if descriptors:
            await asyncio.to_thread(flush, descriptors)


async def keep_tidy(node: Node) -> None:
    """Apply retention and compact, every `maintenance_seconds`."""
    while True:
        await asyncio.sleep(node.config.maintenance_seconds)
        for partition in _logs(node):
            await tidy(partition)


async def tidy(partition: PartitionLog) -> None:
    """Apply retention to one partition and compact it if that is due."""
    now_ms = int(time.time() * 1000)
    try:
        partition.maintain(now_ms)
        if plan := partition.compaction_due():
            before = partition.size
            partition.compacting = True
            partition.install(await asyncio.to_thread(compaction.run, plan, now_ms))
            log.info("compacted", partition=str(partition.directory), before=before, after=partition.size)
    except OSError as error:
        if partition.directory.exists():  # else its topic was deleted meanwhile
            log.error("housekeeping failed", partition=str(partition.directory), error=str(error))
    finally:
        partition.compacting = False
