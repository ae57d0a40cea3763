"""The process around it all: lock, port, limits, hostile bytes."""

from __future__ import annotations

import asyncio
import socket
import struct

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kafka.protocol.metadata import ApiVersionsRequest, ApiVersionsResponse

from stream.broker import wire
from stream.broker.config import BrokerConfig
from stream.broker.handlers import HANDLERS
from stream.broker.server import Broker, main
from stream.errors import TocsinError
from stream.settings import Settings


@pytest.fixture
async def broker(tmp_path):
    node = Broker(tmp_path / "broker", config=BrokerConfig(max_frame_bytes=10_000))
    await node.start()
    yield node
    await node.stop()


async def exchange(broker: Broker, data: bytes) -> bytes:
    """Send bytes and return what comes until the broker closes, or for a moment."""
    reader, writer = await asyncio.open_connection(broker.host, broker.port)
    try:
        writer.write(data)
        await writer.drain()
        return await asyncio.wait_for(reader.read(), 0.5)
    except TimeoutError:
        return b"still open"
    except ConnectionError:
        return b""
    finally:
        writer.close()


def frame(key: int, version: int, body: bytes = b"") -> bytes:
    payload = struct.pack(">hhih", key, version, 7, -1) + body
    return struct.pack(">i", len(payload)) + payload


async def alive(broker: Broker) -> bool:
    return await exchange(broker, frame(3, 0, struct.pack(">i", 0))) == b"still open"


def test_every_request_offered_is_handled():
    assert {api.request.name for api in wire.APIS.values()} == set(HANDLERS)


async def test_a_second_broker_on_the_directory_is_refused(broker):
    with pytest.raises(TocsinError, match=r"another broker uses .*TOCSIN_DATA"):
        await Broker(broker.directory).start()
    assert await alive(broker)


async def test_a_taken_port_is_refused_and_the_directory_let_go(broker, tmp_path):
    other = Broker(tmp_path / "other", port=broker.port)
    with pytest.raises(TocsinError, match=rf"{broker.port}.*TOCSIN_BROKER_PORT"):
        await other.start()
    again = Broker(tmp_path / "other")
    await again.start()
    await again.stop()


@pytest.mark.parametrize("length", [-1, 0, 7, 10_001, 2**31 - 1])
async def test_a_frame_of_absurd_length_closes_the_connection(broker, length):
    assert await exchange(broker, struct.pack(">i", length) + b"x" * 20) == b""
    assert await alive(broker)


@pytest.mark.parametrize(("key", "version"), [(999, 0), (3, 99), (1, 2), (-1, 0), (24, 0)])
async def test_an_unknown_request_closes_the_connection(broker, key, version):
    assert await exchange(broker, frame(key, version)) == b""
    assert await alive(broker)


async def test_a_newer_client_is_told_the_versions(broker):
    with socket.create_connection((broker.host, broker.port)) as connection:
        connection.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(connection, frame(ApiVersionsRequest.API_KEY, 42))
        length = struct.unpack(">i", await loop.sock_recv(connection, 4))[0]
        answer = ApiVersionsResponse.decode(await loop.sock_recv(connection, length), version=0, header=True)
    assert answer.error_code == 35
    assert answer.header.correlation_id == 7


@given(key=st.sampled_from(sorted(wire.APIS)), version=st.integers(0, 12), body=st.binary(max_size=200))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_garbage_is_answered_or_refused_but_never_crashes(key, version, body):
    """Decoding is where a client's bytes are first looked at."""
    data = frame(key, version, body)[4:]
    try:
        request = wire.decode(data, "peer", ("127.0.0.1", 1))
    except (wire.UnspeakableError, wire.UnsupportedVersion):
        return
    assert request.correlation == 7


async def test_main_serves_until_told_to_stop(tmp_path):
    stop = asyncio.Event()
    configured = Settings(data=tmp_path, broker_port=0)
    task = asyncio.create_task(main(configured, stop))
    while not (tmp_path / "broker" / "cluster_id").exists():
        await asyncio.sleep(0.01)
    stop.set()
    await asyncio.wait_for(task, 10)
    again = Broker(tmp_path / "broker")
    await again.start()
    await again.stop()


async def test_a_disk_that_fails_stops_the_broker(tmp_path, monkeypatch):
    def broken(descriptors):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("stream.broker.housekeeping.flush", broken)
    configured = Settings(data=tmp_path, broker_port=0, broker_fsync_seconds=0.05)
    created = Broker.start

    async def start_and_write(self):
        await created(self)
        self._node.catalog.create("t", 1, {})
        log = self._node.catalog.log("t", 0)
        from stream.broker import batches

        log.append(batches.build([(b"k", b"v")], 1000))

    monkeypatch.setattr(Broker, "start", start_and_write)
    with pytest.raises(TocsinError, match="disk failed"):
        await asyncio.wait_for(main(configured, asyncio.Event()), 10)
