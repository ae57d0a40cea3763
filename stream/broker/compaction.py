"""Log compaction: of each key only the last record stays, so a changelog's disk is bounded by its keys.

`plan` decides, `run` reads and writes new files (in a thread: closed segments do not change), `swap` puts them in
place. A crash at any moment leaves a log that holds every live record, at worst some dead ones again.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from stream.broker import batches
from stream.broker.batches import Record
from stream.broker.config import TopicConfig
from stream.broker.segment import Segment

MAX_KEYS = 500_000
"""Keys held in memory by one run; what is left waits for the next."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to compact: the closed segments, of which those before the offset `cleaned` were compacted before."""

    segments: tuple[Segment, ...]
    cleaned: int
    segment_bytes: int
    tombstone_ms: int


@dataclass(slots=True)
class _Group:
    """Neighbouring segments whose rest is written to one new file."""

    target: Path
    sources: list[Segment] = field(default_factory=list)
    size: int = 0
    changed: bool = False

    @property
    def temporary(self) -> Path:
        return self.target.with_suffix(".cleaning")


@dataclass(slots=True)
class Result:
    """What a run wrote: groups of files to put in place, and the offset up to which the log is now compacted."""

    groups: list[_Group]
    cleaned: int

    @property
    def replaced(self) -> list[Segment]:
        """The segments that `swap` does away with."""
        return [segment for group in self.groups for segment in group.sources]


def plan(closed: Sequence[Segment], cleaned: int, config: TopicConfig) -> Plan | None:
    """Return what to compact once uncompacted files make up the configured share of all closed ones, else None."""
    total = sum(segment.size for segment in closed)
    dirty = sum(segment.size for segment in closed if segment.base >= cleaned)
    if not dirty or dirty < config.dirty_ratio * total:
        return None
    return Plan(tuple(closed), cleaned, config.segment_bytes, config.tombstone_ms)


def run(plan: Plan, now_ms: int) -> Result:
    """Write the compacted files beside the old ones."""
    latest, cleaned = _latest_offsets(plan)
    groups: list[_Group] = []
    for segment in plan.segments:
        if segment.base >= cleaned:
            break
        was_clean = segment.base < plan.cleaned
        horizon = now_ms - plan.tombstone_ms if was_clean else None
        content = _live_part(segment, latest, horizon)
        if not groups or groups[-1].size + len(content) > plan.segment_bytes:
            groups.append(_Group(segment.path))
        _add(groups[-1], segment, content)
    for group in groups:
        _finish(group)
    return Result([group for group in groups if group.changed], cleaned)


def swap(result: Result) -> list[Segment]:
    """Put the new files in the place of the old ones and return them opened."""
    fresh = []
    for group in result.groups:
        group.temporary.replace(group.target)
        for source in group.sources[1:]:
            source.delete()
        fresh.append(Segment(group.target))
    return fresh


def _latest_offsets(plan: Plan) -> tuple[dict[bytes, int], int]:
    """Return each key's last offset within the uncompacted segments, and the end of the last one looked at."""
    latest: dict[bytes, int] = {}
    end = plan.cleaned
    for segment in plan.segments:
        if segment.base < plan.cleaned:
            continue
        if len(latest) >= MAX_KEYS:
            break
        for _, batch in segment.batches():
            for record in batches.records(batch):
                latest[_digest(record.key)] = record.offset
        end = max(end, segment.end, segment.base + 1)
    return latest, end


def _digest(key: bytes | None) -> bytes:
    return blake2b(key or b"", digest_size=16).digest()


def _live_part(segment: Segment, latest: dict[bytes, int], tombstone_horizon: int | None) -> bytes:
    """Return a segment's batches without records that a later one replaces, nor tombstones older than the horizon."""

    def live(record: Record) -> bool:
        if record.offset < latest.get(_digest(record.key), -1):
            return False
        return not (record.value is None and tombstone_horizon is not None and record.timestamp < tombstone_horizon)

    kept = (batches.keep(header, batch, live) for header, batch in segment.batches())
    return b"".join(batch for batch in kept if batch is not None)


def _add(group: _Group, segment: Segment, content: bytes) -> None:
    with group.temporary.open("ab") as file:
        file.write(content)
    group.sources.append(segment)
    group.size += len(content)
    group.changed = group.changed or len(group.sources) > 1 or len(content) != segment.size


def _finish(group: _Group) -> None:
    if not group.changed:
        group.temporary.unlink()
        return
    with group.temporary.open("rb") as file:
        os.fsync(file.fileno())
