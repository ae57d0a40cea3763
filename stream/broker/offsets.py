"""Committed offsets and stable groups: records of a compacted log, as in Kafka's own `__consumer_offsets`."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from stream.broker import batches
from stream.broker.config import BrokerConfig, TopicConfig
from stream.broker.groups import Group
from stream.broker.log import PartitionLog
from stream.broker.members import Joining, Member, State

_CONFIG = {"cleanup.policy": "compact", "segment.bytes": str(2**20), "max.message.bytes": str(2**24)}
_MAX_RECORDS = 1000
"""Of one batch."""

Place = tuple[str, int]
"""Topic and partition."""


class Committed(msgspec.Struct, frozen=True, array_like=True):
    """Where a group has got to: the next offset to read, and the committer's own note."""

    offset: int
    metadata: str
    leader_epoch: int = -1


class _MemberImage(msgspec.Struct):
    id: str
    instance: str | None
    client: str
    host: str
    session: float
    rebalance: float
    protocols: list[tuple[str, bytes]]
    assignment: bytes


class _GroupImage(msgspec.Struct):
    generation: int
    protocol_type: str
    protocol: str
    leader: str
    members: list[_MemberImage]


class OffsetStore:
    """What consumer groups must find again after a restart."""

    def __init__(self, directory: Path, config: BrokerConfig) -> None:
        self.log = PartitionLog(directory, TopicConfig(_CONFIG, config))
        self.offsets: dict[str, dict[Place, Committed]] = {}
        self._groups: dict[str, _GroupImage] = {}
        for segment in self.log.segments:
            for _, batch in segment.batches():
                for record in batches.records(batch):
                    self._apply(msgspec.json.decode(record.key or b"null"), record.value)

    def _apply(self, key: list[Any], value: bytes | None) -> None:
        kind, group, *place = key
        if kind == "group":
            if value is None:
                self._groups.pop(group, None)
            else:
                self._groups[group] = msgspec.json.decode(value, type=_GroupImage)
        elif value is None:
            known = self.offsets.get(group, {})
            known.pop((place[0], place[1]), None)
            if not known:
                self.offsets.pop(group, None)
        else:
            committed = msgspec.json.decode(value, type=Committed)
            self.offsets.setdefault(group, {})[place[0], place[1]] = committed

    def _write(self, pairs: Iterable[tuple[bytes, bytes | None]]) -> None:
        rest = list(pairs)
        while rest:
            self.log.append(batches.build(rest[:_MAX_RECORDS], int(time.time() * 1000)))
            rest = rest[_MAX_RECORDS:]

    def commit(self, group: str, committed: dict[Place, Committed]) -> None:
        """Keep committed offsets.

        Raises:
            OSError: they could not be written; the earlier ones stand.
        """
        self._write((_offset_key(group, place), msgspec.json.encode(value)) for place, value in committed.items())
        self.offsets.setdefault(group, {}).update(committed)

    def forget(self, group: str, places: Iterable[Place]) -> None:
        """Drop committed offsets."""
        known = self.offsets.get(group, {})
        gone = [place for place in places if place in known]
        self._write((_offset_key(group, place), None) for place in gone)
        for place in gone:
            del known[place]
        if not known:
            self.offsets.pop(group, None)

    def forget_topic(self, topic: str) -> None:
        """Drop every group's offsets of a deleted topic: a new topic of that name starts afresh."""
        for group, known in list(self.offsets.items()):
            self.forget(group, [place for place in known if place[0] == topic])

    def save(self, group: Group) -> None:
        """Keep a group that is stable or empty."""
        members = [
            _MemberImage(
                m.id,
                m.said.instance,
                m.said.client,
                m.said.host,
                m.said.session,
                m.said.rebalance,
                m.said.protocols,
                m.assignment,
            )
            for m in group.members.values()
        ]
        image = _GroupImage(group.generation, group.protocol_type, group.protocol, group.leader, members)
        self._write([(_group_key(group.id), msgspec.json.encode(image))])
        self._groups[group.id] = image

    def delete(self, group: str) -> None:
        """Drop a group with its offsets."""
        self.forget(group, list(self.offsets.get(group, {})))
        if self._groups.pop(group, None) is not None:
            self._write([(_group_key(group), None)])

    def restore(self, now: float, initial_delay: float) -> dict[str, Group]:
        """Return the groups kept; their members have one session's time to show that they still live."""
        groups = {name: _revive(name, image, now, initial_delay) for name, image in self._groups.items()}
        for name in self.offsets:
            groups.setdefault(name, Group(name, initial_delay))
        return groups


def _offset_key(group: str, place: Place) -> bytes:
    return msgspec.json.encode(["offset", group, *place])


def _group_key(group: str) -> bytes:
    return msgspec.json.encode(["group", group])


def _revive(name: str, image: _GroupImage, now: float, initial_delay: float) -> Group:
    group = Group(name, initial_delay, State.STABLE if image.members else State.EMPTY, image.generation)
    group.protocol_type, group.protocol, group.leader = image.protocol_type, image.protocol, image.leader
    for m in image.members:
        said = Joining(
            member=m.id,
            instance=m.instance,
            client=m.client,
            host=m.host,
            session=m.session,
            rebalance=m.rebalance,
            protocol_type=image.protocol_type,
            protocols=m.protocols,
        )
        group.members[m.id] = Member(m.id, said, now + m.session, m.assignment)
    return group
