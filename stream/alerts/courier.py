"""The courier: takes alerts off their stream, keeps them durably, and delivers them as signed webhooks."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import structlog

from stream import topics
from stream.alerts.attempt import HttpSender
from stream.alerts.dispatch import Dispatcher
from stream.alerts.letters import STAGE, KafkaLetters, Letters, letter
from stream.alerts.outbox import Accepted, Outbox
from stream.alerts.payload import encode_payload
from stream.alerts.source import Incoming, KafkaSource, Source
from stream.alerts.store import Store
from stream.alerts.waiting import wait_any
from stream.errors import Refused, TocsinError
from stream.metrics import HEARTBEAT_DELAY, HEARTBEAT_LAST, stage
from stream.records import Alert, decode
from stream.settings import Settings

log = structlog.get_logger(__name__)

PATIENCE = 2.0
"""Seconds between two tries when the broker or the disk fails."""


async def main(settings: Settings, stop: asyncio.Event) -> None:
    """Deliver alerts until stopped.

    Raises:
        TocsinError: another courier works on the data folder, or its file cannot be opened.
    """
    with only_one(settings.data), contextlib.closing(Store(settings.data)) as store:
        letters = KafkaLetters(settings)
        outbox = Outbox(store)
        async with HttpSender(user_agent=settings.user_agent, allow_private=settings.allow_private) as sender:
            dispatcher = Dispatcher(outbox, sender, letters, time.time)
            intake = Intake(outbox, letters, time.time, accepted=dispatcher.wake)
            log.info("courier started", waiting=outbox.waiting(), file=str(store.path))
            try:
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(dispatcher.run(stop))
                    tasks.create_task(intake.run(lambda: KafkaSource.open(settings), stop))
            finally:
                await letters.close()


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the right to deliver from a data folder; the system takes it back even from a killed process.

    Raises:
        TocsinError: another process holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "courier.lock"
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise TocsinError(
                f"another courier delivers from {folder} already; stop it, or set TOCSIN_DATA to another folder"
            ) from error
        yield


class Intake:
    """Moves alerts from their stream into the outbox; an offset is committed only when the outbox has the alert.

    Args:
        outbox: where alerts go.
        letters: where records go that cannot be read.
        clock: returns seconds since the epoch.
        accepted: called when there is something new to deliver.
    """

    def __init__(
        self, outbox: Outbox, letters: Letters, clock: Callable[[], float], accepted: Callable[[], None]
    ) -> None:
        self._outbox = outbox
        self._letters = letters
        self._clock = clock
        self._accepted = accepted

    async def run(self, open_source: Callable[[], Awaitable[Source]], stop: asyncio.Event) -> None:
        """Take alerts in until stopped, connecting again whenever the broker goes away."""
        while not stop.is_set():
            try:
                source = await open_source()
            except TocsinError as error:
                log.warning("waiting for the broker", error=str(error))
                await wait_any(stop, seconds=PATIENCE)
                continue
            try:
                await self.drain(source, stop)
            except TocsinError as error:
                log.warning("the broker went away; connecting again", error=str(error))
                await wait_any(stop, seconds=PATIENCE)
            finally:
                with contextlib.suppress(TocsinError):
                    await source.close()

    async def drain(self, source: Source, stop: asyncio.Event) -> None:
        """Take alerts in from one source until stopped.

        Raises:
            TocsinError: the broker does not answer.
        """
        while not stop.is_set():
            records = await source.read()
            if not records:
                continue
            alerts, refused = read_alerts(records, self._clock())
            while not await self._keep(alerts, refused):
                await wait_any(stop, seconds=PATIENCE)
                if stop.is_set():
                    return
            self._accepted()
            await source.commit()

    async def _keep(self, alerts: list[Accepted], refused: list[tuple[Incoming, Refused]]) -> bool:
        """Put what was read where it belongs; False when the disk or the broker will not have it now."""
        try:
            while refused:
                await self._refuse(*refused[0])
                refused.pop(0)
            if alerts:
                new = self._outbox.accept(alerts, now=self._clock())
                log.info("alerts accepted", new=new, known=len(alerts) - new)
        except (sqlite3.Error, TocsinError) as error:
            log.error("alerts cannot be kept; trying again", error=str(error))
            return False
        return True

    async def _refuse(self, record: Incoming, refusal: Refused) -> None:
        log.error("alert refused", reason=refusal.reason, detail=refusal.detail)
        dead = letter(
            reason=refusal.reason,
            detail=refusal.detail,
            key=None if record.key is None else record.key.decode(errors="replace"),
            payload=record.value or b"",
            at=self._clock(),
        )
        await self._letters.put(topics.REJECTED, dead)


def read_alerts(records: list[Incoming], now: float) -> tuple[list[Accepted], list[tuple[Incoming, Refused]]]:
    """Return the alerts in the records and the records that are none; heartbeats are only measured."""
    alerts: list[Accepted] = []
    refused: list[tuple[Incoming, Refused]] = []
    for record in records:
        try:
            with stage(STAGE):
                accepted = _read(record, now)
        except Refused as refusal:
            refused.append((record, refusal))
        else:
            if accepted is not None:
                alerts.append(accepted)
    return alerts, refused


def _read(record: Incoming, now: float) -> Accepted | None:
    alert = decode(Alert, record.value)
    if alert.kind == "heartbeat":
        HEARTBEAT_DELAY.observe(max(now - alert.fetched, 0.0))
        HEARTBEAT_LAST.set(alert.fetched)
        return None
    return Accepted(alert.id, alert.story, record.raised if record.raised > 0 else now, encode_payload(alert))
