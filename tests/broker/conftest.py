"""Brokers to hold to one behaviour: the embedded one as a real process, and a real Apache Kafka."""

from __future__ import annotations

import gc
import importlib.util
import itertools
import logging
import os
import signal
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest
from kafka import KafkaAdminClient
from kafka.protocol.api_header import ResponseClassRegistry

ROOT = Path(__file__).resolve().parents[2]
SESSION_MS = 2000
"""Short enough for a test, long enough for a busy machine; Kafka's own least is lowered to it."""


def _load_kafka():
    spec = importlib.util.spec_from_file_location("kafka_node", ROOT / "deploy" / "kafka" / "kafka.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


kafka_node = _load_kafka()


class Server(Protocol):
    """What a test may do to a broker."""

    bootstrap: str

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def kill(self) -> None: ...


class Embedded:
    """`python -m stream.broker` in a process of its own."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.port = kafka_node.free_port()
        self.bootstrap = f"127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.directory.with_suffix(".out")

    def start(self) -> None:
        command = [sys.executable, "-m", "stream.broker", "--data", str(self.directory), "--port", str(self.port)]
        command += ["--maintenance-seconds", "0.5"]
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(command, stdout=out, stderr=out, cwd=ROOT)
        wait_for(lambda: kafka_node.answers(self.port), 30, f"the broker to answer; see {self.log}")

    def _end(self, number: int) -> None:
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(30)
            self.process = None

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)


def wait_for(condition: Callable[[], object], seconds: float, what: str) -> None:
    """Wait until a condition holds; fail with what was waited for."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {seconds} s in vain for {what}")
        time.sleep(0.05)


def _real_kafka(directory: Path) -> Server:
    extra = {
        "group.min.session.timeout.ms": "500",
        "log.cleaner.backoff.ms": "200",
        "log.retention.check.interval.ms": "500",
        "offsets.topic.num.partitions": "1",
    }
    return kafka_node.Kafka(directory, 0, extra)


BROKERS = [pytest.param("embedded", id="embedded"), pytest.param("kafka", id="kafka", marks=pytest.mark.kafka)]


@pytest.fixture(scope="session", params=BROKERS)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running broker, shared by all tests; one that restarts it leaves it running."""
    directory = tmp_path_factory.mktemp(request.param) / "node"
    node: Server
    if request.param == "embedded":
        node = Embedded(directory)
        node.start()
    else:
        node = _real_kafka(directory)
        try:
            node.start()
        except kafka_node.Unavailable as error:
            if os.environ.get("TOCSIN_REQUIRE_KAFKA") == "1":
                pytest.fail(str(error))
            pytest.skip(f"no real Kafka: {error}")
    yield node
    node.stop()


@pytest.fixture
def quiet_clients() -> Iterator[None]:
    """Keep clients from logging each refused connection, and collect the sockets that kafka-python leaves of them.

    A log record that pytest keeps would hold its socket until another test, where the warning would be an error.
    """
    loggers = [logging.getLogger(name) for name in ("kafka", "aiokafka")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


_numbers = itertools.count()


@pytest.fixture
def name() -> str:
    """A name that no other test uses, for topics and groups."""
    return f"test-{os.getpid()}-{next(_numbers)}"


@pytest.fixture
def admin(server: Server) -> Iterator[KafkaAdminClient]:
    client = KafkaAdminClient(bootstrap_servers=server.bootstrap)
    yield client
    client.close()


@pytest.fixture
def create(server: Server) -> Callable[..., None]:
    """`create(topic, partitions, configs)`, by a client that is gone before the test may restart the broker."""

    def act(topic: str, partitions: int, configs: dict[str, str] | None = None) -> None:
        client = KafkaAdminClient(bootstrap_servers=server.bootstrap)
        spec = {"num_partitions": partitions, "replication_factor": 1, "configs": configs or {}}
        client.create_topics({topic: spec})
        client.close()

    return act


@pytest.fixture
def topic(create: Callable[..., None], name: str) -> str:
    """A topic of two partitions."""
    create(name, 2)
    return name


@pytest.fixture(name="wait_for")
def _wait_for() -> Callable[[Callable[[], object], float, str], None]:
    """`wait_for(condition, seconds, what)`."""
    return wait_for


@pytest.fixture
def ask(server: Server) -> Callable[..., object]:
    """`ask(request, version)`: send one request as it is and return the answer, for what a client library hides."""

    def send(request, version: int):
        request.API_VERSION = version
        request.with_header(correlation_id=7)
        host, port = server.bootstrap.split(":")
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(request.encode(header=True, framed=True))
            length = int.from_bytes(connection.recv(4, socket.MSG_WAITALL), "big")
            frame = connection.recv(length, socket.MSG_WAITALL)
        answers = ResponseClassRegistry.get_response_class(request.header)
        return answers.decode(frame, version=version, header=True)

    return send
