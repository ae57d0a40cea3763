"""Compaction: each key's last value stays, disk is bounded, a crash loses nothing."""

from __future__ import annotations

import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream.broker import batches, compaction
from stream.broker.config import BrokerConfig, TopicConfig
from stream.broker.errors import ProtocolError
from stream.broker.log import PartitionLog

NOW = 10_000_000
GIVEN = {"cleanup.policy": "compact", "segment.bytes": "4096", "delete.retention.ms": "1000"}


def open_log(directory, **given: str) -> PartitionLog:
    return PartitionLog(directory, TopicConfig(GIVEN | given, BrokerConfig()))


def compact(log: PartitionLog, now: int = NOW) -> bool:
    plan = log.compaction_due()
    if plan is None:
        return False
    log.install(compaction.run(plan, now))
    return True


def latest(log: PartitionLog) -> dict[bytes, bytes | None]:
    """Return what a table rebuilt from the log holds."""
    table: dict[bytes, bytes | None] = {}
    last = -1
    offset = log.start
    while data := log.read(offset, 5000):
        for header, batch in batches.iterate(data):
            for record in batches.records(batch):
                assert record.offset > last, "offsets go up"
                last = record.offset
                table[record.key] = record.value
            offset = header.last_offset + 1
    return table


keys = st.integers(0, 8).map(lambda i: f"key{i}".encode())
operations = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.lists(st.tuples(keys, st.binary(max_size=600)), min_size=1, max_size=5)),
        st.tuples(st.just("compact"), st.just([])),
        st.tuples(st.just("restart"), st.just([])),
    ),
    max_size=60,
)


@given(operations=operations)
@settings(max_examples=40, deadline=None)
def test_a_table_rebuilt_from_the_log_is_always_the_same(tmp_path_factory, operations):
    directory = tmp_path_factory.mktemp("log")
    log = open_log(directory)
    table: dict[bytes, bytes | None] = {}
    end = 0
    for kind, pairs in operations:
        if kind == "put":
            end = log.append(batches.build(pairs, NOW)).end
            table.update(pairs)
        elif kind == "compact":
            compact(log)
        else:
            log.close()
            log = open_log(directory)
        assert log.end == end
        assert latest(log) == table
    log.close()


def test_disk_is_bounded_however_long_it_goes_on(tmp_path):
    log = open_log(tmp_path)
    largest = 0
    for i in range(600):
        log.append(batches.build([(f"k{i % 10}".encode(), b"v" * 200)], NOW))
        compact(log)
        largest = max(largest, sum(file.stat().st_size for file in tmp_path.glob("*.log")))
    assert largest < 5 * 4096
    assert len(list(tmp_path.glob("*.log"))) < 6
    assert len(latest(log)) == 10
    log.close()


def test_a_tombstone_goes_once_it_is_old(tmp_path):
    log = open_log(tmp_path)
    log.append(batches.build([(b"gone", b"v"), (b"stays", b"v")], NOW))
    log.append(batches.build([(b"gone", None)], NOW))
    log.roll()
    assert compact(log)
    assert latest(log) == {b"gone": None, b"stays": b"v"}
    for _ in range(2):
        log.append(batches.build([(b"other", b"v" * 3000)], NOW))
        log.roll()
    assert compact(log, now=NOW + 500)
    assert b"gone" in latest(log), "readers get a second to see that the key is gone"
    log.append(batches.build([(b"other", b"w" * 3500)], NOW))
    log.roll()
    assert compact(log, now=NOW + 5000)
    assert latest(log) == {b"stays": b"v", b"other": b"w" * 3500}
    log.close()


def test_a_crash_between_the_files_loses_nothing(tmp_path):
    """After the first file of a merge is in place, those merged into it may still be there."""
    directory = tmp_path / "log"
    log = open_log(directory)
    for i in range(60):
        log.append(batches.build([(f"k{i % 7}".encode(), f"{i}".encode() * 100)], NOW))
    log.roll()
    before = latest(log)
    plan = log.compaction_due()
    assert plan is not None
    result = compaction.run(plan, NOW)
    assert any(len(group.sources) > 1 for group in result.groups)
    for crash_after in range(len(result.groups) + 1):
        crashed = tmp_path / f"crash{crash_after}"
        shutil.copytree(directory, crashed)
        for group in result.groups[:crash_after]:
            (crashed / group.temporary.name).replace(crashed / group.target.name)
        again = open_log(crashed)
        assert latest(again) == before
        assert again.end == log.end
        assert not list(crashed.glob("*.cleaning"))
        again.close()
    log.close()


def test_what_was_produced_meanwhile_is_kept(tmp_path):
    log = open_log(tmp_path)
    for i in range(30):
        log.append(batches.build([(b"k", f"{i}".encode() * 200)], NOW))
    plan = log.compaction_due()
    assert plan is not None
    result = compaction.run(plan, NOW)
    for i in range(30, 60):
        log.append(batches.build([(b"k", f"{i}".encode() * 200)], NOW))
    log.install(result)
    assert latest(log) == {b"k": b"59" * 200}
    assert log.end == 60
    log.close()


def test_more_keys_than_fit_in_memory_take_several_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(compaction, "MAX_KEYS", 5)
    log = open_log(tmp_path)
    for i in range(200):
        log.append(batches.build([(f"k{i % 20}".encode(), b"v" * 300)], NOW))
    before = log.size
    runs = 0
    while compact(log):
        runs += 1
        assert len(latest(log)) == 20
    assert runs > 1
    assert log.size < before / 2
    log.close()


def test_a_record_without_a_key_is_refused(tmp_path):
    log = open_log(tmp_path)
    from kafka.record.default_records import DefaultRecordBatchBuilder

    builder = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, -1, 1000)
    builder.append(0, NOW, None, b"v", [])
    with pytest.raises(ProtocolError, match="key"):
        log.append(bytes(builder.build()))
    log.close()
