"""What people say about a recorded stream: the gold file, and what a replay said."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import msgspec

from stream.errors import TocsinError
from stream.replay.outputs import ALERTS, ASSIGNMENTS, STORIES, AlertLine, Assignment
from stream.replay.recorded import GZIP_MAGIC
from stream.replay.times import parse_time


class GoldArticle(msgspec.Struct, kw_only=True):
    """A line of a gold file: an article with what is known of it; None where nothing is."""

    id: str | int
    event: str | int | None = None
    lang: str | None = None
    source: str | None = None
    published: str | float | None = None
    diplomatic: bool | None = None
    act: str | None = None
    parties: list[str] | None = None
    origin: str | None = None

    @property
    def key(self) -> str:
        """The id as text."""
        return str(self.id)


class StoryRow(msgspec.Struct):
    """What the evaluation needs of a line of `stories.jsonl`."""

    story: str
    merged_into: str | None = None


@dataclass(frozen=True, slots=True)
class Gold:
    """A gold file.

    Attributes:
        articles: in the order of the file.
        times: seconds of each article; a line without a time has that of the line before.
        fields: the optional fields that at least one line has.
    """

    articles: list[GoldArticle]
    times: list[float]
    fields: frozenset[str]

    @classmethod
    def load(cls, path: Path) -> Gold:
        """Read a gold file.

        Raises:
            TocsinError: it cannot be read, a line is not a gold article, or it has none.
        """
        articles = list(_lines(path, GoldArticle))
        if not articles:
            raise TocsinError(f"{path} has no articles; a gold file is JSONL with at least `id` and `event`")
        times, now = [], 0.0
        for article in articles:
            found = parse_time(article.published)
            now = now if found is None else found
            times.append(now)
        names = ("event", "lang", "source", "published", "diplomatic", "act", "parties", "origin")
        known = frozenset(name for name in names if any(getattr(article, name) is not None for article in articles))
        return cls(articles, times, known)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay wrote.

    Attributes:
        assignments: by article id; of an id that came twice, the first.
        merged: where merged stories ended, by story.
        alerts: in order.
    """

    assignments: dict[str, Assignment]
    alerts: list[AlertLine]
    merged: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path) -> Replayed:
        """Read a replay's folder.

        Raises:
            TocsinError: a file is missing or not what a replay writes.
        """
        assignments: dict[str, Assignment] = {}
        for line in _lines(folder / ASSIGNMENTS, Assignment):
            if line.id is not None:
                assignments.setdefault(line.id, line)
        into = {row.story: row.merged_into for row in _lines(folder / STORIES, StoryRow) if row.merged_into}
        return cls(assignments, list(_lines(folder / ALERTS, AlertLine)), {story: _end(story, into) for story in into})

    def story_of(self, article: str) -> str | None:
        """Return the story in which an article ended; None when it was refused or never seen."""
        line = self.assignments.get(article)
        return None if line is None or line.story is None else self.final(line.story)

    def final(self, story: str) -> str:
        """Return the story that a story ended in: itself unless it was merged."""
        return self.merged.get(story, story)


def _end(story: str, into: dict[str, str]) -> str:
    seen = {story}
    while story in into and into[story] not in seen:
        story = into[story]
        seen.add(story)
    return story


T = TypeVar("T", bound=msgspec.Struct)


def _lines(path: Path, cls: type[T]) -> Iterator[T]:
    decoder = msgspec.json.Decoder(cls)
    number = 0
    try:
        with path.open("rb") as file:
            zipped = file.read(2) == GZIP_MAGIC
            file.seek(0)
            for number, line in enumerate(  # noqa: B007 - named in the error below
                gzip.GzipFile(fileobj=file) if zipped else file, 1
            ):
                if line.strip():
                    yield decoder.decode(line)
    except FileNotFoundError as error:
        raise TocsinError(f"{path} is missing; `tocsin replay FILE --out {path.parent}` writes a replay") from error
    except (OSError, EOFError) as error:
        raise TocsinError(f"{path} cannot be read: {error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise TocsinError(f"line {number} of {path} is not valid: {error}") from error
