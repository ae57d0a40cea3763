import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from aiohttp import web

from stream.alerts import dispatch
from stream.alerts.attempt import HttpSender
from stream.alerts.dispatch import Dispatcher
from stream.alerts.schedule import DELAYS, JITTER, Outcome
from tests.alerts.conftest import T0, Clock, Desk, FakeLetters, Receiver, accepted


class FakeSender:
    """Answers from a list of outcomes, the last one for good."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes = list(outcomes) or [Outcome("delivered", "200 OK")]
        self.sent: list[tuple[float, str, str]] = []
        self.during: Callable[[str], Awaitable[None]] | None = None

    async def send(self, url: str, headers: dict[str, str], body: bytes, *, now: float) -> Outcome:
        self.sent.append((now, url, headers["webhook-id"]))
        if self.during is not None:
            await self.during(url)
        return self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]


FAILED = Outcome("server_error", "503")
DELIVERED = Outcome("delivered", "200 OK")


async def settle_all(dispatcher: Dispatcher) -> None:
    while lanes := dispatcher.start_due():
        await asyncio.gather(*lanes)
        await asyncio.sleep(0)


async def test_a_whole_schedule_of_failures_ends_in_a_dead_letter(desk: Desk) -> None:
    clock, sender, letters = Clock(), FakeSender(FAILED), FakeLetters()
    dispatcher = Dispatcher(desk.outbox, sender, letters, clock)
    one = desk.subscribe()
    desk.outbox.accept([accepted("a")], now=T0)
    await settle_all(dispatcher)
    for made, delay in enumerate(DELAYS[1:], start=1):
        last = clock.now
        clock.now = last + delay - 0.5
        await settle_all(dispatcher)
        assert len(sender.sent) == made
        clock.now = last + delay * (1 + JITTER)
        await settle_all(dispatcher)
        assert len(sender.sent) == made + 1
    clock.now += 1e6
    await settle_all(dispatcher)
    assert len(sender.sent) == len(DELAYS)
    assert {name for _, _, name in sender.sent} == {"msg_a"}
    await dispatcher.report_dead()
    await dispatcher.report_dead()
    [(stream, letter)] = letters.written
    assert (stream, letter.reason, letter.key) == ("deliveries.failed", "undeliverable", "a")
    assert f"{one.id} after 10 attempts: 503" in letter.detail


async def test_dead_letters_wait_for_the_broker(desk: Desk) -> None:
    letters = FakeLetters()
    dispatcher = Dispatcher(desk.outbox, FakeSender(Outcome("gone", "410 Gone")), letters, Clock())
    desk.subscribe()
    desk.outbox.accept([accepted("a")], now=T0)
    await settle_all(dispatcher)
    letters.down = True
    with pytest.raises(Exception, match="down"):
        await dispatcher.report_dead()
    letters.down = False
    desk.reopen()
    again = Dispatcher(desk.outbox, FakeSender(), letters, Clock())
    await again.report_dead()
    assert [letter.key for _, letter in letters.written] == ["a"]


async def test_a_kill_between_answer_and_note_repeats_the_same_id(desk: Desk) -> None:
    desk.subscribe()
    desk.outbox.accept([accepted("a")], now=T0)

    async def killed(_: str) -> None:
        raise asyncio.CancelledError

    first = FakeSender()
    first.during = killed
    lanes = Dispatcher(desk.outbox, first, FakeLetters(), Clock()).start_due()
    await asyncio.gather(*lanes, return_exceptions=True)
    desk.reopen()
    second = FakeSender()
    await settle_all(Dispatcher(desk.outbox, second, FakeLetters(), Clock(T0 + 1)))
    assert [name for *_, name in first.sent] == [name for *_, name in second.sent] == ["msg_a"]
    assert desk.outbox.waiting() == 0


async def test_a_slow_endpoint_delays_no_other_and_has_one_request_at_a_time(desk: Desk) -> None:
    slow, quick = desk.subscribe("https://slow.example/"), desk.subscribe("https://quick.example/")
    desk.outbox.accept([accepted("a", "s1"), accepted("b", "s2"), accepted("c", "s3")], now=T0)
    release = asyncio.Event()

    async def wait_if_slow(url: str) -> None:
        if url == slow.url:
            await release.wait()

    sender = FakeSender()
    sender.during = wait_if_slow
    stop = asyncio.Event()
    dispatcher = Dispatcher(desk.outbox, sender, FakeLetters(), Clock())
    running = asyncio.create_task(dispatcher.run(stop))
    async with asyncio.timeout(5):
        while sum(url == quick.url for _, url, _ in sender.sent) < 3 or desk.outbox.waiting() > 3:
            await asyncio.sleep(0.01)
    assert [url for _, url, _ in sender.sent].count(slow.url) == 1
    release.set()
    async with asyncio.timeout(5):
        while desk.outbox.waiting():
            await asyncio.sleep(0.01)
    stop.set()
    await asyncio.wait_for(running, 5)
    assert [url for _, url, _ in sender.sent].count(slow.url) == 3


async def test_a_full_disk_after_an_answer_does_not_repeat_the_message(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.subscribe()
    desk.outbox.accept([accepted("a")], now=T0)
    monkeypatch.setattr(dispatch, "LOOK", 0.01)
    settle, failures = desk.outbox.settle, [1, 1, 1]

    def full_at_first(*args: object, **kwargs: object) -> None:
        if failures:
            failures.pop()
            raise sqlite3.OperationalError("database or disk is full")
        settle(*args, **kwargs)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr(desk.outbox, "settle", full_at_first)
    sender = FakeSender()
    await settle_all(Dispatcher(desk.outbox, sender, FakeLetters(), Clock()))
    assert len(sender.sent) == 1
    assert failures == []
    assert desk.outbox.waiting() == 0


async def test_a_receiver_verifies_each_attempt_of_a_real_delivery(desk: Desk, receiver: Receiver) -> None:
    one = desk.subscribe(receiver.url)
    answers = [500, 302, 429, 200]

    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=answers.pop(0))

    receiver.answer = answer
    clock = Clock(datetime.now(UTC).timestamp())
    desk.outbox.accept([accepted("a", raised=clock.now)], now=clock.now)
    async with HttpSender(user_agent="t", allow_private=True) as sender:
        dispatcher = Dispatcher(desk.outbox, sender, FakeLetters(), clock)
        for _ in range(4):
            await settle_all(dispatcher)
            clock.now += 2_000
    assert receiver.ids() == ["msg_a"] * 4
    stamps = []
    for request in receiver.requests:
        stamps.append(int(request[0]["webhook-timestamp"]))
        with time_machine.travel(stamps[-1], tick=False):
            receiver_view = Receiver()
            receiver_view.requests = [request]
            assert receiver_view.verified(one.secret)[0]["data"]["id"] == "a"
    assert stamps == sorted(set(stamps))
    assert len({body for _, body in receiver.requests}) == 1
    assert desk.outbox.waiting() == 0
    assert json.loads(receiver.requests[0][1])["type"] == "alert.detected"


async def test_stopping_cuts_attempts_off_and_keeps_their_messages(tmp_path: Path, desk: Desk) -> None:
    desk.subscribe()
    desk.outbox.accept([accepted("a")], now=T0)

    async def forever(_: str) -> None:
        await asyncio.Event().wait()

    sender, stop = FakeSender(), asyncio.Event()
    sender.during = forever
    running = asyncio.create_task(Dispatcher(desk.outbox, sender, FakeLetters(), Clock()).run(stop))
    async with asyncio.timeout(5):
        while not sender.sent:
            await asyncio.sleep(0.01)
    stop.set()
    await asyncio.wait_for(running, 5)
    assert desk.outbox.waiting() == 1
