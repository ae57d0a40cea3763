"""The broker as a process: lock, port, connections, orderly stop."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import socket
from pathlib import Path
from typing import IO

import structlog

from stream.broker import connection, housekeeping, node
from stream.broker.catalog import Catalog
from stream.broker.config import BrokerConfig
from stream.broker.coordinator import Coordinator
from stream.broker.node import Node, ProducerIds
from stream.broker.offsets import OffsetStore
from stream.errors import TocsinError
from stream.settings import Settings

log = structlog.get_logger(__name__)

_READ_AHEAD = 2**20


class Broker:
    """A single-node Kafka broker over one directory.

    Args:
        directory: where everything durable is; created when missing, used by one broker at a time.
        host: the address to bind to and to advertise.
        port: the port to bind to; 0 takes a free one.
        config: limits and defaults.
    """

    def __init__(
        self, directory: Path, host: str = "127.0.0.1", port: int = 0, config: BrokerConfig | None = None
    ) -> None:
        self.directory = directory
        self.host = host
        self.port = port
        self.config = config or BrokerConfig()
        self._lock: IO[bytes] | None = None
        self._node: Node | None = None
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._chores: list[asyncio.Task[None]] = []

    @property
    def bootstrap(self) -> str:
        """Where clients connect to, host:port."""
        return f"{self.host}:{self.port}"

    async def start(self) -> None:
        """Read the logs and listen; `port` is then the real one.

        Raises:
            TocsinError: the directory or the port is in use.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        self._lock = _lock(self.directory)
        try:
            listening = _listen(self.host, self.port)
        except TocsinError:
            self._lock.close()
            raise
        self.port = listening.getsockname()[1]
        started = asyncio.get_running_loop().time()
        self._node = _assemble(self.directory, self.host, self.config)
        self._server = await asyncio.start_server(self._connected, sock=listening, limit=_READ_AHEAD)
        self._chores = [
            asyncio.create_task(housekeeping.keep_flushing(self._node)),
            asyncio.create_task(housekeeping.keep_tidy(self._node)),
        ]
        log.info(
            "broker listens",
            address=self.bootstrap,
            directory=str(self.directory),
            topics=len(self._node.catalog.topics),
            seconds=round(asyncio.get_running_loop().time() - started, 3),
        )

    async def failed(self) -> None:
        """Return never, but raise what a background chore failed with.

        Raises:
            OSError: the disk no longer takes what is written.
        """
        await asyncio.gather(*self._chores)
        await asyncio.Event().wait()

    async def stop(self) -> None:
        """Close connections, flush everything and let the directory go."""
        if self._server is not None:
            self._server.close()
        if self._node is not None:
            self._node.coordinator.close()
        tasks = [*self._chores, *self._connections]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._node is not None:
            self._node.catalog.close()
            self._node.coordinator.store.log.close()
        if self._lock is not None:
            self._lock.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert self._node is not None
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            await connection.serve(self._node, reader, writer)
        except asyncio.CancelledError:
            pass  # the broker stops
        finally:
            self._connections.discard(task)


def _assemble(directory: Path, host: str, config: BrokerConfig) -> Node:
    store = OffsetStore(directory / "groups", config)
    return Node(
        config=config,
        host=host,
        cluster_id=node.cluster_id(directory / "cluster_id"),
        catalog=Catalog(directory, config),
        coordinator=Coordinator(store, config),
        producer_ids=ProducerIds(directory / "producer_ids"),
    )


def _lock(directory: Path) -> IO[bytes]:
    file = (directory / "lock").open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise TocsinError(f"another broker uses {directory}; stop it, or set TOCSIN_DATA to another folder") from error
    return file


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        raise TocsinError(
            f"the broker cannot listen on {host}:{port} ({error}); set TOCSIN_BROKER_PORT to a free port, 0 for any"
        ) from error


async def main(settings: Settings, stop: asyncio.Event) -> None:
    """Run the embedded broker of the settings until `stop` is set.

    Raises:
        TocsinError: its directory or port is in use, or the disk failed.
    """
    config = BrokerConfig(retention_bytes=settings.broker_retention_bytes, fsync_seconds=settings.broker_fsync_seconds)
    await run(Broker(settings.data / "broker", settings.broker_host, settings.broker_port, config), stop)


async def run(broker: Broker, stop: asyncio.Event) -> None:
    """Run a broker until `stop` is set.

    Raises:
        TocsinError: its directory or port is in use, or the disk failed.
    """
    await broker.start()
    stopped, failed = asyncio.create_task(stop.wait()), asyncio.create_task(broker.failed())
    try:
        await asyncio.wait([stopped, failed], return_when=asyncio.FIRST_COMPLETED)
        if failed.done():
            failed.result()
    except OSError as error:
        raise TocsinError(f"the broker's disk failed ({error}); check {broker.directory} and start it again") from error
    finally:
        for task in (stopped, failed):
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await broker.stop()
        log.info("broker stopped", address=broker.bootstrap)
