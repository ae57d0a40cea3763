import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from stream.alerts.attempt import HttpSender
from tests.alerts.conftest import T0, Receiver


@pytest.fixture
async def sender() -> AsyncIterator[HttpSender]:
    async with HttpSender(user_agent="Tocsin/test", allow_private=True, timeout=0.5) as made:
        yield made


async def test_the_exact_bytes_and_headers_arrive(sender: HttpSender, receiver: Receiver) -> None:
    outcome = await sender.send(receiver.url, {"webhook-id": "msg_1"}, b'{"a": 1}', now=T0)
    assert (outcome.result, outcome.detail) == ("delivered", "200 OK")
    headers, body = receiver.requests[0]
    assert body == b'{"a": 1}'
    assert headers["webhook-id"] == "msg_1"
    assert headers["Content-Type"] == "application/json"
    assert headers["User-Agent"] == "Tocsin/test"


@pytest.mark.parametrize(
    ("status", "result"), [(500, "server_error"), (404, "client_error"), (410, "gone"), (204, "delivered")]
)
async def test_a_status_is_an_outcome(sender: HttpSender, receiver: Receiver, status: int, result: str) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status)

    receiver.answer = answer
    assert (await sender.send(receiver.url, {}, b"{}", now=T0)).result == result


async def test_retry_after_is_told(sender: HttpSender, receiver: Receiver) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=429, headers={"Retry-After": "77"})

    receiver.answer = answer
    outcome = await sender.send(receiver.url, {}, b"{}", now=T0)
    assert (outcome.result, outcome.retry_after) == ("throttled", 77)


async def test_a_redirect_is_a_failure_and_is_not_followed(sender: HttpSender, receiver: Receiver) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "/elsewhere"})

    receiver.answer = answer
    assert (await sender.send(receiver.url, {}, b"{}", now=T0)).result == "redirected"
    assert len(receiver.requests) == 1


async def test_an_endpoint_that_hangs_is_given_up(sender: HttpSender, receiver: Receiver) -> None:
    async def answer(_: web.Request) -> web.Response:
        await asyncio.sleep(5)
        return web.Response()

    receiver.answer = answer
    outcome = await sender.send(receiver.url, {}, b"{}", now=T0)
    assert (outcome.result, outcome.detail) == ("timeout", "no answer within 0.5 s")


async def test_an_endless_answer_is_not_read(sender: HttpSender, receiver: Receiver) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        endless = web.StreamResponse()
        await endless.prepare(request)
        while True:
            await endless.write(b"x" * 65536)

    receiver.answer = answer
    assert (await sender.send(receiver.url, {}, b"{}", now=T0)).result == "delivered"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "http://no-such-host.invalid/", "http://2130706433/", "nonsense"]
)
async def test_what_cannot_be_reached_is_an_outcome(sender: HttpSender, url: str) -> None:
    assert (await sender.send(url, {}, b"{}", now=T0)).result == "unreachable"


async def test_private_addresses_are_refused_before_anything_is_sent(receiver: Receiver) -> None:
    async with HttpSender(user_agent="t", allow_private=False) as sender:
        by_number = await sender.send(receiver.url, {}, b"{}", now=T0)
        by_name = await sender.send(receiver.url.replace("127.0.0.1", "localhost"), {}, b"{}", now=T0)
    assert (by_number.result, by_name.result) == ("refused_address", "refused_address")
    assert receiver.requests == []
