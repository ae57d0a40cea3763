import asyncio
import base64
import sqlite3
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from stream.alerts import courier
from stream.alerts.courier import Intake, only_one, read_alerts
from stream.alerts.source import Incoming
from stream.errors import TocsinError
from stream.records import encode
from tests.alerts.conftest import T0, Clock, Desk, FakeLetters, make_alert


def incoming(name: str = "a", **changes: object) -> Incoming:
    return Incoming(b"s1", encode(make_alert(name, **changes)), T0)


class FakeSource:
    """Gives batches in order, then stops the reader; notes at each commit what was kept by then."""

    def __init__(self, stop: asyncio.Event, *batches: list[Incoming] | TocsinError) -> None:
        self.stop, self.batches, self.commits, self.closed = stop, list(batches), 0, False

    async def read(self) -> list[Incoming]:
        if not self.batches:
            self.stop.set()
            return []
        batch = self.batches.pop(0)
        if isinstance(batch, TocsinError):
            raise batch
        return batch

    async def commit(self) -> None:
        self.commits += 1

    async def close(self) -> None:
        self.closed = True


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courier, "PATIENCE", 0.01)


def kept(desk: Desk) -> list[str]:
    return [row["id"] for row in desk.store.query("SELECT id FROM alerts ORDER BY rowid")]


async def test_alerts_are_kept_then_committed_then_delivered(desk: Desk) -> None:
    stop, woken = asyncio.Event(), []
    source = FakeSource(stop, [incoming("a"), incoming("b")], [], [incoming("b"), incoming("c")])
    intake = Intake(desk.outbox, FakeLetters(), Clock(), accepted=lambda: woken.append(1))
    await intake.drain(source, stop)
    assert kept(desk) == ["a", "b", "c"]
    assert (source.commits, len(woken)) == (2, 2)


async def test_an_offset_is_not_committed_before_the_disk_has_the_alert(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop, accept, failures = asyncio.Event(), desk.outbox.accept, [1, 1]
    source = FakeSource(stop, [incoming("a")])

    def full_at_first(*args: object, **kwargs: object) -> int:
        if failures:
            failures.pop()
            assert source.commits == 0
            raise sqlite3.OperationalError("database or disk is full")
        return accept(*args, **kwargs)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr(desk.outbox, "accept", full_at_first)
    await Intake(desk.outbox, FakeLetters(), Clock(), lambda: None).drain(source, stop)
    assert (failures, source.commits, kept(desk)) == ([], 1, ["a"])


async def test_stopping_with_a_full_disk_commits_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    stop = asyncio.Event()
    source = FakeSource(stop, [incoming("a")])

    def full(*_: object, **__: object) -> int:
        stop.set()
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(desk.outbox, "accept", full)
    await asyncio.wait_for(Intake(desk.outbox, FakeLetters(), Clock(), lambda: None).drain(source, stop), 5)
    assert source.commits == 0


async def test_a_record_that_is_no_alert_becomes_a_dead_letter_and_stops_nothing(desk: Desk) -> None:
    stop, letters = asyncio.Event(), FakeLetters()
    bad = [Incoming(b"k", b"{", T0), Incoming(None, None, T0), incoming("absurd", at=1e300)]
    source = FakeSource(stop, [bad[0], incoming("a"), *bad[1:]])
    await Intake(desk.outbox, letters, Clock(), lambda: None).drain(source, stop)
    assert kept(desk) == ["a"]
    assert source.commits == 1
    assert [(s, letter.reason) for s, letter in letters.written] == [
        ("articles.rejected", "undecodable"),
        ("articles.rejected", "undecodable"),
        ("articles.rejected", "absurd_time"),
    ]
    assert base64.b64decode(letters.written[0][1].payload) == b"{"
    assert letters.written[0][1].key == "k"


async def test_dead_letters_are_written_once_though_the_broker_fails_in_between(desk: Desk) -> None:
    stop, letters = asyncio.Event(), FakeLetters()
    source = FakeSource(stop, [Incoming(b"k", b"{", T0), incoming("a")])
    letters.down = True
    running = asyncio.create_task(Intake(desk.outbox, letters, Clock(), lambda: None).drain(source, stop))
    await asyncio.sleep(0.05)
    assert source.commits == 0
    letters.down = False
    await asyncio.wait_for(running, 5)
    assert (len(letters.written), kept(desk), source.commits) == (1, ["a"], 1)


async def test_the_broker_may_come_late_and_go_away(desk: Desk) -> None:
    stop = asyncio.Event()
    first = FakeSource(stop, [incoming("a")], TocsinError("gone"))
    second = FakeSource(stop, [incoming("a"), incoming("b")])
    openings: list[FakeSource | TocsinError] = [TocsinError("not there yet"), first, TocsinError("still away"), second]

    async def connect() -> FakeSource:
        next_one = openings.pop(0)
        if isinstance(next_one, TocsinError):
            raise next_one
        return next_one

    await asyncio.wait_for(Intake(desk.outbox, FakeLetters(), Clock(), lambda: None).run(connect, stop), 5)
    assert kept(desk) == ["a", "b"]
    assert first.closed
    assert second.closed


def test_heartbeats_are_measured_and_never_kept() -> None:
    before = REGISTRY.get_sample_value("tocsin_heartbeat_delay_seconds_count") or 0
    alerts, refused = read_alerts([incoming("h", kind="heartbeat", fetched=T0 - 3), incoming("a")], T0)
    assert [a.id for a in alerts] == ["a"]
    assert refused == []
    assert REGISTRY.get_sample_value("tocsin_heartbeat_delay_seconds_count") == before + 1
    assert REGISTRY.get_sample_value("tocsin_heartbeat_last_timestamp_seconds") == T0 - 3


def test_only_one_courier_works_on_a_folder(tmp_path: Path) -> None:
    with only_one(tmp_path / "data"):
        again = only_one(tmp_path / "data")
        with pytest.raises(TocsinError, match="another courier"):
            again.__enter__()
    with only_one(tmp_path / "data"):
        pass
