import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream.alerts.payload import MAX_BYTES, Payload, encode_payload, rfc3339, shorten, web_url
from stream.errors import Refused
from tests.alerts.conftest import T0, make_alert


def test_a_payload_has_the_standards_three_fields_and_rfc3339_times() -> None:
    payload = json.loads(encode_payload(make_alert()))
    assert list(payload) == ["type", "timestamp", "data"]
    assert payload["type"] == "alert.detected"
    assert payload["timestamp"] == payload["data"]["at"] == "2026-05-28T20:26:40.000Z"
    assert payload["data"]["version"] == 1
    assert payload["data"]["title"] == "وزيران يلتقيان"
    assert payload["data"]["evidence"][0]["url"] == "https://example.org/1"


@pytest.mark.parametrize("state", ["detected", "updated", "resolved"])
def test_the_state_is_the_type(state: str) -> None:
    assert json.loads(encode_payload(make_alert(state=state)))["type"] == f"alert.{state}"


def test_equal_alerts_give_equal_bytes_that_follow_the_documented_schema() -> None:
    first, second = encode_payload(make_alert()), encode_payload(make_alert())
    assert first == second
    assert msgspec.json.decode(first, type=Payload).data.origin_count == 3


def test_evidence_gives_way_to_the_size_limit_and_says_so() -> None:
    article = make_alert().evidence[0]
    long = msgspec.structs.replace(article, title="م" * 5000, url="https://example.org/" + "x" * 1900)
    payload = json.loads(body := encode_payload(make_alert(evidence=[long] * 10)))
    assert len(body) < MAX_BYTES
    assert payload["data"]["evidence"]
    assert len(payload["data"]["evidence"]) + payload["data"]["evidence_omitted"] == 10


@given(
    title=st.text(max_size=3000), reason=st.text(max_size=3000), origins=st.lists(st.text(max_size=200), max_size=80)
)
@settings(max_examples=40, deadline=None)
def test_whatever_a_feed_says_the_payload_is_valid_and_small(title: str, reason: str, origins: list[str]) -> None:
    body = encode_payload(make_alert(title=title, reason=reason, origins=origins))
    assert len(body) < MAX_BYTES
    assert json.loads(body)["data"]["origin_count"] == len(origins)


@pytest.mark.parametrize("at", [float("nan"), float("inf"), 1e18])
def test_a_time_that_no_calendar_holds_is_refused(at: float) -> None:
    with pytest.raises(Refused, match="absurd_time"):
        encode_payload(make_alert(at=at))


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "ftp://example.org", "", None, "https://" + "x" * 3000]
)
def test_only_links_that_a_page_may_follow_pass(url: str | None) -> None:
    assert web_url(url) is None


def test_helpers() -> None:
    assert web_url("HTTPS://Example.org/a") == "HTTPS://Example.org/a"
    assert rfc3339(T0 + 0.5) == "2026-05-28T20:26:40.500Z"
    assert shorten("abcdef", 4) == "abc…"
    assert shorten("abcd", 4) == "abcd"
