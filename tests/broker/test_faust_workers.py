"""Two Faust workers share a stream, one is killed, the broker restarts: every word is counted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from kafka import KafkaProducer

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(180),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # kafka-python leaves sockets when refused
    pytest.mark.usefixtures("quiet_clients"),
]

APP = Path(__file__).with_name("faust_app.py")
WORDS = [f"word{i}" for i in range(40)]


class Worker:
    """A Faust worker in a process of its own."""

    def __init__(self, bootstrap: str, name: str, directory: Path) -> None:
        self.output = directory.with_suffix(".out")
        self.written = directory.with_suffix(".json")
        environment = os.environ | {
            "BROKER": bootstrap,
            "NAME": name,
            "DATA": str(directory),
            "REPORT": str(self.written),
        }
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, str(APP), "worker", "-l", "info", "--without-web"],
                env=environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def report(self) -> dict:
        """Return its last word on what it owns and has counted."""
        return json.loads(self.written.read_text()) if self.written.exists() else {"owned": [], "counts": {}}

    def owned(self) -> list[int]:
        return self.report()["owned"]

    def end(self, number: int) -> int:
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)
        return self.process.wait(40)


def counted(*workers: Worker) -> Counter:
    """Return the counts of all workers together; each key lives with one of them."""
    total: Counter = Counter()
    for worker in workers:
        total.update(worker.report()["counts"])
    return total


def test_every_word_is_counted(server, create, name, tmp_path, wait_for):
    topic = f"{name}.words"
    create(topic, 4)
    create(f"{name}-{name}.counts-changelog", 4, {"cleanup.policy": "compact"})
    sent: Counter = Counter()
    producer = KafkaProducer(bootstrap_servers=server.bootstrap, acks="all", linger_ms=5, delivery_timeout_ms=60_000)

    def send(count: int) -> None:
        for i in range(count):
            word = WORDS[i % len(WORDS)]
            producer.send(topic, key=word.encode(), value=f"{word} {sent[word]}".encode())
            sent[word] += 1
        producer.flush(60)

    one = Worker(server.bootstrap, name, tmp_path / "one")
    workers = [one]
    try:
        wait_for(lambda: one.owned() == [0, 1, 2, 3], 60, f"the first worker; see {one.output}")
        send(1000)
        wait_for(lambda: counted(one) == sent, 30, "the first thousand")

        two = Worker(server.bootstrap, name, tmp_path / "two")
        workers.append(two)
        wait_for(lambda: len(one.owned()) == len(two.owned()) == 2, 60, f"two partitions each; see {two.output}")
        send(1000)
        wait_for(lambda: counted(one, two) == sent, 30, "the second thousand, by both")
        assert all(worker.report()["counts"] for worker in workers)

        one.end(signal.SIGKILL)
        wait_for(lambda: two.owned() == [0, 1, 2, 3], 60, "the take-over")
        wait_for(lambda: counted(two) == sent, 30, "the dead worker's counts, from the changelog")

        server.kill()
        server.start()
        send(1000)
        wait_for(lambda: counted(two) == sent, 60, "the third thousand, after the broker's restart")
        assert two.end(signal.SIGTERM) == 0
    finally:
        producer.close()
        for worker in workers:
            worker.end(signal.SIGKILL)
