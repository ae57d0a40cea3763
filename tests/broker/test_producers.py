"""Sequence numbers of idempotent producers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kafka import errors as kafka_errors
from kafka.record.default_records import DefaultRecordBatchBuilder

from stream.broker import producers
from stream.broker.batches import Header
from stream.broker.config import BrokerConfig, TopicConfig
from stream.broker.errors import ProtocolError
from stream.broker.log import PartitionLog
from stream.broker.producers import Producers


def header(sequence: int, count: int = 1, epoch: int = 0, producer: int = 7) -> Header:
    return Header(0, 100, 0, 2, 0, 0, count - 1, 0, 0, producer, epoch, sequence, count)


def refused(known: Producers, what: Header) -> int:
    with pytest.raises(ProtocolError) as error:
        known.check(what)
    return error.value.code


def test_a_repeated_batch_is_known_by_its_offset():
    known = Producers()
    for i in range(8):
        assert known.check(header(i * 2, 2)) is None
        known.record(header(i * 2, 2), 100 + i)
    for i in range(3, 8):
        assert known.check(header(i * 2, 2)) == 100 + i
    assert refused(known, header(0, 2)) == kafka_errors.DuplicateSequenceNumberError.errno
    assert refused(known, header(17)) == kafka_errors.OutOfOrderSequenceNumberError.errno


def test_an_unknown_producer_starts_anywhere_and_a_plain_one_is_never_checked():
    known = Producers()
    assert known.check(header(55)) is None
    for _ in range(2):
        assert known.check(header(-1, producer=-1)) is None
        known.record(header(-1, producer=-1), 0)


def test_a_new_epoch_starts_at_zero_and_fences_the_old():
    known = Producers()
    known.record(header(0), 0)
    assert refused(known, header(1, epoch=1)) == kafka_errors.OutOfOrderSequenceNumberError.errno
    assert known.check(header(0, epoch=1)) is None
    known.record(header(0, epoch=1), 1)
    assert refused(known, header(1, epoch=0)) == kafka_errors.InvalidProducerEpochError.errno


def test_sequence_numbers_wrap():
    known = Producers()
    known.record(header(2**31 - 2, 3), 0)
    assert known.check(header(1)) is None
    assert refused(known, header(0)) == kafka_errors.DuplicateSequenceNumberError.errno


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(producers, "MAX_PRODUCERS", 10)
    known = Producers()
    for i in range(100):
        known.record(header(0, producer=i), i)
    assert len(known._known) == 10
    assert known.check(header(0, producer=99)) == 99
    assert known.check(header(0, producer=0)) is None


@settings(max_examples=30, deadline=None)
@given(counts=st.lists(st.integers(1, 5), min_size=1, max_size=12), retries=st.lists(st.integers(0, 11), max_size=6))
def test_retries_write_nothing_twice_even_after_a_restart(tmp_path_factory, counts, retries):
    directory = tmp_path_factory.mktemp("log")
    config = TopicConfig({}, BrokerConfig())
    log = PartitionLog(directory, config)
    sent = []
    sequence = 0
    for count in counts:
        builder = DefaultRecordBatchBuilder(2, 0, 0, 7, 0, sequence, 10_000)
        for delta in range(count):
            builder.append(delta, 1000, b"k", b"v", [])
        data = bytes(builder.build())
        sent.append((data, log.append(data).offset))
        sequence += count
    log.close()
    log = PartitionLog(directory, config)
    for place in retries:
        data, offset = sent[-1 - place % min(len(sent), 5)]
        again = log.append(data)
        assert (again.offset, again.duplicate) == (offset, True)
    assert log.end == sum(counts)
    log.close()
