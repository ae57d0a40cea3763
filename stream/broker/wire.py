"""Frames and versions of the Kafka protocol, on kafka-python's own message classes.

A frame is a four-byte length and a message; a message is a header (which request, which version, a number that the
answer repeats, the client's name) and a body. Only versions that name topics by name are offered, and none older than
Apache Kafka 4 still speaks (KIP-896), so that whatever works here works there.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any, NamedTuple

from kafka.protocol import admin, consumer, metadata, producer

_START = struct.Struct(">hhi")
LENGTH = struct.Struct(">i")
MIN_FRAME = _START.size


class Api(NamedTuple):
    """One kind of request: its classes and the versions spoken."""

    request: Any
    response: Any
    least: int
    most: int


_APIS = (
    Api(producer.ProduceRequest, producer.ProduceResponse, 3, 9),
    Api(producer.InitProducerIdRequest, producer.InitProducerIdResponse, 0, 4),
    Api(consumer.FetchRequest, consumer.FetchResponse, 4, 11),
    Api(consumer.ListOffsetsRequest, consumer.ListOffsetsResponse, 1, 6),
    Api(consumer.OffsetForLeaderEpochRequest, consumer.OffsetForLeaderEpochResponse, 2, 4),
    Api(consumer.OffsetCommitRequest, consumer.OffsetCommitResponse, 2, 8),
    Api(consumer.OffsetFetchRequest, consumer.OffsetFetchResponse, 1, 7),
    Api(consumer.JoinGroupRequest, consumer.JoinGroupResponse, 2, 7),
    Api(consumer.SyncGroupRequest, consumer.SyncGroupResponse, 0, 5),
    Api(consumer.HeartbeatRequest, consumer.HeartbeatResponse, 0, 4),
    Api(consumer.LeaveGroupRequest, consumer.LeaveGroupResponse, 0, 5),
    Api(metadata.ApiVersionsRequest, metadata.ApiVersionsResponse, 0, 4),
    Api(metadata.MetadataRequest, metadata.MetadataResponse, 0, 9),
    Api(metadata.FindCoordinatorRequest, metadata.FindCoordinatorResponse, 0, 3),
    Api(admin.DescribeClusterRequest, admin.DescribeClusterResponse, 0, 1),
    Api(admin.CreateTopicsRequest, admin.CreateTopicsResponse, 2, 6),
    Api(admin.DeleteTopicsRequest, admin.DeleteTopicsResponse, 1, 5),
    Api(admin.CreatePartitionsRequest, admin.CreatePartitionsResponse, 0, 3),
    Api(admin.DeleteRecordsRequest, admin.DeleteRecordsResponse, 0, 2),
    Api(admin.DescribeConfigsRequest, admin.DescribeConfigsResponse, 1, 4),
    Api(admin.AlterConfigsRequest, admin.AlterConfigsResponse, 0, 2),
    Api(admin.IncrementalAlterConfigsRequest, admin.IncrementalAlterConfigsResponse, 0, 1),
    Api(admin.DescribeGroupsRequest, admin.DescribeGroupsResponse, 0, 5),
    Api(admin.ListGroupsRequest, admin.ListGroupsResponse, 0, 4),
    Api(admin.DeleteGroupsRequest, admin.DeleteGroupsResponse, 0, 2),
    Api(consumer.OffsetDeleteRequest, consumer.OffsetDeleteResponse, 0, 0),
)
APIS: dict[int, Api] = {api.request.API_KEY: api for api in _APIS}
API_VERSIONS: int = metadata.ApiVersionsRequest.API_KEY


@dataclass(frozen=True, slots=True)
class Request:
    """One request of a client.

    Attributes:
        api: what is asked.
        version: in which version of the protocol.
        correlation: the number that the answer repeats.
        client: how the client names itself.
        body: kafka-python's message.
        peer: the client's address.
        local: (host, port) at which the client reached the broker.
    """

    api: Api
    version: int
    correlation: int
    client: str
    body: Any
    peer: str
    local: tuple[str, int]


class UnspeakableError(Exception):
    """A request that no answer can be given to; the connection is closed."""


class UnsupportedVersion(Exception):
    """An ApiVersions request newer than this broker, which is answered in the oldest version."""

    def __init__(self, correlation: int) -> None:
        super().__init__(f"request {correlation}")
        self.correlation = correlation


def decode(frame: bytes, peer: str, local: tuple[str, int]) -> Request:
    """Return the request in a frame.

    Raises:
        UnsupportedVersion: a client's first question is in a version to come.
        UnspeakableError: the request is of an unknown kind or version, or broken.
    """
    key, version, correlation = _START.unpack_from(frame)
    api = APIS.get(key)
    if api is None:
        raise UnspeakableError(f"request of unknown kind {key}")
    if not api.least <= version <= api.most:
        if key == API_VERSIONS:
            raise UnsupportedVersion(correlation)
        raise UnspeakableError(f"{api.request.name} version {version} is not among {api.least} to {api.most}")
    try:
        body = api.request.decode(frame, version=version, header=True)
    except (ValueError, IndexError, TypeError, AttributeError, struct.error) as error:
        raise UnspeakableError(f"{api.request.name} cannot be decoded: {error}") from error
    return Request(api, version, correlation, body.header.client_id or "", body, peer, local)


def encode(api: Api, version: int, correlation: int, fields: dict[str, Any]) -> bytearray:
    """Return the frame of an answer; fields that the version does not have are left out."""
    message = _fill(api.response, version, fields)
    message.with_header(correlation_id=correlation)
    frame: bytearray = message.encode(header=True, framed=True)
    return frame


def has_field(api: Api, name: str) -> bool:
    """Say whether an answer has a field of that name at its top."""
    return name in api.response.fields


def _fill(container: Any, version: int, values: dict[str, Any]) -> Any:
    filled = {}
    for name, value in values.items():
        field = container.fields[name]
        if not field.for_version_q(version):
            continue
        if field.is_struct_array() and value is not None:
            filled[name] = [_fill(field.data_class, version, item) for item in value]
        else:
            filled[name] = value
    return container(version=version, **filled)
