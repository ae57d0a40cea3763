"""Versions, metadata, coordinators: a cluster of one."""

from __future__ import annotations

from typing import Any

from kafka import errors as kafka_errors

from stream.broker.catalog import Topic
from stream.broker.errors import ProtocolError
from stream.broker.node import NODE_ID, Node
from stream.broker.wire import APIS, Request

_GROUP_KEY = 0


async def api_versions(_node: Node, _request: Request) -> dict[str, Any]:
    """Say which requests are understood, in which versions."""
    keys = [{"api_key": key, "min_version": api.least, "max_version": api.most} for key, api in sorted(APIS.items())]
    return {"error_code": 0, "api_keys": keys}


def _broker(node: Node, request: Request) -> dict[str, Any]:
    host, port = node.advertised(request.local)
    return {"node_id": NODE_ID, "host": host, "port": port}


def _described(topic: Topic) -> dict[str, Any]:
    partitions = [
        {
            "error_code": 0,
            "partition_index": index,
            "leader_id": NODE_ID,
            "leader_epoch": 0,
            "replica_nodes": [NODE_ID],
            "isr_nodes": [NODE_ID],
            "offline_replicas": [],
        }
        for index in range(len(topic.logs))
    ]
    return {"error_code": 0, "name": topic.name, "is_internal": False, "partitions": partitions}


async def metadata(node: Node, request: Request) -> dict[str, Any]:
    """Describe the topics asked for. None is ever created here, whatever the client would allow."""
    asked = request.body.topics
    everything = asked is None or (request.version == 0 and not asked)
    topics = []
    for name in node.catalog.topics if everything else [topic.name for topic in asked]:
        try:
            topics.append(_described(node.catalog.get(name)))
        except ProtocolError as error:
            topics.append({"error_code": error.code, "name": name, "is_internal": False, "partitions": []})
    return {
        "brokers": [{**_broker(node, request), "rack": None}],
        "cluster_id": node.cluster_id,
        "controller_id": NODE_ID,
        "topics": topics,
    }


async def find_coordinator(node: Node, request: Request) -> dict[str, Any]:
    """Name the coordinator of a group: this node."""
    if request.body.key_type != _GROUP_KEY:
        raise ProtocolError(kafka_errors.InvalidRequestError, "this broker keeps no transactions")
    return {"error_code": 0, "error_message": None, **_broker(node, request)}


async def describe_cluster(node: Node, request: Request) -> dict[str, Any]:
    """Describe the cluster."""
    host, port = node.advertised(request.local)
    broker = {"broker_id": NODE_ID, "host": host, "port": port, "rack": None}
    return {"error_code": 0, "cluster_id": node.cluster_id, "controller_id": NODE_ID, "brokers": [broker]}
