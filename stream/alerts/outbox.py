"""What is still to be delivered: every alert once per subscription, through restarts and repeats.

An alert is accepted in one durable transaction before its offset is committed, and its id is unique, so that reading it
again makes no second message. A message keeps its `webhook-id` over all attempts: a kill between the endpoint's answer
and our note of it repeats the message under the same id, which the receiver can tell.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field

from stream.alerts.schedule import Next
from stream.alerts.store import Store
from stream.errors import TocsinError

KEEP = 35 * 86_400.0
"""Seconds that a finished alert is remembered: longer than its stream keeps it, so that a reader that begins again from
the earliest record delivers nothing twice."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """An alert to put into the outbox.

    Attributes:
        id: the alert's.
        story: the alert's; alerts of one story keep their order.
        raised: when it was put on its stream; older subscriptions get it, younger ones do not.
        body: the payload's exact bytes.
    """

    id: str
    story: str
    raised: float
    body: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """One alert for one subscription.

    Attributes:
        attempts: how many have been made.
        failing_since: the subscription's.
    """

    number: int
    alert: str
    subscription: str
    url: str
    secret: str = field(repr=False)
    body: bytes = field(repr=False)
    attempts: int
    failing_since: float | None
    detail: str


class Outbox:
    """The messages in a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def accept(self, alerts: Iterable[Accepted], *, now: float) -> int:
        """Keep the alerts that are new, with a message for each enabled subscription; return how many were new.

        When this returns, they are on the disk.
        """
        new = 0
        with self._store.transaction() as db:
            for alert in alerts:
                cursor = db.execute(
                    "INSERT OR IGNORE INTO alerts (id, story, raised, accepted, body) VALUES (?, ?, ?, ?, ?)",
                    (alert.id, alert.story, alert.raised, now, alert.body),
                )
                if not cursor.rowcount:
                    continue
                new += 1
                db.execute(
                    "INSERT INTO messages (alert, subscription, story, state, due) SELECT ?, id, ?, 'waiting', ?"
                    " FROM subscriptions WHERE disabled IS NULL AND created <= ? ORDER BY id",
                    (alert.id, alert.story, now, alert.raised),
                )
        return new

    def due(self, now: float, *, busy: Iterable[str] = ()) -> list[Message]:
        """Return the next message of each subscription that is neither in `busy` nor paused nor disabled.

        A message waits for the earlier ones of its story; those of other stories pass it.
        """
        occupied = set(busy)
        ready = self._store.query(
            "SELECT id FROM subscriptions WHERE disabled IS NULL AND paused_until <= ? ORDER BY id", now
        )
        found = []
        for (subscription,) in ready:
            if subscription not in occupied:
                found += self._store.query(_NEXT, subscription, now)
        return [_message(row) for row in found]

    def settle(self, message: Message, after: Next, *, detail: str, now: float) -> None:
        """Note what followed from an attempt; when it disables the endpoint, give up its other messages too."""
        delivered = after.state == "delivered"
        with self._store.transaction() as db:
            db.execute(
                "UPDATE messages SET state = ?, due = ?, attempts = attempts + 1, detail = ? WHERE number = ?",
                (after.state, after.due, detail, message.number),
            )
            db.execute(
                "UPDATE subscriptions SET failing_since = CASE WHEN ? THEN NULL ELSE coalesce(failing_since, ?) END,"
                " paused_until = max(paused_until, ?) WHERE id = ?",
                (delivered, now, after.pause or 0.0, message.subscription),
            )
            if after.disable is not None:
                db.execute("UPDATE subscriptions SET disabled = ? WHERE id = ?", (after.disable, message.subscription))
                db.execute(
                    "UPDATE messages SET state = 'dead', detail = ? WHERE subscription = ? AND state = 'waiting'",
                    (f"the subscription was disabled: {after.disable}", message.subscription),
                )

    def unreported(self, limit: int = 100) -> list[Message]:
        """Return dead messages whose dead letters are not on their stream yet."""
        rows = self._store.query(
            f"{_MESSAGE} WHERE m.state = 'dead' AND m.reported = 0 ORDER BY m.number LIMIT ?", limit
        )
        return [_message(row) for row in rows]

    def report(self, message: Message) -> None:
        """Note that a dead message's dead letter is on its stream."""
        with self._store.transaction() as db:
            db.execute("UPDATE messages SET reported = 1 WHERE number = ?", (message.number,))

    def replay(self, subscription: str, *, since: float, now: float) -> int:
        """Queue every alert raised since a time once more for a subscription; return how many.

        What is still waiting is left as it is. A receiver sees the same `webhook-id` as the first time.

        Raises:
            TocsinError: the subscription is disabled.
        """
        rows = self._store.query("SELECT disabled FROM subscriptions WHERE id = ?", subscription)
        if rows and rows[0]["disabled"] is not None:
            raise TocsinError(
                f"{subscription} is disabled ({rows[0]['disabled']}); run `tocsin subscriptions enable {subscription}`"
            )
        with self._store.transaction() as db:
            # Taken out and put in again, so that the order of accepting is the order of sending.
            db.execute(
                "DELETE FROM messages WHERE subscription = ? AND state <> 'waiting'"
                " AND alert IN (SELECT id FROM alerts WHERE raised >= ?)",
                (subscription, since),
            )
            cursor = db.execute(
                "INSERT OR IGNORE INTO messages (alert, subscription, story, state, due)"
                " SELECT a.id, s.id, a.story, 'waiting', ? FROM alerts a JOIN subscriptions s ON s.id = ?"
                " WHERE a.raised >= ? ORDER BY a.rowid",
                (now, subscription, since),
            )
            return cursor.rowcount

    def waiting(self) -> int:
        """Return how many messages wait to be delivered."""
        return int(self._store.query("SELECT count(*) FROM messages WHERE state = 'waiting'")[0][0])

    def prune(self, *, now: float) -> int:
        """Forget alerts accepted longer than `KEEP` ago with nothing left to do; return how many."""
        with self._store.transaction() as db:
            return db.execute(_PRUNE, (now - KEEP,)).rowcount


_MESSAGE = """
SELECT m.number, m.alert, m.subscription, m.attempts, m.detail, a.body, s.url, s.secret, s.failing_since
FROM messages m JOIN alerts a ON a.id = m.alert JOIN subscriptions s ON s.id = m.subscription"""

_NEXT = (
    _MESSAGE  # noqa: S608 - constants only
    + """
WHERE m.subscription = ? AND m.state = 'waiting' AND m.due <= ? AND NOT EXISTS (
    SELECT 1 FROM messages e
    WHERE e.subscription = m.subscription AND e.story = m.story AND e.state = 'waiting' AND e.number < m.number)
ORDER BY m.due, m.number LIMIT 1"""
)

_PRUNE = """
DELETE FROM alerts WHERE accepted < ? AND NOT EXISTS (
    SELECT 1 FROM messages m
    WHERE m.alert = alerts.id AND (m.state = 'waiting' OR (m.state = 'dead' AND m.reported = 0)))"""


def _message(row: sqlite3.Row) -> Message:
    return Message(**dict(row))
