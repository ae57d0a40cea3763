"""Consumer groups and committed offsets."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from kafka import errors as kafka_errors

from stream.broker.errors import ProtocolError
from stream.broker.groups import Group
from stream.broker.members import Joining, MemberIdRequired, State
from stream.broker.node import Node
from stream.broker.offsets import Committed
from stream.broker.wire import Request

_ASKS_FOR_ID = 4
_LEAVES_IN_BATCHES = 3


async def join(node: Node, request: Request) -> dict[str, Any]:
    """Bring a member into its group."""
    asked = request.body
    said = Joining(
        member=asked.member_id,
        instance=asked.group_instance_id,
        client=request.client,
        host=request.peer,
        session=asked.session_timeout_ms / 1000,
        rebalance=asked.rebalance_timeout_ms / 1000,
        protocol_type=asked.protocol_type,
        protocols=[(protocol.name, bytes(protocol.metadata)) for protocol in asked.protocols],
        ask_for_id=request.version >= _ASKS_FOR_ID,
    )
    try:
        joined = await node.coordinator.join(asked.group_id, said)
    except ProtocolError as error:
        member = error.member if isinstance(error, MemberIdRequired) else asked.member_id
        return {"error_code": error.code, "member_id": member, "protocol_name": "", "leader": "", "members": []}
    return {
        "error_code": 0,
        "generation_id": joined.generation,
        "protocol_type": joined.protocol_type,
        "protocol_name": joined.protocol,
        "leader": joined.leader,
        "member_id": joined.member,
        "members": [
            {"member_id": member, "group_instance_id": instance, "metadata": metadata}
            for member, instance, metadata in joined.members
        ],
    }


async def sync(node: Node, request: Request) -> dict[str, Any]:
    """Give a member its assignment."""
    asked = request.body
    given = {item.member_id: bytes(item.assignment) for item in asked.assignments}
    try:
        synced = await node.coordinator.sync(asked.group_id, asked.member_id, asked.generation_id, given)
    except ProtocolError as error:
        return {"error_code": error.code, "assignment": b""}
    return {
        "error_code": 0,
        "protocol_type": synced.protocol_type,
        "protocol_name": synced.protocol,
        "assignment": synced.assignment,
    }


async def heartbeat(node: Node, request: Request) -> dict[str, Any]:
    """Hear that a member lives."""
    node.coordinator.heartbeat(request.body.group_id, request.body.member_id, request.body.generation_id)
    return {"error_code": 0}


async def leave(node: Node, request: Request) -> dict[str, Any]:
    """Let members go."""
    asked = request.body
    if request.version < _LEAVES_IN_BATCHES:
        node.coordinator.leave(asked.group_id, asked.member_id, None)
        return {"error_code": 0}
    members = []
    for member in asked.members:
        code = _code(partial(node.coordinator.leave, asked.group_id, member.member_id, member.group_instance_id))
        members.append(
            {"member_id": member.member_id, "group_instance_id": member.group_instance_id, "error_code": code}
        )
    return {"error_code": 0, "members": members}


def _code(act: Callable[[], object]) -> int:
    try:
        act()
    except ProtocolError as error:
        return error.code
    except OSError:
        return int(kafka_errors.KafkaStorageError.errno)
    return 0


async def offset_commit(node: Node, request: Request) -> dict[str, Any]:
    """Keep how far a group has got; unknown partitions are refused one by one."""
    asked = request.body
    known = {}
    codes = {}
    for topic in asked.topics:
        for partition in topic.partitions:
            place = (topic.name, partition.partition_index)
            codes[place] = _code(partial(node.catalog.log, *place))
            if not codes[place]:
                known[place] = Committed(partition.committed_offset, partition.committed_metadata or "")
    generation = asked.generation_id_or_member_epoch
    failure = _code(partial(node.coordinator.commit, asked.group_id, asked.member_id, generation, known))
    topics = [
        {
            "name": topic.name,
            "partitions": [
                {"partition_index": p.partition_index, "error_code": failure or codes[topic.name, p.partition_index]}
                for p in topic.partitions
            ],
        }
        for topic in asked.topics
    ]
    return {"topics": topics}


async def offset_fetch(node: Node, request: Request) -> dict[str, Any]:
    """Say how far a group has got; -1 where it never committed."""
    kept = node.coordinator.store.offsets.get(request.body.group_id, {})
    wanted: dict[str, list[int]] = {}
    if request.body.topics is None:
        for topic, partition in kept:
            wanted.setdefault(topic, []).append(partition)
    else:
        wanted = {topic.name: list(topic.partition_indexes) for topic in request.body.topics}
    never = Committed(-1, "")
    topics = []
    for name, indexes in wanted.items():
        partitions = []
        for index in indexes:
            committed = kept.get((name, index), never)
            partitions.append(
                {
                    "partition_index": index,
                    "committed_offset": committed.offset,
                    "committed_leader_epoch": committed.leader_epoch,
                    "metadata": committed.metadata,
                    "error_code": 0,
                }
            )
        topics.append({"name": name, "partitions": partitions})
    return {"error_code": 0, "topics": topics}


async def offset_delete(node: Node, request: Request) -> dict[str, Any]:
    """Drop committed offsets of a group that nobody is in."""
    group = node.coordinator.groups.get(request.body.group_id)
    if group is None:
        raise ProtocolError(kafka_errors.GroupIdNotFoundError)
    if group.state is not State.EMPTY:
        raise ProtocolError(kafka_errors.NonEmptyGroupError)
    topics = []
    for topic in request.body.topics:
        indexes = [partition.partition_index for partition in topic.partitions]
        node.coordinator.store.forget(group.id, [(topic.name, index) for index in indexes])
        partitions = [{"partition_index": index, "error_code": 0} for index in indexes]
        topics.append({"name": topic.name, "partitions": partitions})
    return {"error_code": 0, "topics": topics}


async def describe(node: Node, request: Request) -> dict[str, Any]:
    """Describe groups and their members."""
    return {"groups": [_described(node.coordinator.groups.get(name), name) for name in request.body.groups]}


def _described(group: Group | None, name: str) -> dict[str, Any]:
    if group is None:
        empty = {"protocol_type": "", "protocol_data": "", "members": []}
        return {"error_code": 0, "group_id": name, "group_state": "Dead", **empty}
    members = [
        {
            "member_id": member.id,
            "group_instance_id": member.said.instance,
            "client_id": member.said.client,
            "client_host": f"/{member.said.host}",
            "member_metadata": member.metadata.get(group.protocol, b""),
            "member_assignment": member.assignment,
        }
        for member in group.members.values()
    ]
    return {
        "error_code": 0,
        "group_id": name,
        "group_state": group.state.value,
        "protocol_type": group.protocol_type,
        "protocol_data": group.protocol,
        "members": members,
    }


async def list_all(node: Node, request: Request) -> dict[str, Any]:
    """List groups, in given states if any are given."""
    states = set(request.body.states_filter or ())
    groups = [
        {"group_id": group.id, "protocol_type": group.protocol_type, "group_state": group.state.value}
        for group in node.coordinator.groups.values()
        if not states or group.state.value in states
    ]
    return {"error_code": 0, "groups": groups}


async def delete(node: Node, request: Request) -> dict[str, Any]:
    """Delete empty groups."""
    results = [
        {"group_id": name, "error_code": _code(partial(node.coordinator.delete, name))}
        for name in request.body.groups_names
    ]
    return {"results": results}
