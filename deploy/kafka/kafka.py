"""A real Apache Kafka on loopback without Docker: one KRaft node, its jars from Maven Central.

    python deploy/kafka/kafka.py run             # in the foreground, until Ctrl-C
    python deploy/kafka/kafka.py start           # in the background
    python deploy/kafka/kafka.py stop
    python deploy/kafka/kafka.py fetch           # only get the jars

Jars are kept in `.kafka/<version>/libs`, so a second start needs no network. Needs Java 17 or later, and `mvn` the
first time. Only the standard library is used: tests load this file by its path.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
CACHE = HERE.parents[1] / ".kafka"
VERSION = (HERE / "VERSION").read_text().strip()
LIBRARIES = CACHE / VERSION / "libs"

_METADATA_V0 = struct.pack(">ihhihi", 14, 3, 0, 1, -1, 0)
"""A request for all topics' metadata: frame length, api, version, correlation id, no client id, no topic named."""

PROPERTIES: dict[str, str] = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    "auto.create.topics.enable": "false",
    "group.initial.rebalance.delay.ms": "0",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
}


class Unavailable(Exception):
    """Kafka cannot be had here; the message says why and what to do."""


def fetch() -> Path:
    """Return the folder of jars, from Maven Central on first use.

    Raises:
        Unavailable: Java or Maven is missing, or Maven Central does not answer.
    """
    if not shutil.which("java"):
        raise Unavailable("Apache Kafka needs Java 17 or later: install a JRE and put `java` on the PATH")
    if LIBRARIES.is_dir():
        return LIBRARIES
    if not shutil.which("mvn"):
        raise Unavailable("Apache Kafka's jars are fetched with Maven: install it and put `mvn` on the PATH")
    partial = LIBRARIES.with_name(f"libs.{os.getpid()}")
    command = ["mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), f"-Dkafka.version={VERSION}"]
    command += ["dependency:copy-dependencies", f"-DoutputDirectory={partial}", "-DincludeScope=runtime"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        shutil.rmtree(partial, ignore_errors=True)
        reason = next((line for line in done.stdout.splitlines() if line.startswith("[ERROR]")), done.stderr.strip())
        raise Unavailable(f"Maven could not fetch Apache Kafka {VERSION}; is Maven Central reachable? {reason}")
    with contextlib.suppress(OSError):  # another process was quicker
        partial.rename(LIBRARIES)
    shutil.rmtree(partial, ignore_errors=True)
    return LIBRARIES


def free_port() -> int:
    """Return a port that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


class Kafka:
    """One KRaft node over one folder.

    Args:
        directory: data, configuration and log; kept over a restart.
        port: for clients; 0 takes a free one.
        properties: server properties besides, or instead of, `PROPERTIES`.
        java: options of the virtual machine.
    """

    def __init__(
        self,
        directory: Path,
        port: int = 9092,
        properties: Mapping[str, str] | None = None,
        java: tuple[str, ...] = ("-Xms256m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
    ) -> None:
        self.directory = directory
        self.port = port or free_port()
        self.bootstrap = f"127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        self._controller = free_port()
        self._properties = dict(properties or {})
        self._java = java

    @property
    def log(self) -> Path:
        """The file that the server's output goes to."""
        return self.directory / "kafka.out"

    @property
    def pid_file(self) -> Path:
        """Where `start` leaves the process id for `stop`."""
        return self.directory / "kafka.pid"

    def start(self, timeout: float = 90.0) -> None:
        """Start the node and wait until it answers.

        Raises:
            Unavailable: it could not be fetched, or did not answer within `timeout` seconds.
        """
        libraries = fetch()
        self._configure()
        self._format(libraries)
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self._command(libraries, "kafka.Kafka", str(self.directory / "server.properties")),
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        self.pid_file.write_text(str(self.process.pid))
        try:
            self._wait_until_ready(timeout)
        except BaseException:
            self.kill()
            raise

    def _command(self, libraries: Path, main: str, *arguments: str) -> list[str]:
        return ["java", *self._java, "-cp", str(libraries / "*"), main, *arguments]

    def _configure(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        values = PROPERTIES | {
            "listeners": f"PLAINTEXT://{self.bootstrap},CONTROLLER://127.0.0.1:{self._controller}",
            "advertised.listeners": f"PLAINTEXT://{self.bootstrap}",
            "controller.quorum.voters": f"1@127.0.0.1:{self._controller}",
            "log.dirs": str(self.directory / "data"),
        }
        lines = [f"{name}={value}\n" for name, value in (values | self._properties).items()]
        (self.directory / "server.properties").write_text("".join(lines))

    def _format(self, libraries: Path) -> None:
        if (self.directory / "data" / "meta.properties").exists():
            return
        cluster = urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()
        command = self._command(libraries, "kafka.tools.StorageTool", "format", "--cluster-id", cluster)
        command += ["--config", str(self.directory / "server.properties")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Unavailable(f"Kafka's folder {self.directory} could not be formatted: {done.stderr[-500:]}")

    def _wait_until_ready(self, timeout: float) -> None:
        assert self.process is not None
        deadline = time.monotonic() + timeout
        while not answers(self.port):
            if self.process.poll() is not None or time.monotonic() > deadline:
                last = "\n".join(self.log.read_text(errors="replace").splitlines()[-5:])
                raise Unavailable(f"Kafka did not start on port {self.port}; see {self.log}, which ends:\n{last}")
            time.sleep(0.1)

    def stop(self, timeout: float = 30.0) -> None:
        """Stop the node in order; kill it when it does not."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._gone()

    def kill(self) -> None:
        """Kill the node as a crash would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self._gone()

    def _gone(self) -> None:
        self.process = None
        self.pid_file.unlink(missing_ok=True)


def answers(port: int) -> bool:
    """Say whether a broker on the port answers a metadata request and names itself in it."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(_METADATA_V0)
            answer = connection.recv(12, socket.MSG_WAITALL)
    except OSError:
        return False
    return len(answer) == 12 and struct.unpack(">iii", answer)[2] > 0


def _stop_recorded(directory: Path) -> None:
    """Stop the node that an earlier `start` left running."""
    record = directory / "kafka.pid"
    try:
        pid = int(record.read_text())
        os.kill(pid, signal.SIGTERM)
    except (FileNotFoundError, ProcessLookupError, ValueError):
        record.unlink(missing_ok=True)
        print("no Kafka runs from", directory)
        return
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            break
        time.sleep(0.1)
    else:
        os.kill(pid, signal.SIGKILL)
    record.unlink(missing_ok=True)
    print("stopped")


def _run(node: Kafka) -> None:
    """Run in the foreground until SIGINT or SIGTERM."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))
    try:
        node.start()
        assert node.process is not None
        print(f"Apache Kafka {VERSION} listens on {node.bootstrap} (Ctrl-C stops it)", flush=True)
        print(f"  export TOCSIN_KAFKA={node.bootstrap}", flush=True)
        node.process.wait()
    finally:
        node.stop()


def _do(action: str, data: Path, port: int) -> None:
    if action == "fetch":
        print(fetch())
        return
    if action == "stop":
        _stop_recorded(data)
        return
    if answers(port):
        raise Unavailable(f"a broker listens on port {port} already; choose another with --port")
    node = Kafka(data, port)
    if action == "run":
        _run(node)
        return
    node.start()
    print(node.bootstrap)


def main() -> int:
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(description="A real Apache Kafka on loopback, without Docker.")
    parser.add_argument("action", choices=["run", "start", "stop", "fetch"])
    parser.add_argument("--port", type=int, default=9092, help="port for clients; 0 takes a free one (default 9092)")
    parser.add_argument("--data", type=Path, default=CACHE / "node", help="folder of the node (default .kafka/node)")
    arguments = parser.parse_args()
    try:
        _do(arguments.action, arguments.data, arguments.port)
    except Unavailable as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
