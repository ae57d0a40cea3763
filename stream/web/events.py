"""Server-sent events: a line to each open page whenever something changed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import msgspec

from stream.alerts.payload import alert_data
from stream.errors import Refused
from stream.records import Alert

MAX_CLIENTS = 500
MAX_QUEUE = 64
"""Events kept for a client that reads slowly; beyond them it is cut off and connects again."""
KEEP_ALIVE = 15.0


class TooManyClientsError(Exception):
    """No further page can listen."""


class Hub:
    """Hands each event to every listening client."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[bytes | None]] = set()
        self._closed = False

    @property
    def clients(self) -> int:
        """How many clients listen."""
        return len(self._queues)

    def changed(self, version: int) -> None:
        """Tell that the view changed."""
        self._send(f"event: changed\ndata: {version}\n\n".encode())

    def rang(self, alert: Alert) -> None:
        """Tell an alert, in the webhook's form; JSON holds no newline, which would end the event."""
        with contextlib.suppress(Refused):
            self._send(
                f"event: alert\nid: {alert.id}\ndata: ".encode() + msgspec.json.encode(alert_data(alert)) + b"\n\n"
            )

    def close(self) -> None:
        """End every client's stream."""
        self._closed = True
        for queue in list(self._queues):
            self._cut_off(queue)

    def _send(self, event: bytes) -> None:
        for queue in list(self._queues):
            if queue.qsize() >= MAX_QUEUE:
                self._cut_off(queue)
            else:
                queue.put_nowait(event)

    def _cut_off(self, queue: asyncio.Queue[bytes | None]) -> None:
        self._queues.discard(queue)
        queue.put_nowait(None)

    async def listen(self, version: int, keep_alive: float = KEEP_ALIVE) -> AsyncIterator[bytes]:
        """Yield events until the hub closes or the client is too slow, the view's version first.

        Raises:
            TooManyClientsError: `MAX_CLIENTS` listen already.
        """
        if self._closed or len(self._queues) >= MAX_CLIENTS:
            raise TooManyClientsError
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._queues.add(queue)
        try:
            yield f"retry: 3000\nevent: changed\ndata: {version}\n\n".encode()
            while True:
                try:
                    event = await asyncio.wait_for(queue.get(), keep_alive)
                except TimeoutError:
                    event = b": still here\n\n"
                if event is None:
                    return
                yield event
        finally:
            self._queues.discard(queue)
