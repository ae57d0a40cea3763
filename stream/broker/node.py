"""The one node of the cluster: what every request handler works on."""

from __future__ import annotations

import base64
import uuid
from dataclasses import dataclass
from pathlib import Path

from stream.broker.catalog import Catalog
from stream.broker.config import BrokerConfig
from stream.broker.coordinator import Coordinator
from stream.broker.files import read_number, write_atomically

NODE_ID = 1
_WILDCARDS = {"0.0.0.0", "::", ""}  # noqa: S104 - compared with, not bound to


class ProducerIds:
    """Ids for idempotent producers, never given twice; reserved on disk by the thousand."""

    _BLOCK = 1000

    def __init__(self, path: Path) -> None:
        self._path = path
        self._next = self._reserved = read_number(path) or 0

    def take(self) -> int:
        """Return an id that nobody has had."""
        if self._next == self._reserved:
            self._reserved += self._BLOCK
            write_atomically(self._path, str(self._reserved).encode())
        self._next += 1
        return self._next - 1


@dataclass(slots=True)
class Node:
    """The broker's parts, put together.

    Attributes:
        host: the address it is bound to.
        cluster_id: stays the same as long as the directory.
    """

    config: BrokerConfig
    host: str
    cluster_id: str
    catalog: Catalog
    coordinator: Coordinator
    producer_ids: ProducerIds

    def advertised(self, local: tuple[str, int]) -> tuple[str, int]:
        """Return the (host, port) a client is told: where it is bound, or where this client reached it."""
        return (local[0] if self.host in _WILDCARDS else self.host), local[1]


def cluster_id(path: Path) -> str:
    """Return the id kept in a file, made on first use."""
    if path.exists():
        return path.read_text()
    fresh = base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=")
    write_atomically(path, fresh)
    return fresh.decode()
