"""The web part: follows the streams and serves the page, the API and the Atom feed."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import Callable, Generator, Iterator

import structlog
import uvicorn

from stream import topics
from stream.errors import Refused, TocsinError
from stream.follow import Batch, Follow
from stream.metrics import HEARTBEAT_DELAY, HEARTBEAT_LAST, stage
from stream.records import Alert, StoryUpdate, decode
from stream.settings import Settings
from stream.web.events import Hub
from stream.web.site import Site
from stream.web.view import View

log = structlog.get_logger(__name__)

STAGE = "web"
GRACE = 3
"""Seconds that open requests get to finish when stopping."""


async def main(settings: Settings, stop: asyncio.Event) -> None:
    """Serve until stopped.

    Raises:
        TocsinError: the port is taken.
    """
    with bound(settings.web_host, settings.web_port) as listener:
        view, hub = View(), Hub()
        desk = Desk(view, hub, time.time)
        follow = Follow(settings, (topics.STORIES, topics.ALERTS), desk.take)
        site = Site(view, hub, follow.problem)
        follow.start()
        host, port = listener.getsockname()[:2]
        log.info("page ready", url=f"http://{f'[{host}]' if ':' in host else host}:{port}/")
        try:
            await serve(site, hub, listener, stop)
        finally:
            await follow.stop()


@contextlib.contextmanager
def bound(host: str, port: int) -> Iterator[socket.socket]:
    """Hold a listening socket; port 0 takes a free one.

    Raises:
        TocsinError: the port is taken or the address is not this machine's.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
        listener = socket.create_server((host, port), family=family, backlog=256)
    except OSError as error:
        raise TocsinError(
            f"port {port} on {host} is not free ({error}); set TOCSIN_WEB_PORT to another, or to 0 for a free one"
        ) from error
    with listener:
        yield listener


async def serve(site: Site, hub: Hub, listener: socket.socket, stop: asyncio.Event) -> None:
    """Answer requests on the socket until stopped."""
    config = uvicorn.Config(
        site.app(),
        log_config=None,
        access_log=False,
        log_level="warning",
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=GRACE,
        limit_concurrency=1_000,
    )
    server = _Server(config)
    running = asyncio.create_task(server.serve([listener]))
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({running, stopped}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        hub.close()
        server.should_exit = True
        stopped.cancel()
        await running


class _Server(uvicorn.Server):
    """A server that leaves signals to the process: uvicorn would take SIGTERM away from `stop`."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Install no handlers."""
        yield


class Desk:
    """Takes records into the view and tells open pages.

    Args:
        view: what is shown.
        hub: tells open pages.
        clock: returns seconds since the epoch.
    """

    def __init__(self, view: View, hub: Hub, clock: Callable[[], float]) -> None:
        self._view = view
        self._hub = hub
        self._clock = clock

    def take(self, batch: Batch, news: bool) -> None:
        """Take in a batch; alerts are told to open pages only when they are news."""
        before = self._view.version
        for name, value in batch:
            try:
                with stage(STAGE):
                    alert = self._apply(name, value)
            except Refused as refusal:
                # The stream keeps the record, and its other reader, the courier, writes the dead letter.
                log.warning("record refused", stream=name, reason=refusal.reason, detail=refusal.detail)
                continue
            if alert is not None and news:
                self._hub.rang(alert)
        if self._view.version != before:
            self._hub.changed(self._view.version)

    def _apply(self, name: str, value: bytes | None) -> Alert | None:
        if name == topics.STORIES.name:
            update = decode(StoryUpdate, value)
            if update.kind == "article":
                self._view.apply_story(update)
            return None
        alert = decode(Alert, value)
        if alert.kind == "heartbeat":
            HEARTBEAT_DELAY.observe(max(self._clock() - alert.fetched, 0.0))
            HEARTBEAT_LAST.set(alert.fetched)
            return None
        return alert if self._view.apply_alert(alert) else None
