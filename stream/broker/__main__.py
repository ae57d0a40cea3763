"""`python -m stream.broker --data DIR --port N`: a broker alone, for tests and experiments."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from stream import runtime, settings
from stream.broker.config import BrokerConfig
from stream.broker.server import Broker, run
from stream.errors import TocsinError


def broker(
    data: Annotated[Path, typer.Option(help="folder of the broker's log")],
    port: Annotated[int, typer.Option(help="port to listen on; 0 for any free one", min=0, max=65535)] = 0,
    host: Annotated[str, typer.Option(help="address to bind to")] = "127.0.0.1",
    fsync_seconds: Annotated[float, typer.Option(help="how often to flush to disk; 0 before each answer")] = 1.0,
    maintenance_seconds: Annotated[float, typer.Option(help="how often retention and compaction run")] = 5.0,
) -> None:
    """Run the embedded Kafka broker until SIGINT or SIGTERM."""
    config = BrokerConfig(fsync_seconds=fsync_seconds, maintenance_seconds=maintenance_seconds)
    runtime.configure_logging(settings.load())
    try:
        asyncio.run(_until_signalled(Broker(data, host, port, config)))
    except TocsinError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from error


async def _until_signalled(node: Broker) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await run(node, stop)


if __name__ == "__main__":
    typer.run(broker)
