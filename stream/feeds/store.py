"""The feeds' state on disk: one SQLite file, shared by the poller and `tocsin feeds`.

What a poll learned is written in one transaction, and only after the broker has acknowledged the new items:
validators, body hash and seen keys together. A poller that dies in between polls again and sends the same items with
the same ids; none is ever lost.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from stream.errors import TocsinError
from stream.feeds.identity import Key
from stream.feeds.opml import Outline
from stream.feeds.sites import host_of

VERSION = 1
KEEP_SECONDS = 30 * 86_400
"""How long a key is remembered after its item left the feed."""
KEEP_KEYS = 10_000
"""How many keys of items that left a feed are remembered, the latest first."""

SCHEMA = """
CREATE TABLE feeds (
  id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE, title TEXT NOT NULL DEFAULT '', language TEXT, country TEXT,
  category TEXT NOT NULL DEFAULT '', extras TEXT NOT NULL DEFAULT '{}', host TEXT NOT NULL, own INTEGER NOT NULL,
  disabled TEXT, moved_to TEXT, etag TEXT, modified TEXT, body_hash BLOB, next_poll REAL NOT NULL DEFAULT 0,
  last_poll REAL, last_success REAL, errors INTEGER NOT NULL DEFAULT 0, outcome TEXT, reason TEXT, detail TEXT,
  items INTEGER
);
CREATE INDEX feeds_due ON feeds (next_poll) WHERE disabled IS NULL;
CREATE TABLE seen (
  feed INTEGER NOT NULL REFERENCES feeds (id) ON DELETE CASCADE, key BLOB NOT NULL, last REAL NOT NULL,
  PRIMARY KEY (feed, key)
) WITHOUT ROWID;
"""


INSERT = """
INSERT INTO feeds (url, title, language, country, category, extras, host, own)
VALUES (:url, :title, :language, :country, :category, :extras, :host, :own) ON CONFLICT DO NOTHING
"""
UPDATE = """
UPDATE feeds SET title = coalesce(nullif(:title, ''), title), language = coalesce(:language, language),
  country = coalesce(:country, country), category = coalesce(nullif(:category, ''), category), extras = :extras
WHERE url = :url
"""
REVIVE = "UPDATE feeds SET disabled = NULL, errors = 0, next_poll = 0, own = 1 WHERE url = :url"


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed and its state.

    Attributes:
        own: added by hand; a feed of the list goes when the list no longer has it.
        disabled: why it is not polled (`gone`, `removed`), None when it is.
        moved_to: where permanent redirects led; polled instead of `url` as long as that works.
        errors: failures in a row.
        outcome: of the last poll, with `reason` and `detail`; None before the first.
        items: how many the document held when it was last read.
    """

    id: int
    url: str
    title: str = ""
    language: str | None = None
    country: str | None = None
    category: str = ""
    extras: dict[str, str] = field(default_factory=dict)
    own: bool = True
    disabled: str | None = None
    moved_to: str | None = None
    etag: str | None = None
    modified: str | None = None
    body_hash: bytes | None = None
    next_poll: float = 0.0
    last_poll: float | None = None
    last_success: float | None = None
    errors: int = 0
    outcome: str | None = None
    reason: str | None = None
    detail: str | None = None
    items: int | None = None

    @property
    def address(self) -> str:
        """Where to poll."""
        return self.moved_to or self.url

    @property
    def health(self) -> str:
        """`disabled`, `new`, `failing` or `healthy`."""
        if self.disabled:
            return "disabled"
        return "new" if self.outcome is None else "failing" if self.errors else "healthy"


@dataclass(frozen=True, slots=True)
class Report:
    """What one poll changes in a feed's state."""

    at: float
    next_poll: float
    outcome: str
    reason: str | None = None
    detail: str | None = None
    errors: int = 0
    disabled: str | None = None
    moved_to: str | None = None
    etag: str | None = None
    modified: str | None = None
    body_hash: bytes | None = None
    items: int | None = None


class Store:
    """The state of all feeds; safe to open in several processes at once, not to share between threads."""

    def __init__(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=10.0, isolation_level=None)
            self._db.row_factory = sqlite3.Row
            self._prepare()
        except (sqlite3.Error, OSError) as error:
            raise TocsinError(f"the feed state {path} cannot be opened ({error}); check TOCSIN_DATA") from error

    def _prepare(self) -> None:
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
            self._db.execute(f"PRAGMA {pragma}")
        with self._transaction():
            (version,) = self._db.execute("PRAGMA user_version").fetchone()
            if version == 0:
                for statement in SCHEMA.split(";\n"):
                    self._db.execute(statement)
                self._db.execute(f"PRAGMA user_version = {VERSION}")
            elif version > VERSION:
                raise TocsinError(f"the feed state is of a newer Tocsin (version {version}); update Tocsin")

    def close(self) -> None:
        """Release the file."""
        self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def feeds(self) -> list[Feed]:
        """Return all feeds in the order they were added."""
        return [_feed(row) for row in self._db.execute("SELECT * FROM feeds ORDER BY id")]

    def get(self, url: str) -> Feed | None:
        """Return the feed with this address."""
        row = self._db.execute("SELECT * FROM feeds WHERE url = ?", (url,)).fetchone()
        return _feed(row) if row else None

    def due(self, now: float) -> list[Feed]:
        """Return the feeds whose time has come, the longest waiting first."""
        query = "SELECT * FROM feeds WHERE disabled IS NULL AND next_poll <= ? ORDER BY next_poll, id"
        return [_feed(row) for row in self._db.execute(query, (now,))]

    def add(self, outline: Outline, *, own: bool = True) -> bool:
        """Add a feed, or take over title, language, country of one that is there and poll it at once; say if it is new.

        Only a person's word (`own`) brings back a feed that is disabled.
        """
        with self._transaction():
            return self._add(outline, own)

    def _add(self, outline: Outline, own: bool) -> bool:
        values = asdict(outline) | {
            "extras": json.dumps(outline.extras, ensure_ascii=False),
            "host": host_of(outline.url),
            "own": own,
        }
        if self._db.execute(INSERT, values).rowcount:
            return True
        self._db.execute(UPDATE, values)
        if own:
            self._db.execute(REVIVE, values)
        return False

    def remove(self, url: str) -> bool:
        """Stop polling a feed; say if there was one.

        A feed of the list is kept as `removed`, or the list would bring it back.
        """
        with self._transaction():
            gone = self._db.execute("DELETE FROM feeds WHERE url = ? AND own", (url,)).rowcount
            return bool(
                gone or self._db.execute("UPDATE feeds SET disabled = 'removed' WHERE url = ?", (url,)).rowcount
            )

    def sync(self, outlines: Iterable[Outline]) -> tuple[int, int]:
        """Make the feeds that are not a person's own those of the list; return how many came and how many went."""
        wanted = {outline.url: outline for outline in outlines}
        with self._transaction():
            listed = [row["url"] for row in self._db.execute("SELECT url FROM feeds WHERE NOT own")]
            stale = [url for url in listed if url not in wanted]
            self._db.executemany("DELETE FROM feeds WHERE url = ?", [(url,) for url in stale])
            return sum(self._add(outline, own=False) for outline in wanted.values()), len(stale)

    def known(self, feed: int, keys: Sequence[Key]) -> set[Key]:
        """Return those of `keys` that were seen in the feed."""
        # json_each has no blobs: compare in hexadecimal.
        query = "SELECT key FROM seen WHERE feed = ? AND hex(key) IN (SELECT value FROM json_each(?))"
        rows = self._db.execute(query, (feed, json.dumps([key.hex().upper() for key in keys])))
        return {row["key"] for row in rows}

    def record(self, feed: int, report: Report, keys: Iterable[Key] = ()) -> None:
        """Write what a poll learned; `keys` are those of every item in the document, all of them published by now."""
        values = asdict(report) | {"id": feed}
        with self._transaction():
            self._db.execute(
                "UPDATE feeds SET last_poll = :at, next_poll = :next_poll, outcome = :outcome, reason = :reason, "
                "detail = :detail, errors = :errors, disabled = coalesce(disabled, :disabled), moved_to = :moved_to, "
                "etag = :etag, modified = :modified, body_hash = :body_hash, items = coalesce(:items, items), "
                "last_success = CASE WHEN :errors = 0 THEN :at ELSE last_success END WHERE id = :id",
                values,
            )
            seen = [(feed, key, report.at) for key in keys]
            if seen:
                self._remember(feed, seen, report.at)

    def _remember(self, feed: int, seen: list[tuple[int, Key, float]], now: float) -> None:
        # A feed removed meanwhile must not stop the poller: then there is nothing to remember.
        self._db.executemany(
            "INSERT INTO seen (feed, key, last) SELECT ?, ?, ? WHERE EXISTS (SELECT 1 FROM feeds WHERE id = ?1) "
            "ON CONFLICT (feed, key) DO UPDATE SET last = excluded.last",
            seen,
        )
        # Never those of this very document, however old or many: an item still in the feed must not turn new again.
        self._db.execute("DELETE FROM seen WHERE feed = ? AND last < ?", (feed, now - KEEP_SECONDS))
        self._db.execute(
            "DELETE FROM seen WHERE feed = ?1 AND last < ?2 AND key IN "
            "(SELECT key FROM seen WHERE feed = ?1 AND last < ?2 ORDER BY last DESC LIMIT -1 OFFSET ?3)",
            (feed, now, KEEP_KEYS),
        )

    def defer_host(self, host: str, until: float) -> None:
        """Leave every feed of a host alone until then."""
        self._db.execute("UPDATE feeds SET next_poll = max(next_poll, ?) WHERE host = ?", (until, host))

    def postpone(self, feed: int, until: float) -> None:
        """Poll a feed again at `until`, learning nothing."""
        self._db.execute("UPDATE feeds SET next_poll = ? WHERE id = ?", (until, feed))


def _feed(row: sqlite3.Row) -> Feed:
    values = {name: row[name] for name in row.keys() if name != "host"}  # noqa: SIM118 - iterating a Row gives values
    return Feed(**values | {"extras": json.loads(row["extras"]), "own": bool(row["own"])})
