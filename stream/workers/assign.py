"""The assign agent: each article joins a live story of its desk or founds one.

The windows live in memory and are rebuilt from the desk table, which follows its partition from worker to worker.
"""

from __future__ import annotations

from typing import Any

import faust
import msgspec

from stream import metrics, topics
from stream.errors import Refused
from stream.records import EmbeddedArticle, StoryUpdate, decode
from stream.windows import DeskState, StoryState, StoryWindows
from stream.workers.streams import Streams

STAGE = "assign"
DESK_KEY = b"@desk"


class Desks:
    """The windows of the desks this worker owns at the moment, by partition."""

    def __init__(self, table: Any) -> None:
        self._table = table
        self._windows: dict[int, StoryWindows] = {}

    def forget(self) -> None:
        """Drop what is in memory: partitions moved, and another worker may have gone on."""
        self._windows.clear()

    def windows(self, partition: int, desk: str) -> StoryWindows:
        """Return a desk's windows, rebuilt from the table when this worker has just taken it over."""
        if partition not in self._windows:
            self._windows[partition] = self._restore(desk)
        return self._windows[partition]

    def _restore(self, desk: str) -> StoryWindows:
        states: list[StoryState] = []
        desk_state: DeskState | None = None
        prefix = desk.encode() + b"/"
        for key, value in self._table.items():
            if not key.startswith(prefix):
                continue
            if key == prefix + DESK_KEY:
                desk_state = msgspec.json.decode(value, type=DeskState)
            else:
                states.append(msgspec.json.decode(value, type=StoryState))
        windows = StoryWindows()
        windows.restore(states, desk_state)
        return windows

    def save(self, desk: str, windows: StoryWindows, changed: list[str], closed: list[StoryUpdate]) -> None:
        """Write what changed to the table."""
        for story in changed:
            state = windows.story_state(story)
            if state is not None:
                self._table[f"{desk}/{story}".encode()] = msgspec.json.encode(state)
        for update in closed:
            self._table.pop(f"{desk}/{update.story}".encode(), None)
        self._table[desk.encode() + b"/" + DESK_KEY] = msgspec.json.encode(windows.desk_state())


def install(streams: Streams) -> None:
    """Add the agent and its table."""
    desks = Desks(streams.table(topics.DESK_CHANGELOG))

    async def moved(*_: object, **__: object) -> None:
        desks.forget()

    streams.app.on_partitions_revoked.connect(moved, weak=False)
    streams.app.on_partitions_assigned.connect(moved, weak=False)

    async def handle(event: faust.Event) -> None:
        article = decode(EmbeddedArticle, event.value)
        if not event.message.key:
            raise Refused("no_desk", "the record's key names no desk")
        desk = event.message.key.decode(errors="replace")
        windows = desks.windows(event.message.partition, desk)
        assigned = windows.assign(article)
        # Sent before saved: a death in between decides the same again, with the same ids; the other way round
        # a closing could get lost.
        for update in [assigned.update, *assigned.closed]:
            metrics.STORY_CHANGES.labels(update.change).inc()
            await streams.send(STAGE, topics.STORIES, update.story, update)
        if not assigned.known:
            desks.save(desk, windows, assigned.changed, assigned.closed)

    streams.agent(STAGE, topics.EMBEDDED, handle)
