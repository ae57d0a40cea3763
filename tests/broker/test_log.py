"""Partition logs: offsets, retention, deletion, restart."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kafka import errors as kafka_errors

from stream.broker import batches
from stream.broker.config import BrokerConfig, TopicConfig
from stream.broker.errors import ProtocolError
from stream.broker.log import PartitionLog

NOW = 10_000_000


def config(**given: str) -> TopicConfig:
    return TopicConfig({name.replace("_", "."): value for name, value in given.items()}, BrokerConfig())


def append(log: PartitionLog, *values: bytes, timestamp: int = NOW) -> int:
    return log.append(batches.build([(b"k", value) for value in values], timestamp)).offset


def values(log: PartitionLog) -> dict[int, bytes]:
    """Return every record by its offset, read as a consumer reads."""
    found: dict[int, bytes] = {}
    offset = log.start
    while data := log.read(offset, 1000):
        for header, batch in batches.iterate(data):
            for record in batches.records(batch):
                if record.offset >= log.start:
                    found[record.offset] = record.value
            offset = header.last_offset + 1
    return found


@given(sizes=st.lists(st.lists(st.integers(0, 3000), min_size=1, max_size=4), min_size=1, max_size=30))
@settings(max_examples=30, deadline=None)
def test_everything_is_read_back_over_rolls_and_a_restart(tmp_path_factory, sizes):
    directory = tmp_path_factory.mktemp("log")
    log = PartitionLog(directory, config(segment_bytes="8192"))
    sent = {}
    for group in sizes:
        offset = append(log, *[b"v" * size for size in group])
        sent.update({offset + i: b"v" * size for i, size in enumerate(group)})
    assert values(log) == sent
    assert list(sent) == list(range(len(sent)))
    log.close()
    again = PartitionLog(directory, config(segment_bytes="8192"))
    assert values(again) == sent
    assert append(again, b"next") == len(sent)
    again.close()


def test_an_offset_outside_is_refused(tmp_path):
    log = PartitionLog(tmp_path, config())
    append(log, b"a", b"b")
    assert log.read(2, 100) == b""
    for offset in (-1, 3):
        with pytest.raises(ProtocolError) as refused:
            log.read(offset, 100)
        assert refused.value.code == kafka_errors.OffsetOutOfRangeError.errno
    log.close()


def test_size_is_bounded_by_retention(tmp_path):
    log = PartitionLog(tmp_path, config(segment_bytes="4096", retention_bytes="20000"))
    for _ in range(100):
        append(log, b"v" * 1000)
    assert 20_000 <= log.size <= 20_000 + 4096
    assert sum(file.stat().st_size for file in tmp_path.glob("*.log")) == log.size
    assert log.end == 100
    assert min(values(log)) == log.start > 0
    log.close()
    assert PartitionLog(tmp_path, config()).start == log.start


def test_old_records_go_even_from_the_active_segment(tmp_path):
    log = PartitionLog(tmp_path, config(segment_bytes="4096", retention_ms="1000"))
    for i in range(10):
        append(log, b"v" * 1000, timestamp=NOW + i * 100)
    log.maintain(NOW + 1400)
    assert 0 < log.start <= 4, "whole segments older than a second"
    log.maintain(NOW + 5000)
    assert (log.start, log.end) == (10, 10)
    assert append(log, b"new", timestamp=NOW + 5000) == 10
    assert values(log) == {10: b"new"}
    log.close()


def test_deleting_up_to_an_offset_holds_over_a_restart(tmp_path):
    log = PartitionLog(tmp_path, config(segment_bytes="4096"))
    for _ in range(10):
        append(log, b"v" * 1000)
    assert log.delete_before(5) == 5
    assert log.delete_before(2) == 5, "never backwards"
    log.maintain(NOW)
    assert len(values(log)) == 5
    log.close()
    log = PartitionLog(tmp_path, config(segment_bytes="4096"))
    assert (log.start, log.end) == (5, 10)
    assert log.delete_before(-1) == 10
    log.maintain(NOW)
    log.close()
    assert (PartitionLog(tmp_path, config()).start, PartitionLog(tmp_path, config()).end) == (10, 10)


def test_a_search_by_time_looks_only_at_what_is_kept(tmp_path):
    log = PartitionLog(tmp_path, config())
    for i in range(5):
        append(log, b"v", timestamp=NOW + i)
    log.delete_before(3)
    assert log.find_time(0) == (3, NOW + 3)
    assert log.find_time(NOW + 9) is None
    log.close()


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (lambda data: None, kafka_errors.InvalidRecordError),
        (lambda data: data[:-1], kafka_errors.InvalidRecordError),
        (lambda data: data[:30], kafka_errors.CorruptRecordError),
        (lambda data: data + data, kafka_errors.InvalidRecordError),
        (lambda data: data[:-1] + bytes([data[-1] ^ 1]), kafka_errors.CorruptRecordError),
        (lambda data: data[:16] + b"\1" + data[17:], kafka_errors.UnsupportedForMessageFormatError),
        (lambda data: batches.build([(b"k", b"v" * 3000)], NOW), kafka_errors.MessageSizeTooLargeError),
    ],
)
def test_a_bad_batch_is_refused_and_not_written(tmp_path, spoil, error):
    log = PartitionLog(tmp_path, config(max_message_bytes="2000"))
    with pytest.raises(ProtocolError) as refused:
        log.append(spoil(batches.build([(b"k", b"value")], NOW)))
    assert refused.value.code == error.errno
    assert (log.end, log.size) == (0, 0)
    log.close()


def test_a_search_waits_for_nobody_but_a_fetch_is_woken(tmp_path, event_loop_future):
    log = PartitionLog(tmp_path, config())
    log.waiters.add(event_loop_future)
    append(log, b"v")
    assert event_loop_future.done()
    assert not log.waiters
    log.close()


@pytest.fixture
async def event_loop_future():
    import asyncio

    return asyncio.get_running_loop().create_future()
