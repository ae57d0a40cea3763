"""Sends what is due: one message at a time for each endpoint, all endpoints side by side."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import structlog

from stream import topics
from stream.alerts.attempt import Sender
from stream.alerts.letters import STAGE, Letters, letter
from stream.alerts.outbox import Message, Outbox
from stream.alerts.schedule import Next, decide
from stream.alerts.signing import message_id, sign
from stream.alerts.waiting import wait_any
from stream.errors import TocsinError
from stream.ids import derive
from stream.metrics import OUTBOX, REJECTED

log = structlog.get_logger(__name__)

LOOK = 1.0
"""Seconds between two looks at the outbox, for retries that fall due and for what the commands changed."""
PRUNE = 3_600.0


class Dispatcher:
    """Moves messages from the outbox to their endpoints.

    Args:
        outbox: what is to be sent.
        sender: makes the attempts.
        letters: where messages go that no attempt could deliver.
        clock: returns seconds since the epoch.
    """

    def __init__(self, outbox: Outbox, sender: Sender, letters: Letters, clock: Callable[[], float]) -> None:
        self._outbox = outbox
        self._sender = sender
        self._letters = letters
        self._clock = clock
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._awake = asyncio.Event()
        self._pruned = clock()

    def wake(self) -> None:
        """Look at the outbox now."""
        self._awake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Send what falls due until stopped; then let attempts in progress be cut off: they are made again."""
        try:
            while not stop.is_set():
                self._awake.clear()
                try:
                    self.start_due()
                    await self.report_dead()
                    self._prune()
                except sqlite3.Error as error:
                    log.error("the outbox cannot be used; check the disk", error=str(error))
                except TocsinError as error:
                    log.warning("dead letters wait for the broker", error=str(error))
                await wait_any(self._awake, stop, seconds=LOOK)
        finally:
            for lane in self._lanes.values():
                lane.cancel()
            await asyncio.gather(*self._lanes.values(), return_exceptions=True)

    def start_due(self) -> list[asyncio.Task[None]]:
        """Start an attempt for each idle endpoint that has a message due; return the attempts."""
        OUTBOX.set(self._outbox.waiting())
        started = []
        for message in self._outbox.due(self._clock(), busy=self._lanes):
            lane = asyncio.create_task(self._deliver(message), name=f"deliver to {message.subscription}")
            self._lanes[message.subscription] = lane
            lane.add_done_callback(partial(self._idle, message.subscription))
            started.append(lane)
        return started

    def _idle(self, subscription: str, lane: asyncio.Task[None]) -> None:
        del self._lanes[subscription]
        if not lane.cancelled() and (error := lane.exception()) is not None:
            log.error("an attempt broke; it will be made again", error=repr(error))
        else:
            self.wake()

    async def _deliver(self, message: Message) -> None:
        name = message_id(message.alert)
        now = self._clock()
        headers = sign(message.secret, name, datetime.fromtimestamp(now, UTC), message.body)
        outcome = await self._sender.send(message.url, headers, message.body, now=now)
        now = self._clock()
        attempts = message.attempts + 1
        jitter = int(derive("jitter", message.subscription, name, str(attempts)), 16) / 2**80
        after = decide(outcome, attempts=attempts, now=now, failing_since=message.failing_since, jitter=jitter)
        await self._settle(message, after, outcome.detail, now)
        line = log.bind(message=name, subscription=message.subscription, attempt=attempts, answer=outcome.detail)
        if after.disable is not None:
            line.error("subscription disabled", reason=after.disable)
        if after.state == "delivered":
            line.info("delivered")
        elif after.state == "waiting":
            line.warning("not delivered; will try again", seconds=round(after.due - now))

    async def _settle(self, message: Message, after: Next, detail: str, now: float) -> None:
        """Note what followed, however long the disk is full: an answer forgotten would be a message repeated."""
        while True:
            try:
                return self._outbox.settle(message, after, detail=detail, now=now)
            except sqlite3.Error as error:
                log.error("an attempt cannot be noted; check the disk", error=str(error))
                await asyncio.sleep(LOOK)

    async def report_dead(self) -> None:
        """Write a dead letter for each message that was given up and has none yet.

        Raises:
            TocsinError: the broker does not take them; they are tried again at the next look.
        """
        for message in self._outbox.unreported():
            detail = f"{message.subscription} after {message.attempts} attempts: {message.detail}"
            dead = letter(
                reason="undeliverable", detail=detail, key=message.alert, payload=message.body, at=self._clock()
            )
            await self._letters.put(topics.UNDELIVERED, dead)
            self._outbox.report(message)
            REJECTED.labels(STAGE, "undeliverable").inc()
            log.error("given up", message=message_id(message.alert), detail=detail)

    def _prune(self) -> None:
        if self._clock() - self._pruned >= PRUNE:
            self._pruned = self._clock()
            self._outbox.prune(now=self._pruned)
