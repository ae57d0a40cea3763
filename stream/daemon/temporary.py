"""A broker and workers of one's own for as long as a piece of work takes."""

from __future__ import annotations

import asyncio
import shutil
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from stream.daemon.parts import environment, parts
from stream.daemon.run import start_in_order
from stream.daemon.supervisor import Supervisor
from stream.settings import Settings

T = TypeVar("T")

NEEDED = ("broker", "worker")


def free_port() -> int:
    """Return a loopback port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def with_own_workers(settings: Settings, workers: int, work: Callable[[Settings], T]) -> T:
    """Return what `work` returns, run beside an embedded broker and `workers` workers that end with it.

    Their data is in a temporary folder, which goes too.

    Args:
        settings: what the parts shall have; broker, data folder and metrics port are replaced.
        workers: how many.
        work: gets the settings that reach the broker.
    """
    folder = Path(tempfile.mkdtemp(prefix="tocsin-"))
    own = settings.model_copy(update={"data": folder, "kafka": None, "broker_port": free_port(), "metrics_port": 0})
    try:
        return asyncio.run(_beside(own, workers, work))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _beside(settings: Settings, workers: int, work: Callable[[Settings], T]) -> T:
    every = parts(settings, workers=workers, common=environment(settings), logs=settings.data)
    supervisor = Supervisor([part for part in every if part.name.split("-")[0] in NEEDED])
    try:
        await start_in_order(settings, supervisor)
        return await asyncio.to_thread(work, settings)
    finally:
        await supervisor.stop()
