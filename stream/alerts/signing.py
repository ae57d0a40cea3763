"""Standard Webhooks signatures (https://www.standardwebhooks.com)."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime, timedelta

from standardwebhooks import Webhook

SECRET_PREFIX = "whsec_"  # noqa: S105 - the prefix is public
SECRET_BYTES = 32
"""The standard asks for 24 to 64."""


def new_secret() -> str:
    """Return a fresh random signing secret in the standard's notation."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def message_id(alert: str) -> str:
    """Return the `webhook-id` of an alert: the same over all attempts, so that a receiver can tell a repeat."""
    return f"msg_{alert}"


def sign(secret: str, message: str, now: datetime, body: bytes) -> dict[str, str]:
    """Return the headers that let a receiver check that the body is ours and fresh.

    Args:
        secret: the subscription's, `whsec_…`.
        message: the message's id, without a full stop (the standard's separator).
        now: time of this attempt, in UTC: the library takes another zone's clock reading for UTC.
        body: exactly the bytes that will be sent.
    """
    if now.utcoffset() != timedelta(0):
        raise ValueError(f"not a time in UTC: {now!r}")
    if "." in message:
        raise ValueError(f"a webhook-id must not contain a full stop: {message!r}")
    return {
        "webhook-id": message,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(message, now, body.decode()),
    }
