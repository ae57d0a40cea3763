"""The record batch (magic 2): header, checksum, records.

Layout: <https://kafka.apache.org/documentation/#recordbatch>. Batches are kept as the producer compressed them; only
compaction and a search by time look inside.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol

from kafka import errors as kafka_errors
from kafka.record.default_records import DefaultRecordBatch, DefaultRecordBatchBuilder
from kafka.record.util import calc_crc32c

from stream.broker.errors import ProtocolError

_HEADER = struct.Struct(">qiibIhiqqqhii")
_PREFIX = struct.Struct(">qi")
_OFFSET_AND_LENGTH = _PREFIX.size
_CRC_AT = 17
_CHECKED_FROM = 21
_LAST_DELTA_AT = 23
_CODECS = 0x07
_ZSTD = 4
_TRANSACTIONAL_OR_CONTROL = 0x30
HEADER_SIZE = _HEADER.size


class Record(Protocol):
    """One record as kafka-python decodes it."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes | None]]


class Header(NamedTuple):
    """The fixed part of a batch; times in milliseconds since the epoch."""

    base_offset: int
    length: int
    leader_epoch: int
    magic: int
    crc: int
    attributes: int
    last_delta: int
    first_timestamp: int
    max_timestamp: int
    producer_id: int
    producer_epoch: int
    base_sequence: int
    record_count: int

    @property
    def size(self) -> int:
        """Bytes of the whole batch."""
        return self.length + _OFFSET_AND_LENGTH

    @property
    def last_offset(self) -> int:
        """Offset of the batch's last record, even where compaction took it away."""
        return self.base_offset + self.last_delta


def read_header(data: bytes | bytearray | memoryview, position: int = 0) -> Header | None:
    """Return the header at `position`, or None when the bytes there cannot be one."""
    if position + HEADER_SIZE > len(data):
        return None
    header = Header._make(_HEADER.unpack_from(data, position))
    if header.magic != 2 or header.size < HEADER_SIZE or header.last_delta < 0 or header.base_offset < 0:
        return None
    return header


def is_torn(data: bytes | memoryview) -> bool:
    """Say whether `data` is the beginning of one batch whose end was never written.

    Only the length decides: a whole batch whose other fields make no sense was damaged later, and is not torn.
    """
    if len(data) < HEADER_SIZE:
        return True
    _, length = _PREFIX.unpack_from(data)
    return bool(_OFFSET_AND_LENGTH + length > len(data))


def checksum_holds(batch: bytes | bytearray | memoryview, header: Header) -> bool:
    """Say whether the CRC-32C of a whole batch is the one its header names."""
    return bool(calc_crc32c(memoryview(batch)[_CHECKED_FROM : header.size]) == header.crc)


def iterate(data: bytes | memoryview) -> Iterator[tuple[Header, memoryview]]:
    """Yield the whole batches at the start of `data`; a rest that is not a batch ends it."""
    view = memoryview(data)
    position = 0
    while (header := read_header(view, position)) and position + header.size <= len(view):
        yield header, view[position : position + header.size]
        position += header.size


def check_produced(data: bytes | None, max_bytes: int) -> Header:
    """Return the header of the one batch that a producer may send for a partition.

    Raises:
        ProtocolError: the batch is missing, not alone, too large, of an old format, corrupt or transactional.
    """
    if not data:
        raise ProtocolError(kafka_errors.InvalidRecordError, "a batch of records is missing")
    if len(data) > _CRC_AT and data[16] < 2:
        raise ProtocolError(kafka_errors.UnsupportedForMessageFormatError, "record format before magic 2")
    header = read_header(data)
    if header is None:
        raise ProtocolError(kafka_errors.CorruptRecordError, "not a record batch")
    if header.size > max_bytes:
        raise ProtocolError(
            kafka_errors.MessageSizeTooLargeError, f"{header.size} bytes exceed max.message.bytes={max_bytes}"
        )
    if header.size != len(data):
        raise ProtocolError(kafka_errors.InvalidRecordError, "exactly one batch is taken per partition and request")
    if not checksum_holds(data, header):
        raise ProtocolError(kafka_errors.CorruptRecordError, "the checksum does not hold")
    if header.attributes & _TRANSACTIONAL_OR_CONTROL:
        raise ProtocolError(kafka_errors.InvalidTxnStateError, "this broker keeps no transactions")
    if header.attributes & _CODECS > _ZSTD:
        raise ProtocolError(kafka_errors.UnsupportedCompressionTypeError, "unknown compression")
    if header.record_count < 1 or header.record_count != header.last_delta + 1:
        raise ProtocolError(kafka_errors.InvalidRecordError, "the record count does not match the offsets")
    return header


def place(data: bytes, base_offset: int) -> bytes:
    """Return the batch with its final offset; the checksum does not cover that field."""
    return _PREFIX.pack(base_offset, len(data) - _OFFSET_AND_LENGTH) + b"\0\0\0\0" + data[16:]


def records(batch: bytes | memoryview) -> Iterator[Record]:
    """Yield the records of one batch, decompressed."""
    yield from DefaultRecordBatch(batch)


def require_keys(data: bytes) -> None:
    """Refuse a batch that has a record without a key, which a compacted topic could never let go.

    Raises:
        ProtocolError: a key is missing, or the records cannot be decoded.
    """
    try:
        keyless = any(record.key is None for record in records(data))
    except (kafka_errors.KafkaError, ValueError, RuntimeError, IndexError) as error:
        raise ProtocolError(kafka_errors.InvalidRecordError, f"the records cannot be decoded: {error}") from error
    if keyless:
        raise ProtocolError(kafka_errors.InvalidRecordError, "a record of a compacted topic needs a key")


def build(pairs: Sequence[tuple[bytes, bytes | None]], timestamp: int) -> bytes:
    """Return an uncompressed batch of keys and values, with base offset 0."""
    builder = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, -1, 2**31 - 1)
    for delta, (key, value) in enumerate(pairs):
        builder.append(delta, timestamp, key, value, [])
    return bytes(builder.build())


def keep(header: Header, batch: bytes | memoryview, wanted: Callable[[Record], bool]) -> bytes | None:
    """Return the batch with only the wanted records, at their own offsets; None when none is wanted."""
    everything = list(records(batch))
    kept = [record for record in everything if wanted(record)]
    if len(kept) == len(everything):
        return bytes(batch)
    if not kept:
        return None
    builder = DefaultRecordBatchBuilder(
        2,
        header.attributes & _CODECS,
        0,
        header.producer_id,
        header.producer_epoch,
        header.base_sequence,
        2**31 - 1,
    )
    for record in kept:
        builder.append(record.offset - header.base_offset, record.timestamp, record.key, record.value, record.headers)
    return _with_span(builder.build(), header)


def _with_span(batch: bytearray, original: Header) -> bytes:
    """Give a rebuilt batch the offsets that it spans on the log, so that readers never see a hole as missing data."""
    _PREFIX.pack_into(batch, 0, original.base_offset, len(batch) - _OFFSET_AND_LENGTH)
    struct.pack_into(">i", batch, _LAST_DELTA_AT, original.last_delta)
    struct.pack_into(">I", batch, _CRC_AT, calc_crc32c(memoryview(batch)[_CHECKED_FROM:]))
    return bytes(batch)
