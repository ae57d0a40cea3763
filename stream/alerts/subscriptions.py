"""Who gets alerts: webhook endpoints, each with its own signing secret."""

from __future__ import annotations

import secrets
import sqlite3
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from stream.alerts.signing import new_secret
from stream.alerts.store import Store
from stream.errors import TocsinError
from stream.netguard import is_public


@dataclass(frozen=True, slots=True)
class Subscription:
    """One endpoint.

    Attributes:
        id: random, `sub_…`.
        url: where alerts are posted.
        secret: signs them; shown to a person once.
        created: seconds since the epoch.
        disabled: why nothing is sent any more; None while enabled.
        failing_since: time of the first failure after the last success.
        waiting: messages not delivered yet.
    """

    id: str
    url: str
    secret: str = field(repr=False)
    created: float
    disabled: str | None = None
    failing_since: float | None = None
    waiting: int = 0


def check_url(url: str, *, allow_private: bool) -> str:
    """Return the URL as given if alerts can be posted to it.

    A name is not resolved here: its addresses are checked at each connection.

    Raises:
        TocsinError: it is not an http(s) URL with a host, holds a password, or names a private address.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise TocsinError(f"{url!r} is not a URL: {error}") from error
    if parts.scheme not in {"http", "https"} or not host or any(c.isspace() or not c.isprintable() for c in url):
        raise TocsinError(f"{url!r} is not a webhook URL; give one such as https://example.org/hook")
    if parts.username is not None or parts.password is not None:
        raise TocsinError("the URL holds a user name or password; leave it out: every request is signed instead")
    if not allow_private and _is_private(host):
        raise TocsinError(f"{host} is not a public address; set TOCSIN_ALLOW_PRIVATE=true if you mean it")
    return url


def _is_private(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        ip_address(host)
    except ValueError:
        return False
    return not is_public(host)


class Subscriptions:
    """The subscriptions in a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, url: str, *, now: float) -> Subscription:
        """Create a subscription for alerts raised from `now` on."""
        new = Subscription(id=f"sub_{secrets.token_hex(8)}", url=url, secret=new_secret(), created=now)
        with self._store.transaction() as db:
            db.execute(
                "INSERT INTO subscriptions (id, url, secret, created) VALUES (?, ?, ?, ?)",
                (new.id, new.url, new.secret, new.created),
            )
        return new

    def all(self) -> list[Subscription]:
        """Return every subscription, oldest first."""
        return [_subscription(row) for row in self._store.query(f"{_SELECT} ORDER BY s.created, s.id")]

    def get(self, subscription: str) -> Subscription:
        """Return one subscription.

        Raises:
            TocsinError: there is none with this id.
        """
        rows = self._store.query(f"{_SELECT} WHERE s.id = ?", subscription)
        if not rows:
            raise TocsinError(f"there is no subscription {subscription!r}; see `tocsin subscriptions list`")
        return _subscription(rows[0])

    def remove(self, subscription: str) -> None:
        """Forget a subscription with its messages.

        Raises:
            TocsinError: there is none with this id.
        """
        self.get(subscription)
        with self._store.transaction() as db:
            db.execute("DELETE FROM subscriptions WHERE id = ?", (subscription,))

    def enable(self, subscription: str) -> None:
        """Send to a disabled endpoint again, from now on.

        Raises:
            TocsinError: there is none with this id.
        """
        self.get(subscription)
        with self._store.transaction() as db:
            db.execute(
                "UPDATE subscriptions SET disabled = NULL, failing_since = NULL, paused_until = 0 WHERE id = ?",
                (subscription,),
            )


_SELECT = """
SELECT s.id, s.url, s.secret, s.created, s.disabled, s.failing_since,
       (SELECT count(*) FROM messages m WHERE m.subscription = s.id AND m.state = 'waiting') AS waiting
FROM subscriptions s"""


def _subscription(row: sqlite3.Row) -> Subscription:
    return Subscription(**dict(row))
