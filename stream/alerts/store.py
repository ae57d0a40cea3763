"""The courier's durable memory: one SQLite file, safe against a kill at any moment and shared with the commands."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stream.errors import TocsinError

FILE = "alerts.db"

SCHEMA = """
CREATE TABLE IF NOT EXISTS subscriptions (
    id TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    secret TEXT NOT NULL,
    created REAL NOT NULL,
    disabled TEXT,              -- why; NULL while enabled
    failing_since REAL,         -- first failure after the last success
    paused_until REAL NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS alerts (
    id TEXT PRIMARY KEY,
    story TEXT NOT NULL,
    raised REAL NOT NULL,
    accepted REAL NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS messages (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    alert TEXT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
    subscription TEXT NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
    story TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'dead')),
    attempts INTEGER NOT NULL DEFAULT 0,
    due REAL NOT NULL,
    detail TEXT NOT NULL DEFAULT '',
    reported INTEGER NOT NULL DEFAULT 0,  -- 1 when a dead message's dead letter is on its stream
    UNIQUE (alert, subscription)
) STRICT;
CREATE INDEX IF NOT EXISTS messages_waiting ON messages (subscription, story, number) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS messages_unreported ON messages (number) WHERE state = 'dead' AND reported = 0;
CREATE INDEX IF NOT EXISTS alerts_raised ON alerts (raised);
"""
VERSION = 1


class Store:
    """An open connection to the courier's file.

    Args:
        folder: the data folder; made when missing.

    Raises:
        TocsinError: the file cannot be opened, or a newer Tocsin wrote it.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        try:
            folder.mkdir(parents=True, exist_ok=True)
            # Made by hand first: the file holds secrets, and SQLite would make it readable for all.
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
            self._db = sqlite3.connect(self.path, timeout=10, isolation_level=None, check_same_thread=False)
            self._db.row_factory = sqlite3.Row
            self._prepare()
        except (OSError, sqlite3.Error) as error:
            raise TocsinError(
                f"{self.path} cannot be opened ({error}); check TOCSIN_DATA, the disk and the file's owner"
            ) from error

    def _prepare(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")  # an accepted alert survives a power cut
        self._db.execute("PRAGMA foreign_keys = ON")
        version = int(self._db.execute("PRAGMA user_version").fetchone()[0])
        if version > VERSION:
            raise TocsinError(f"{self.path} was written by a newer Tocsin (schema {version}); upgrade this one")
        if version < VERSION:
            self._db.executescript(f"BEGIN IMMEDIATE; {SCHEMA} PRAGMA user_version = {VERSION}; COMMIT")

    def query(self, sql: str, *arguments: object) -> list[sqlite3.Row]:
        """Return the rows of a reading statement."""
        return self._db.execute(sql, arguments).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Run the body in one transaction: all of it is durable afterwards, or none of it."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield self._db
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Close the connection."""
        self._db.close()
