"""Reading a recorded stream: JSON Lines, plain or gzipped, one article a line, in the order in which they came.

A line has `id, url, source, title, text, lang, published`; any of them but `id` and one of `title` and `text` may be
null or missing, and other fields are ignored. A line without a usable `published` has the time of the line before it
(the first ones: of the first line that has one). A line that cannot be read is given as refused, and reading goes on.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import msgspec

from stream.errors import Refused, TocsinError
from stream.feeds.sites import site_of
from stream.records import RawArticle
from stream.replay.times import parse_time

GZIP_MAGIC = b"\x1f\x8b"

_HOST = re.compile(r"(?:[\w-]+\.)+[^\W\d]{2,}", re.UNICODE)
_TAG = re.compile(r"<(?:p|div|br|a|img|span|h[1-6]|ul|ol|li|table|article|section|html|body)\b[^<>]*>", re.IGNORECASE)


class _Line(msgspec.Struct):
    id: str | int
    url: str | None = None
    source: str | None = None
    title: str | None = None
    text: str | None = None
    lang: str | None = None
    published: str | float | None = None


_decoder = msgspec.json.Decoder(_Line)


@dataclass(frozen=True, slots=True)
class Recorded:
    """One line: an article, or why there is none.

    Attributes:
        line: its number in the file, from 1.
        id: the article's id; None where the line does not even tell that.
        article: the article; None when the line is refused.
        refused: why; None when the line is good.
    """

    line: int
    id: str | None
    article: RawArticle | None
    refused: Refused | None = None


class RecordedStream:
    """A recorded stream on disk; iterate over it for its lines, blank ones left out.

    Args:
        path: the file.

    Raises:
        TocsinError: the file cannot be read, at once or while iterating (a gzip file that is cut off).
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.size = path.stat().st_size
            with path.open("rb") as file:
                self._gzipped = file.read(2) == GZIP_MAGIC
        except OSError as error:
            raise TocsinError(f"{path} cannot be read: {error.strerror or error}") from error
        self._file: IO[bytes] | None = None

    @property
    def fraction(self) -> float:
        """How much of the file has been read, 0 to 1, by bytes on disk."""
        if self._file is None or not self.size:
            return 0.0
        return min(1.0, self._file.tell() / self.size)

    def __iter__(self) -> Iterator[Recorded]:
        now: float | None = None
        for number, data in self._lines():
            try:
                line = _parse(data)
            except Refused as refusal:
                yield Recorded(number, _id_in(data), None, refusal)
                continue
            published = parse_time(line.published)
            if now is None:
                now = published if published is not None else self._first_time()
            now = now if published is None else published
            yield Recorded(number, str(line.id), _article(line, published, now))

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        number = 0
        with self.path.open("rb") as file:
            self._file = file
            lines = gzip.GzipFile(fileobj=file) if self._gzipped else file
            try:
                for number, data in enumerate(lines, 1):
                    stripped = data.removeprefix(b"\xef\xbb\xbf").strip()
                    if stripped:
                        yield number, stripped
            except (EOFError, OSError, zlib.error) as error:
                raise TocsinError(
                    f"{self.path} cannot be read after line {number} ({error}); is the file cut off? Copy it again"
                ) from error
            finally:
                self._file = None

    def _first_time(self) -> float:
        """Return the first time in the file; 0 when there is none at all."""
        for _, data in RecordedStream(self.path)._lines():  # noqa: SLF001 - another pass over the same file
            try:
                published = parse_time(_parse(data).published)
            except Refused:
                continue
            if published is not None:
                return published
        return 0.0


def _parse(data: bytes) -> _Line:
    try:
        line = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused("undecodable", f"not a line of a recorded stream: {error}") from error
    if not str(line.id).strip():
        raise Refused("no_id", "the id is empty")
    if not (line.title or "").strip() and not (line.text or "").strip():
        raise Refused("no_words", "neither title nor text")
    return line


def _id_in(data: bytes) -> str | None:
    """Return the id of a line that is otherwise wrong, if it has one."""
    try:
        value: Any = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    found = value.get("id") if isinstance(value, dict) else None
    return str(found) if isinstance(found, str | int) and not isinstance(found, bool) and str(found).strip() else None


def _article(line: _Line, published: float | None, fetched: float) -> RawArticle:
    source = (line.source or "").strip()
    # Without address and source nothing says that two articles are of one outlet, so each is of an outlet of its own.
    nobody = f"?{line.id}"
    text = line.text or ""
    site = site_of(line.url, f"//{source}" if _HOST.fullmatch(source) else None) or source or nobody
    return RawArticle(
        id=str(line.id),
        site=site,
        outlet=source or site,
        title=line.title or "",
        content=text,
        content_type="html" if looks_like_html(text) else "text",
        url=line.url or None,
        lang=line.lang or None,
        published=published,
        fetched=fetched,
    )


def looks_like_html(text: str) -> bool:
    """Return whether a text is HTML: two tags of common elements, as one alone may be quoted in plain text."""
    found = _TAG.finditer(text)
    return next(found, None) is not None and next(found, None) is not None
