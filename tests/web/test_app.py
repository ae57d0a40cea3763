import asyncio
import signal
import socket

import aiohttp
import pytest
from prometheus_client import REGISTRY

from stream import topics
from stream.errors import TocsinError
from stream.records import encode
from stream.web.app import Desk, bound, serve
from stream.web.events import Hub
from stream.web.site import Site
from stream.web.view import View
from tests.web.conftest import T0, alert, story_update


def test_a_taken_port_is_named_with_its_setting() -> None:
    with bound("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(TocsinError, match=rf"port {port} .* TOCSIN_WEB_PORT"), bound("127.0.0.1", port):
            pass


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(TocsinError, match="TOCSIN_WEB_PORT"), bound("192.0.2.1", 0):
        pass


async def test_stopping_ends_open_pages_and_leaves_signals_alone() -> None:
    stop, hub = asyncio.Event(), Hub()
    before = [signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM)]
    with bound("127.0.0.1", 0) as listener:
        running = asyncio.create_task(serve(Site(View(), hub, lambda: None), hub, listener, stop))
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with aiohttp.ClientSession(address) as session, session.get("/events") as answer:
            await answer.content.readuntil(b"\n\n")
            assert [signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM)] == before
            stop.set()
            async with asyncio.timeout(2):
                assert await answer.content.read() == b""
        await asyncio.wait_for(running, 5)


def test_heartbeats_are_measured_and_not_shown() -> None:
    view = View()
    desk = Desk(view, Hub(), lambda: T0 + 10)
    before = REGISTRY.get_sample_value("tocsin_heartbeat_delay_seconds_count") or 0
    batch = [
        (topics.STORIES.name, encode(story_update(kind="heartbeat"))),
        (topics.ALERTS.name, encode(alert(kind="heartbeat", fetched=T0))),
    ]
    desk.take(batch, True)
    assert view.sizes() == {"stories": 0, "alerts": 0}
    assert REGISTRY.get_sample_value("tocsin_heartbeat_delay_seconds_count") == before + 1
    assert REGISTRY.get_sample_value("tocsin_heartbeat_last_timestamp_seconds") == T0


def test_a_record_that_cannot_be_read_is_counted_and_stops_nothing() -> None:
    view = View()
    labels = {"stage": "web", "reason": "undecodable"}
    before = REGISTRY.get_sample_value("tocsin_records_rejected_total", labels) or 0
    Desk(view, Hub(), lambda: T0).take(
        [(topics.ALERTS.name, b"{"), (topics.STORIES.name, None), (topics.ALERTS.name, encode(alert()))], True
    )
    assert view.sizes()["alerts"] == 1
    assert REGISTRY.get_sample_value("tocsin_records_rejected_total", labels) == before + 2


def test_ipv6_is_listened_on_where_asked() -> None:
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    try:
        with bound("::1", 0) as listener:
            assert listener.family == socket.AF_INET6
    except TocsinError:
        pytest.skip("no IPv6 loopback here")
