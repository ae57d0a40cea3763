"""A partition's log: a row of segments with retention, compaction and producers' sequence numbers."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import NamedTuple

from kafka import errors as kafka_errors

from stream.broker import batches, compaction
from stream.broker.config import TopicConfig
from stream.broker.errors import ProtocolError
from stream.broker.files import read_number, sync_directory, write_atomically
from stream.broker.producers import Producers
from stream.broker.segment import SUFFIX, Segment

_TORN_AT_MOST = 2
"""Newest segments that may hold unflushed data, and are checked batch by batch at start."""


class Appended(NamedTuple):
    """Where a batch lies; `end` is the log's end after it."""

    offset: int
    end: int
    duplicate: bool


class PartitionLog:
    """The records of one partition.

    Offsets from `start` to before `end` can be asked for; within them compaction may have taken records away.

    Args:
        directory: its folder, created when missing.
        config: the topic's configuration; may be replaced at any time.
    """

    def __init__(self, directory: Path, config: TopicConfig) -> None:
        self.directory = directory
        self.config = config
        self.producers = Producers()
        self.waiters: set[asyncio.Future[None]] = set()
        self._dirty = False
        self._released: list[int] = []
        self.compacting = False
        directory.mkdir(parents=True, exist_ok=True)
        self.segments = self._load()
        self.start = max(read_number(directory / "start") or 0, self.segments[0].base)
        self.cleaned = read_number(directory / "cleaned") or 0

    def _load(self) -> list[Segment]:
        for leftover in self.directory.glob("*.cleaning"):
            leftover.unlink()
        paths = sorted(self.directory.glob(f"*{SUFFIX}"))
        segments: list[Segment] = []
        for place, path in enumerate(paths):
            if segments and int(path.stem) < segments[-1].end:
                path.unlink()  # merged into the one before by a compaction that a crash interrupted
                continue
            verify = place >= len(paths) - _TORN_AT_MOST
            segments.append(Segment(path, verify=verify, seen=lambda h: self.producers.record(h, h.base_offset)))
        return segments or [Segment.create(self.directory, read_number(self.directory / "start") or 0)]

    @property
    def end(self) -> int:
        """The offset that the next record gets (the high watermark: one node has nothing to wait for)."""
        return self.segments[-1].end

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(segment.size for segment in self.segments)

    def append(self, data: bytes | None) -> Appended:
        """Write the batch of a producer, once.

        Raises:
            ProtocolError: the batch is refused.
            OSError: the disk is full or broken; nothing was written.
        """
        header = batches.check_produced(data, self.config.max_message_bytes)
        assert data is not None
        if self.config.compact:
            batches.require_keys(data)
        earlier = self.producers.check(header)
        if earlier is not None:
            return Appended(earlier, self.end, duplicate=True)
        active = self.segments[-1]
        if active.size and active.size + header.size > self.config.segment_bytes:
            active = self.roll()
        offset = active.end
        header = header._replace(base_offset=offset)
        active.append(batches.place(data, offset), header)
        self._dirty = True
        self.producers.record(header, offset)
        self.wake()
        return Appended(offset, self.end, duplicate=False)

    def wake(self) -> None:
        """Let every waiting fetch look again."""
        for waiter in self.waiters:
            if not waiter.done():
                waiter.set_result(None)
        self.waiters.clear()

    def roll(self) -> Segment:
        """Close the active segment and start the next one; the closed one is flushed with the next flush."""
        if (descriptor := self.segments[-1].release()) is not None:
            self._released.append(descriptor)
        self.segments.append(Segment.create(self.directory, self.end))
        sync_directory(self.directory)
        if self.config.delete and not self.compacting:
            self._drop_by_size()
        return self.segments[-1]

    def read(self, offset: int, max_bytes: int) -> bytes:
        """Return whole batches from `offset` on, at least one where there is one.

        Raises:
            ProtocolError: the offset is before the start or after the end.
        """
        if not self.start <= offset <= self.end:
            raise ProtocolError(kafka_errors.OffsetOutOfRangeError, f"{offset} is not in {self.start}..{self.end}")
        for segment in self.segments:
            if segment.end > offset and (data := segment.read(offset, max_bytes)):
                return data
        return b""

    def find_time(self, timestamp: int) -> tuple[int, int] | None:
        """Return (offset, time) of the first record not older than `timestamp` (milliseconds)."""
        for segment in self.segments:
            if segment.end > self.start and (found := segment.find_time(timestamp, self.start)):
                return found
        return None

    def delete_before(self, offset: int) -> int:
        """Make `offset` the start (-1: the end) and return it; files go at the next maintenance.

        Raises:
            ProtocolError: the offset is after the end or before the start.
        """
        offset = self.end if offset == -1 else offset
        if not 0 <= offset <= self.end:
            raise ProtocolError(kafka_errors.OffsetOutOfRangeError, f"{offset} is not in {self.start}..{self.end}")
        self._set_start(max(offset, self.start))
        return self.start

    def _set_start(self, offset: int) -> None:
        if offset != self.start:
            write_atomically(self.directory / "start", str(offset).encode())
            self.start = offset

    def maintain(self, now_ms: int) -> None:
        """Close an old active segment, and drop what retention or DeleteRecords no longer keeps."""
        if self.compacting:
            return
        active = self.segments[-1]
        expired = self.config.delete and self._expired(active, now_ms)
        if active.size and (
            expired or now_ms - active.created_ms >= self.config.segment_ms or active.end <= self.start
        ):
            self.roll()
        while len(self.segments) > 1 and (
            self.segments[0].end <= self.start or (self.config.delete and self._expired(self.segments[0], now_ms))
        ):
            self._drop_oldest()
        if self.config.delete:
            self._drop_by_size()

    def _expired(self, segment: Segment, now_ms: int) -> bool:
        newest = segment.max_timestamp if segment.max_timestamp >= 0 else segment.created_ms
        return self.config.retention_ms >= 0 and newest < now_ms - self.config.retention_ms

    def _drop_by_size(self) -> None:
        limit = self.config.retention_bytes
        while limit >= 0 and len(self.segments) > 1 and self.size - self.segments[0].size >= limit:
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        oldest = self.segments.pop(0)
        self._set_start(max(self.start, self.segments[0].base))
        oldest.delete()

    def compaction_due(self) -> compaction.Plan | None:
        """Return what a compaction would do, when enough has gathered."""
        if not self.config.compact or self.compacting:
            return None
        return compaction.plan(self.segments[:-1], self.cleaned, self.config)

    def install(self, result: compaction.Result) -> None:
        """Put a compaction's files in the place of those that it read."""
        replaced = set(result.replaced)
        fresh = compaction.swap(result)
        sync_directory(self.directory)
        rest = [segment for segment in self.segments if segment not in replaced]
        self.segments = sorted([*fresh, *rest], key=lambda segment: segment.base)
        write_atomically(self.directory / "cleaned", str(result.cleaned).encode())
        self.cleaned = result.cleaned

    def take_unsynced(self) -> list[int]:
        """Return descriptors that the caller flushes and closes; what they cover no longer counts as unflushed."""
        taken, self._released = self._released, []
        if self._dirty and (descriptor := self.segments[-1].duplicate()) is not None:
            taken.append(descriptor)
        self._dirty = False
        return taken

    def sync(self) -> None:
        """Flush everything appended so far."""
        flush(self.take_unsynced())

    def close(self) -> None:
        """Flush and close; nothing is appended after it."""
        self.sync()
        if (descriptor := self.segments[-1].release()) is not None:
            os.close(descriptor)


def flush(descriptors: list[int]) -> None:
    """Make durable what was written through the descriptors, and close them."""
    for descriptor in descriptors:
        try:
            os.fdatasync(descriptor)
        finally:
            os.close(descriptor)
