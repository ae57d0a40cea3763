"""One append-only file of record batches, with a sparse index in memory."""

from __future__ import annotations

import mmap
import os
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from stream.broker import batches
from stream.broker.batches import HEADER_SIZE, Header

log = structlog.get_logger(__name__)

INDEX_INTERVAL = 16 * 1024
"""Bytes between two index entries: 1.5 MB of memory for a full GiB."""
SUFFIX = ".log"


class Segment:
    """Batches from `base` on, in a file named after it.

    The index holds, for about every 16 KiB, a batch's offset, its place and the latest time before it, so that a read
    walks over one interval at most and a search by time starts near its goal.

    Args:
        path: the file; it is created when missing.
        verify: check every batch's CRC on opening, for a file that a crash may have torn.
        seen: called with each batch's header while opening.
    """

    def __init__(self, path: Path, *, verify: bool = False, seen: Callable[[Header], None] | None = None) -> None:
        self.path = path
        self.base = int(path.stem)
        self.end = self.base
        self.size = 0
        self.max_timestamp = -1
        """Latest time of a record, milliseconds; -1 for none."""
        self._offsets = array("q")
        self._positions = array("q")
        self._times_before = array("q")
        self._descriptor: int | None = None
        if path.exists():
            self._load(verify, seen)
        else:
            path.touch()
        self.created_ms = int(path.stat().st_mtime * 1000)

    @classmethod
    def create(cls, directory: Path, base: int) -> Segment:
        """Start an empty file."""
        return cls(directory / f"{base:020d}{SUFFIX}")

    def _load(self, verify: bool, seen: Callable[[Header], None] | None) -> None:
        length = self.path.stat().st_size
        with self._mapped(length) as data:
            for header, batch in batches.iterate(data):
                if header.base_offset < self.end or (verify and not batches.checksum_holds(batch, header)):
                    break
                self._note(header)
                if seen:
                    seen(header)
            rest = bytes(data[self.size :])
        if rest:
            self._cut(rest)

    def _cut(self, rest: bytes) -> None:
        """Drop what follows the last good batch; whole batches among it are kept beside the file for a person."""
        torn = batches.is_torn(rest)
        if not torn:
            self.path.with_suffix(f".corrupt-{self.size}").write_bytes(rest)
        log.warning(
            "segment cut back to its last good batch",
            file=str(self.path),
            kept=self.size,
            dropped=len(rest),
            cause="torn append" if torn else "corrupt batch, saved beside it",
        )
        os.truncate(self.path, self.size)

    def _note(self, header: Header) -> None:
        if not self._positions or self.size - self._positions[-1] >= INDEX_INTERVAL:
            self._offsets.append(header.base_offset)
            self._positions.append(self.size)
            self._times_before.append(self.max_timestamp)
        self.size += header.size
        self.end = header.last_offset + 1
        self.max_timestamp = max(self.max_timestamp, header.max_timestamp)

    def append(self, batch: bytes, header: Header) -> None:
        """Write a placed batch at the end; when that fails the file stays as it was.

        Raises:
            OSError: the disk is full or broken.
        """
        if self._descriptor is None:
            self._descriptor = os.open(self.path, os.O_RDWR)
        written = 0
        try:
            while written < len(batch):
                written += os.pwrite(self._descriptor, batch[written:], self.size + written)
        except OSError:
            os.ftruncate(self._descriptor, self.size)
            raise
        self._note(header)

    def read(self, offset: int, max_bytes: int) -> bytes:
        """Return whole batches from the one that holds `offset` (or the next) on: at least one, where there is one."""
        at = max(bisect_right(self._offsets, offset) - 1, 0)
        if not self._positions:
            return b""
        with self._reading() as descriptor:
            start = self._find(descriptor, self._positions[at], offset)
            if start is None:
                return b""
            data = os.pread(descriptor, min(max(max_bytes, HEADER_SIZE), self.size - start), start)
            length = 0
            for header, _ in batches.iterate(data):
                length += header.size
            if not length:
                first = batches.read_header(data)
                assert first is not None
                return os.pread(descriptor, first.size, start)
        return data[:length]

    def _find(self, descriptor: int, position: int, offset: int) -> int | None:
        """Return where the first batch that ends at or after `offset` starts.

        A batch without an index entry starts less than an interval after one that has it, so one window holds the
        headers of all candidates.
        """
        window = os.pread(descriptor, INDEX_INTERVAL + HEADER_SIZE, position)
        within = 0
        while header := batches.read_header(window, within):
            if position + within >= self.size:
                return None
            if header.last_offset >= offset:
                return position + within
            within += header.size
        return position + within if position + within < self.size else None

    def find_time(self, timestamp: int, start: int) -> tuple[int, int] | None:
        """Return (offset, time) of the first record from offset `start` on that is not older than `timestamp`."""
        if self.max_timestamp < timestamp:
            return None
        at = max(bisect_left(self._times_before, timestamp) - 1, 0)
        with self._mapped(self.size) as data:
            for header, batch in batches.iterate(data[self._positions[at] :]):
                if header.max_timestamp < timestamp or header.last_offset < start:
                    continue
                for record in batches.records(batch):
                    if record.timestamp >= timestamp and record.offset >= start:
                        return record.offset, record.timestamp
        return None

    def batches(self) -> Iterator[tuple[Header, bytes]]:
        """Yield every batch; safe in another thread while the file is not appended to."""
        with self._mapped(self.size) as data:
            for header, batch in batches.iterate(data):
                yield header, bytes(batch)

    def release(self) -> int | None:
        """Stop appending and hand over the descriptor, the caller's to flush and close; None when none is open."""
        descriptor, self._descriptor = self._descriptor, None
        return descriptor

    def duplicate(self) -> int | None:
        """Return a second descriptor, the caller's to flush and close; None when none is open."""
        return None if self._descriptor is None else os.dup(self._descriptor)

    def delete(self) -> None:
        """Close and remove the file."""
        if (descriptor := self.release()) is not None:
            os.close(descriptor)
        self.path.unlink(missing_ok=True)

    @contextmanager
    def _reading(self) -> Iterator[int]:
        if self._descriptor is not None:
            yield self._descriptor
            return
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    @contextmanager
    def _mapped(self, length: int) -> Iterator[memoryview]:
        if not length:
            yield memoryview(b"")
            return
        with self.path.open("rb") as file:
            content = mmap.mmap(file.fileno(), length, access=mmap.ACCESS_READ)
        view = memoryview(content)
        try:
            yield view
        finally:
            del view  # views handed out keep the mapping alive; it goes with the last of them
