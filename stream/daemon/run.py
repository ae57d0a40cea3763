"""`tocsin run`: every part on this machine, on one's own feeds."""

from __future__ import annotations

import asyncio
import socket
import time

import structlog

from stream import transport
from stream.daemon.parts import environment, parts
from stream.daemon.supervisor import Supervisor
from stream.errors import TocsinError
from stream.settings import Settings

log = structlog.get_logger(__name__)

BROKER_WITHIN = 20.0


def require_free(host: str, port: int, variable: str) -> None:
    """Raise a `TocsinError` when a port is taken, before any child trips over it."""
    if port == 0:
        return
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise TocsinError(
                f"port {port} on {host} is taken ({error.strerror}); set {variable} to another"
            ) from error


async def until_broker_answers(settings: Settings, within: float = BROKER_WITHIN) -> None:
    """Create the streams as soon as the broker answers.

    Raises:
        TocsinError: no broker answered in time.
    """
    deadline = time.monotonic() + within
    while True:
        try:
            await asyncio.to_thread(transport.create_streams, settings)
            return
        except TocsinError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.2)


async def supervise(settings: Settings, stop: asyncio.Event, workers: int) -> None:
    """Run every part until told to stop."""
    if not settings.kafka:
        require_free(settings.broker_host, settings.broker_port, "TOCSIN_BROKER_PORT")
    require_free(settings.web_host, settings.web_port, "TOCSIN_WEB_PORT")
    settings.data.mkdir(parents=True, exist_ok=True)
    supervisor = Supervisor(parts(settings, workers=workers, common=environment(settings)))
    try:
        await start_in_order(settings, supervisor)
        log.info("everything runs", page=f"http://{settings.web_host}:{settings.web_port}/", data=str(settings.data))
        await stop.wait()
    finally:
        log.info("stopping")
        await supervisor.stop()


async def start_in_order(settings: Settings, supervisor: Supervisor) -> None:
    """Start the broker, create the streams, then start the rest."""
    first, rest = ([], supervisor.parts) if settings.kafka else (supervisor.parts[:1], supervisor.parts[1:])
    for part in first:
        await supervisor.start(part)
    await until_broker_answers(settings)
    for part in rest:
        await supervisor.start(part)
