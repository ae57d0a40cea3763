"""What the broker answers: a function for each kind of request, from node and request to the fields of the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from stream.broker.handlers import admin, cluster, configs, group, records
from stream.broker.node import Node
from stream.broker.wire import Request

Handler = Callable[[Node, Request], Awaitable[dict[str, Any] | None]]

HANDLERS: dict[str, Handler] = {
    "ApiVersionsRequest": cluster.api_versions,
    "MetadataRequest": cluster.metadata,
    "FindCoordinatorRequest": cluster.find_coordinator,
    "DescribeClusterRequest": cluster.describe_cluster,
    "ProduceRequest": records.produce,
    "InitProducerIdRequest": records.init_producer_id,
    "FetchRequest": records.fetch,
    "ListOffsetsRequest": records.list_offsets,
    "OffsetForLeaderEpochRequest": records.offset_for_leader_epoch,
    "JoinGroupRequest": group.join,
    "SyncGroupRequest": group.sync,
    "HeartbeatRequest": group.heartbeat,
    "LeaveGroupRequest": group.leave,
    "OffsetCommitRequest": group.offset_commit,
    "OffsetFetchRequest": group.offset_fetch,
    "OffsetDeleteRequest": group.offset_delete,
    "DescribeGroupsRequest": group.describe,
    "ListGroupsRequest": group.list_all,
    "DeleteGroupsRequest": group.delete,
    "CreateTopicsRequest": admin.create_topics,
    "DeleteTopicsRequest": admin.delete_topics,
    "CreatePartitionsRequest": admin.create_partitions,
    "DeleteRecordsRequest": admin.delete_records,
    "DescribeConfigsRequest": configs.describe,
    "AlterConfigsRequest": configs.alter,
    "IncrementalAlterConfigsRequest": configs.alter_incrementally,
}
"""By the request's name in the protocol."""
