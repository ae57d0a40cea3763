"""The demo's shell: starts everything, prints what happens as it happens, and cleans up."""

from __future__ import annotations

import asyncio
import logging
import shutil
import signal
import sys
import tempfile
import time
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from rich.console import Console

from stream import topics
from stream.alerts.store import Store
from stream.alerts.subscriptions import Subscriptions
from stream.daemon.parts import environment, parts
from stream.daemon.run import require_free, start_in_order
from stream.daemon.supervisor import Supervisor
from stream.daemon.temporary import free_port
from stream.demo.receiver import Receiver
from stream.demo.tally import Tally, Truth, alert_line
from stream.errors import TocsinError
from stream.follow import Batch, Follow
from stream.newswire import Newswire
from stream.newswire.pacing import PacedClock
from stream.settings import Settings, load

NOT_YET = 10 * 365 * 86_400.0
"""Seconds ahead at which the news is set to begin until everything is up."""
READY_WITHIN = 180.0
QUIET = 6.0
"""Seconds without a new article, after the newswire has told everything, that end the demo's count."""


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """What the command line asks for."""

    exit_after: int | None = None
    once: bool = False
    data: Path | None = None
    kafka: str | None = None
    workers: int = 1
    port: int | None = None


def subscribe(settings: Settings, url: str) -> str:
    """Subscribe `url` to the alerts; return the secret that its messages are signed with."""
    store = Store(settings.data)
    try:
        return Subscriptions(store).add(url, now=time.time()).secret
    finally:
        store.close()


def preferred_port() -> int:
    """Return 8080, or a free port when something else listens there."""
    try:
        require_free("127.0.0.1", 8080, "--port")
    except TocsinError:
        return free_port()
    return 8080


def run_demo(options: DemoOptions) -> None:
    """Run the demo until it has shown enough or is interrupted."""
    folder = options.data or Path(tempfile.mkdtemp(prefix="tocsin-demo-"))
    folder.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(filename=folder / "demo.log", level=logging.INFO)
    structlog.configure(logger_factory=structlog.stdlib.LoggerFactory())
    try:
        code = asyncio.run(Demo(options, folder).run())
    finally:
        if options.data is None:
            shutil.rmtree(folder, ignore_errors=True)
    sys.exit(code)


class Demo:
    """One run of the demo in `folder`."""

    def __init__(self, options: DemoOptions, folder: Path) -> None:
        self.options = options
        self.folder = folder
        self.console = Console(highlight=False, soft_wrap=True)
        self.started = time.monotonic()
        self.stop = asyncio.Event()
        self.alerts = 0
        self.last_change = time.monotonic()
        self.tally = Tally({})
        self.clock = PacedClock()

    def say(self, text: str, style: str = "") -> None:
        """Print a line with the seconds since the start."""
        self.console.print(f"[{time.monotonic() - self.started:5.1f} s] {text}", style=style, markup=False)

    async def run(self) -> int:
        """Return the exit code."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stop.set)
        async with AsyncExitStack() as stack:
            settings, newswire = await self._start(stack)
            if self.stop.is_set():
                return 0
            self.say(f"the page: http://{settings.web_host}:{settings.web_port}/", style="bold")
            self.say(f"{len(newswire.feed_urls())} feeds are told; alerts follow as their webhooks arrive")
            return await self._watch(newswire)

    async def _start(self, stack: AsyncExitStack) -> tuple[Settings, Newswire]:
        settings = self._settings()
        logs = self.folder / "logs"
        logs.mkdir(exist_ok=True)
        receiver = Receiver(self._webhook)
        hook = await receiver.start()
        stack.push_async_callback(receiver.stop)
        receiver.secret = subscribe(settings, hook)
        newswire = Newswire(start_time=time.time() + NOT_YET, clock=self.clock)
        await newswire.start()
        stack.push_async_callback(newswire.stop)
        (self.folder / "feeds.opml").write_text(newswire.opml(), encoding="utf-8")
        self.tally = Tally({item["id"]: Truth(item["event"], item["rings"]) for item in newswire.gold()})
        self.say(
            f"starting: {'' if settings.kafka else 'embedded broker, '}worker, courier, page, poller (logs in {logs})"
        )
        supervisor = Supervisor(parts(settings, workers=self.options.workers, common=environment(settings), logs=logs))
        stack.push_async_callback(supervisor.stop)
        await start_in_order(settings, supervisor)
        follow = Follow(settings, (topics.STORIES, topics.ALERTS, topics.REJECTED), self._records)
        follow.start()
        stack.push_async_callback(follow.stop)
        await self._until_ready()
        newswire.restart(self.clock.begin())
        return settings, newswire

    def _settings(self) -> Settings:
        port = self.options.port if self.options.port is not None else preferred_port()
        require_free("127.0.0.1", port, "--port")
        return load(
            data=self.folder.resolve(),
            kafka=self.options.kafka,
            broker_port=free_port(),
            web_port=port or free_port(),
            metrics_port=0,
            feeds=self.folder.resolve() / "feeds.opml",
            poll_interval=1.5,
            poll_per_host=32,  # the newswire's feeds all come from one host
            allow_private=True,
            heartbeat_seconds=1.0,
        )

    async def _until_ready(self) -> None:
        """Wait for the first heartbeat that has travelled the whole path."""
        deadline = time.monotonic() + READY_WITHIN
        while not self.tally.heartbeats and not self.stop.is_set():
            if time.monotonic() > deadline:
                raise TocsinError(f"no heartbeat came through within {READY_WITHIN:.0f} s; see {self.folder}/logs")
            await asyncio.sleep(0.1)
        self.say("a heartbeat has travelled from poller to alerts: everything is up")

    def _records(self, batch: Batch, _: bool) -> None:
        for stream, value in batch:
            self._record(stream, value)

    def _record(self, stream: str, value: bytes | None) -> None:
        before = len(self.tally.articles)
        line = self.tally.take(stream, value)
        if len(self.tally.articles) != before:
            self.last_change = time.monotonic()
            self.clock.heard(len(self.tally.articles) + self.tally.refused)
            if len(self.tally.articles) % 50 == 0:
                self.say(f"{len(self.tally.articles)} articles in {len(self.tally.stories)} stories", style="dim")
        if line:
            self.say(line, style="dim")

    def _webhook(self, message_id: str, payload: dict[str, Any]) -> None:
        self.say(alert_line(payload), style="bold red" if payload["type"] == "alert.detected" else "yellow")
        self.say(f"          {payload['data'].get('reason', '')}  ({message_id}, signature verified)", style="dim")
        if payload["type"] == "alert.detected":
            self.alerts += 1
            if self.options.exit_after is not None and self.alerts >= self.options.exit_after:
                self.stop.set()

    async def _watch(self, newswire: Newswire) -> int:
        while not self.stop.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stop.wait(), 0.5)
                break
            if newswire.finished() and time.monotonic() - self.last_change > QUIET:
                break
        told_all = newswire.finished()
        for line in self.tally.summary():
            self.say(line, style="bold")
        if not self.stop.is_set() and not self.options.once:
            self.say("the newswire has told everything; the page stays up until Ctrl-C")
            await self.stop.wait()
        self.say("stopping")
        return 1 if told_all and not self.tally.exact else 0
