"""The three files of a replay: assignments, stories and alerts, as JSON Lines.

They appear under their names only when they are complete. Nothing in them depends on when or where they were made, so
the same stream gives the same bytes.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO

import msgspec

from stream.errors import TocsinError
from stream.records import Alert, EmbeddedArticle, Modality, StoryUpdate
from stream.replay.times import rfc3339

ASSIGNMENTS, STORIES, ALERTS = "assignments.jsonl", "stories.jsonl", "alerts.jsonl"


class Assignment(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A line of `assignments.jsonl`."""

    id: str | None
    story: str | None
    origin: str | None
    diplomatic: bool | None
    act: str | None
    parties: list[str]
    reason: str | None = None
    """Only where the article was refused: why."""


class StoryLine(msgspec.Struct, kw_only=True):
    """A line of `stories.jsonl`: a story as it stood when it closed, or at the end."""

    story: str
    founder: str
    articles: int
    origins: list[str]
    languages: list[str]
    diplomatic: bool
    act: str | None
    modality: Modality | None
    parties: list[str]
    place: str | None
    event_date: str | None
    burst_at: str | None
    merged_into: str | None


class AlertLine(msgspec.Struct, kw_only=True):
    """A line of `alerts.jsonl`."""

    id: str
    state: str
    story: str
    at: str
    articles: int
    origins: list[str]
    act: str | None
    parties: list[str]
    reason: str


def assigned_line(article: EmbeddedArticle, update: StoryUpdate, min_diplomatic: float) -> Assignment:
    """Return the line of an article that was assigned by `update`."""
    return Assignment(
        id=article.id,
        story=update.story,
        origin=update.article.origin if update.article else None,
        diplomatic=article.diplomatic >= min_diplomatic,
        act=article.act,
        parties=article.parties,
    )


def refused_line(article: str | None, reason: str) -> Assignment:
    """Return the line of an article that was refused."""
    return Assignment(id=article, story=None, origin=None, diplomatic=None, act=None, parties=[], reason=reason)


def story_line(update: StoryUpdate, burst_at: float | None, min_diplomatic: float) -> StoryLine:
    """Return the line of a story as it stands after `update`."""
    return StoryLine(
        story=update.story,
        founder=update.founder,
        articles=update.articles,
        origins=update.origins,
        languages=update.languages,
        diplomatic=update.diplomatic >= min_diplomatic,
        act=update.act,
        modality=update.modality,
        parties=update.parties,
        place=update.place,
        event_date=update.event_date,
        burst_at=None if burst_at is None else rfc3339(burst_at),
        merged_into=update.merged_into,
    )


def alert_line(alert: Alert) -> AlertLine:
    """Return the line of an alert."""
    return AlertLine(
        id=alert.id,
        state=alert.state,
        story=alert.story,
        at=rfc3339(alert.at),
        articles=alert.articles,
        origins=alert.origins,
        act=alert.act,
        parties=alert.parties,
        reason=alert.reason,
    )


NOWHERE = 2**64 - 1
"""The offset of a number that no story has."""


class StorySpill:
    """The latest line of every story, in flat memory, in the order of founding.

    Live stories are held in memory; a closed one goes to a scratch file and leaves eight bytes.

    Args:
        scratch: the file to spill to; the caller deletes it.
    """

    def __init__(self, scratch: IO[bytes]) -> None:
        self._file = scratch
        self._live: dict[str, tuple[int, bytes]] = {}
        self._offsets = array("Q")

        self._count = 0

    def __len__(self) -> int:
        return self._count

    def put(self, line: StoryLine, *, closed: bool, number: int | None = None) -> None:
        """Take a story's newest line.

        Args:
            line: the story as it stands.
            closed: no other line of it will come.
            number: its place among the stories, where that is not the order in which they are first put; unique.
        """
        number = self._live[line.story][0] if line.story in self._live else self._new(number)
        data = msgspec.json.encode(line)
        if closed:
            self._live.pop(line.story, None)
            self._write(number, data)
        else:
            self._live[line.story] = (number, data)

    def lines(self) -> Iterator[bytes]:
        """Yield the newest line of every story; nothing can be put any more."""
        for number, data in self._live.values():
            self._write(number, data)
        self._live.clear()
        self._file.flush()
        for offset in self._offsets:
            if offset != NOWHERE:
                self._file.seek(offset)
                yield self._file.readline()

    def _new(self, number: int | None) -> int:
        self._count += 1
        number = len(self._offsets) if number is None else number
        self._offsets.extend([NOWHERE] * (number + 1 - len(self._offsets)))
        return number

    def _write(self, number: int, data: bytes) -> None:
        self._offsets[number] = self._file.seek(0, os.SEEK_END)
        self._file.write(data + b"\n")


class Outputs:
    """The files of one replay, written beside their names and moved there by `commit`.

    Use it as a context manager: what was not committed is deleted.

    Args:
        folder: created if it is missing.

    Raises:
        TocsinError: the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._files = {name: self._part(name).open("wb") for name in (ASSIGNMENTS, STORIES, ALERTS)}
            self._scratch = self._part("spill").open("w+b")
        except OSError as error:
            raise TocsinError(f"{folder} cannot be written ({error}); name another folder with --out") from error
        self.stories = StorySpill(self._scratch)

    def assignment(self, line: Assignment) -> None:
        """Append a line to `assignments.jsonl`."""
        self._append(ASSIGNMENTS, line)

    def alert(self, line: AlertLine) -> None:
        """Append a line to `alerts.jsonl`."""
        self._append(ALERTS, line)

    def commit(self) -> None:
        """Write the stories and give the files their names."""
        for line in self.stories.lines():
            self._files[STORIES].write(line)
        for name, file in self._files.items():
            file.flush()
            os.fsync(file.fileno())
            file.close()
            self._part(name).replace(self.folder / name)

    def __enter__(self) -> Outputs:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name, file in [*self._files.items(), ("spill", self._scratch)]:
            file.close()
            self._part(name).unlink(missing_ok=True)

    def _append(self, name: str, line: msgspec.Struct) -> None:
        self._files[name].write(msgspec.json.encode(line) + b"\n")

    def _part(self, name: str) -> Path:
        return self.folder / f".{name}.part"
