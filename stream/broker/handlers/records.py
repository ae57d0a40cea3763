"""Producing, fetching, and finding offsets."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from kafka import errors as kafka_errors

from stream.broker.errors import ProtocolError
from stream.broker.log import PartitionLog
from stream.broker.node import Node
from stream.broker.wire import Request

log = structlog.get_logger(__name__)

_LATEST, _EARLIEST = -1, -2
_LEADER_EPOCH = 0


async def produce(node: Node, request: Request) -> dict[str, Any] | None:
    """Append each partition's batch, once; with acks=0 nobody waits for an answer.

    One node has nobody to wait for, so acks of 1 and -1 are the same.
    """
    responses = [
        {
            "name": topic.name,
            "partition_responses": [_append(node, request, topic.name, p) for p in topic.partition_data],
        }
        for topic in request.body.topic_data
    ]
    return {"responses": responses} if request.body.acks != 0 else None


def _append(node: Node, request: Request, topic: str, asked: Any) -> dict[str, Any]:
    try:
        partition = node.catalog.log(topic, asked.index)
        appended = partition.append(asked.records)
        if node.config.fsync_seconds == 0:
            partition.sync()
    except ProtocolError as error:
        log.info("batch refused", topic=topic, partition=asked.index, client=request.client, reason=error.detail)
        return _refusal(asked.index, error.code, error.detail)
    except OSError as error:
        log.error("batch could not be written", topic=topic, partition=asked.index, error=str(error))
        return _refusal(asked.index, kafka_errors.KafkaStorageError.errno, str(error))
    return {
        "index": asked.index,
        "error_code": 0,
        "base_offset": appended.offset,
        "log_append_time_ms": -1,
        "log_start_offset": partition.start,
    }


def _refusal(index: int, code: int, detail: str) -> dict[str, Any]:
    return {"index": index, "error_code": code, "base_offset": -1, "log_start_offset": -1, "error_message": detail}


async def init_producer_id(node: Node, request: Request) -> dict[str, Any]:
    """Give an idempotent producer its id, or the next epoch of the one it has."""
    asked = request.body
    if asked.transactional_id is not None:
        raise ProtocolError(kafka_errors.InvalidRequestError, "this broker keeps no transactions")
    return {"error_code": 0, "producer_id": node.producer_ids.take(), "producer_epoch": 0}


async def fetch(node: Node, request: Request) -> dict[str, Any]:
    """Return records as soon as there are `min_bytes` of them, or when `max_wait_ms` is over."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + request.body.max_wait_ms / 1000
    while True:
        reading = _Reading(node, request)
        left = deadline - loop.time()
        if reading.failed or reading.size >= request.body.min_bytes or left <= 0:
            return {"error_code": 0, "session_id": 0, "responses": reading.responses}
        await _next_append(reading.logs, left)


class _Reading:
    """One look at all partitions of a fetch."""

    def __init__(self, node: Node, request: Request) -> None:
        self.size = 0
        self.failed = False
        self.logs: list[PartitionLog] = []
        self._node = node
        self._budget = min(request.body.max_bytes, node.config.max_fetch_bytes)
        self.responses = [
            {"topic": topic.topic, "partitions": [self._read(topic.topic, asked) for asked in topic.partitions]}
            for topic in request.body.topics
        ]

    def _read(self, topic: str, asked: Any) -> dict[str, Any]:
        try:
            partition = self._node.catalog.log(topic, asked.partition)
        except ProtocolError as error:
            return self._failure(asked.partition, error.code, -1, -1)
        try:
            room = min(asked.partition_max_bytes, self._budget - self.size)
            data = partition.read(asked.fetch_offset, room) if room > 0 or not self.size else b""
        except ProtocolError as error:
            return self._failure(asked.partition, error.code, partition.end, partition.start)
        except OSError as error:
            log.error("partition could not be read", topic=topic, partition=asked.partition, error=str(error))
            return self._failure(asked.partition, kafka_errors.KafkaStorageError.errno, partition.end, partition.start)
        self.logs.append(partition)
        self.size += len(data)
        return self._answer(asked.partition, 0, partition.end, partition.start, data)

    def _failure(self, index: int, code: int, end: int, start: int) -> dict[str, Any]:
        self.failed = True
        return self._answer(index, code, end, start, b"")

    @staticmethod
    def _answer(index: int, code: int, end: int, start: int, data: bytes) -> dict[str, Any]:
        return {
            "partition_index": index,
            "error_code": code,
            "high_watermark": end,
            "last_stable_offset": end,
            "log_start_offset": start,
            "aborted_transactions": None,
            "preferred_read_replica": -1,
            "records": data,
        }


async def _next_append(logs: list[PartitionLog], seconds: float) -> None:
    """Wait until one of the logs grows, without looking."""
    grown: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    for partition in logs:
        partition.waiters.add(grown)
    try:
        await asyncio.wait([grown], timeout=seconds)
    finally:
        for partition in logs:
            partition.waiters.discard(grown)


async def list_offsets(node: Node, request: Request) -> dict[str, Any]:
    """Find the earliest or latest offset, or the first record not older than a time."""
    topics = []
    for topic in request.body.topics:
        found = [_find(node, topic.name, asked.partition_index, asked.timestamp) for asked in topic.partitions]
        topics.append({"name": topic.name, "partitions": found})
    return {"topics": topics}


def _find(node: Node, topic: str, index: int, timestamp: int) -> dict[str, Any]:
    answer = {"partition_index": index, "error_code": 0, "timestamp": -1, "offset": -1, "leader_epoch": _LEADER_EPOCH}
    try:
        partition = node.catalog.log(topic, index)
    except ProtocolError as error:
        return answer | {"error_code": error.code}
    if timestamp == _LATEST:
        return answer | {"offset": partition.end}
    if timestamp == _EARLIEST:
        return answer | {"offset": partition.start}
    if found := partition.find_time(timestamp):
        return answer | {"offset": found[0], "timestamp": found[1]}
    return answer


async def offset_for_leader_epoch(node: Node, request: Request) -> dict[str, Any]:
    """Say where an epoch of leadership ended: this node always led, so at the log's end."""
    topics = []
    for topic in request.body.topics:
        ends = []
        for asked in topic.partitions:
            answer = {"partition": asked.partition, "error_code": 0, "leader_epoch": _LEADER_EPOCH, "end_offset": -1}
            try:
                answer["end_offset"] = node.catalog.log(topic.topic, asked.partition).end
            except ProtocolError as error:
                answer["error_code"] = error.code
            ends.append(answer)
        topics.append({"topic": topic.topic, "partitions": ends})
    return {"topics": topics}
