"""Creating, growing and deleting topics, and deleting records."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from kafka import errors as kafka_errors

from stream.broker.errors import ProtocolError
from stream.broker.node import Node
from stream.broker.wire import Request


def attempt(act: Callable[[], None]) -> dict[str, Any]:
    """Return the error code and message of doing something, 0 and None when it went well."""
    try:
        act()
    except ProtocolError as error:
        return {"error_code": error.code, "error_message": error.detail}
    except OSError as error:
        return {"error_code": kafka_errors.KafkaStorageError.errno, "error_message": str(error)}
    return {"error_code": 0, "error_message": None}


async def create_topics(node: Node, request: Request) -> dict[str, Any]:
    """Create topics; each succeeds or fails on its own."""
    return {"topics": [_create(node, topic, dry=request.body.validate_only) for topic in request.body.topics]}


def _create(node: Node, asked: Any, *, dry: bool) -> dict[str, Any]:
    count = len(asked.assignments) or asked.num_partitions
    given = {config.name: config.value for config in asked.configs}

    def act() -> None:
        if not asked.assignments and asked.replication_factor not in {-1, 1}:
            raise ProtocolError(
                kafka_errors.InvalidReplicationFactorError,
                f"replication factor {asked.replication_factor} is larger than the one broker there is",
            )
        node.catalog.create(asked.name, count, given, dry=dry)

    outcome = attempt(act)
    made = {"num_partitions": -1, "replication_factor": -1}
    if not outcome["error_code"]:
        partitions = count if dry else len(node.catalog.get(asked.name).logs)
        made = {"num_partitions": partitions, "replication_factor": 1}
    return {"name": asked.name, **outcome, **made, "configs": None}


async def delete_topics(node: Node, request: Request) -> dict[str, Any]:
    """Delete topics with their records and every group's offsets in them."""

    def act(name: str) -> None:
        node.catalog.delete(name)
        node.coordinator.store.forget_topic(name)

    return {"responses": [{"name": name, **attempt(partial(act, name))} for name in request.body.topic_names]}


async def create_partitions(node: Node, request: Request) -> dict[str, Any]:
    """Add partitions to topics."""
    results = []
    for topic in request.body.topics:
        outcome = attempt(partial(node.catalog.grow, topic.name, topic.count, dry=request.body.validate_only))
        results.append({"name": topic.name, **outcome})
    return {"results": results}


async def delete_records(node: Node, request: Request) -> dict[str, Any]:
    """Move the start of partitions."""
    topics = []
    for topic in request.body.topics:
        partitions = []
        for asked in topic.partitions:
            try:
                start, code = node.catalog.log(topic.name, asked.partition_index).delete_before(asked.offset), 0
            except ProtocolError as error:
                start, code = -1, error.code
            partitions.append({"partition_index": asked.partition_index, "low_watermark": start, "error_code": code})
        topics.append({"name": topic.name, "partitions": partitions})
    return {"topics": topics}
