import base64
from datetime import UTC, datetime, timedelta, timezone

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from stream.alerts.signing import message_id, new_secret, sign


def test_a_secret_is_fresh_and_long_enough_for_the_standard() -> None:
    first, second = new_secret(), new_secret()
    assert first != second
    assert first.startswith("whsec_")
    assert 24 <= len(base64.b64decode(first.removeprefix("whsec_"), validate=True)) <= 64


def test_a_receiver_accepts_what_was_signed_and_nothing_else() -> None:
    secret, body = new_secret(), '{"title":"وزيران"}'.encode()
    headers = sign(secret, message_id("abc"), datetime.now(UTC), body)
    assert headers["webhook-id"] == "msg_abc"
    assert Webhook(secret).verify(body, headers) == {"title": "وزيران"}
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body + b" ", headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(body, headers)


def test_a_clock_of_another_zone_is_not_taken_for_utc() -> None:
    with pytest.raises(ValueError, match="UTC"):
        sign(new_secret(), "msg_a", datetime.now(timezone(timedelta(hours=3))), b"{}")


def test_an_id_must_not_hold_the_standards_separator() -> None:
    with pytest.raises(ValueError, match="full stop"):
        sign(new_secret(), "msg_a.b", datetime.now(UTC), b"{}")
