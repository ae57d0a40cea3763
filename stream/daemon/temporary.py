"""A broker and workers of one's own for as long as a piece of work takes."""

from __future__ import annotations

import asyncio
import shutil
import socket
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from kafka import KafkaAdminClient

from stream import topics
from stream.daemon.parts import environment, parts
from stream.daemon.run import start_in_order
from stream.daemon.supervisor import Supervisor
from stream.errors import TocsinError
from stream.settings import Settings

T = TypeVar("T")

NEEDED = ("broker", "worker")
SETTLED_WITHIN = 90.0
CALM_CHECKS = 4
"""Seconds that the group must stay as it is: taking over tables comes after the partitions."""


def free_port() -> int:
    """Return a loopback port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def with_own_workers(settings: Settings, workers: int, work: Callable[[Settings], T]) -> T:
    """Return what `work` returns, run beside an embedded broker and `workers` workers that end with it.

    Their data is in a temporary folder, which goes too; when the work fails it stays, for the logs in it.

    Args:
        settings: what the parts shall have; broker, data folder and metrics port are replaced.
        workers: how many.
        work: gets the settings that reach the broker.
    """
    folder = Path(tempfile.mkdtemp(prefix="tocsin-"))
    own = settings.model_copy(update={"data": folder, "kafka": None, "broker_port": free_port(), "metrics_port": 0})
    try:
        result = asyncio.run(_beside(own, workers, work))
    except TocsinError as error:
        raise TocsinError(f"{error}; the logs are in {folder}") from error
    shutil.rmtree(folder, ignore_errors=True)
    return result


def until_settled(settings: Settings, workers: int, within: float = SETTLED_WITHIN) -> None:
    """Wait until the workers share the partitions and none is still to come.

    Partitions that move while records flow cost Faust some of what it has fetched until the next restart or move, and a
    replay is to measure the path and not its start.

    Raises:
        TocsinError: they have not settled in time.
    """
    group = settings.topic(topics.WORKER_GROUP)
    admin = KafkaAdminClient(bootstrap_servers=settings.bootstrap)
    deadline, calm = time.monotonic() + within, 0
    try:
        while calm < CALM_CHECKS:
            if time.monotonic() > deadline:
                raise TocsinError(f"{workers} workers have not come up within {within:.0f} s")
            time.sleep(1.0)
            found = admin.describe_groups([group])[group]
            settled = found["group_state"] == "Stable" and len(found["members"]) == workers
            calm = calm + 1 if settled else 0
    finally:
        admin.close()


async def _beside(settings: Settings, workers: int, work: Callable[[Settings], T]) -> T:
    every = parts(settings, workers=workers, common=environment(settings), logs=settings.data)
    supervisor = Supervisor([part for part in every if part.name.split("-")[0] in NEEDED])
    try:
        await start_in_order(settings, supervisor)
        await asyncio.to_thread(until_settled, settings, workers)
        return await asyncio.to_thread(work, settings)
    finally:
        await supervisor.stop()
