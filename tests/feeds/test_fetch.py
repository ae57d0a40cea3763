import asyncio
import gzip
import socket
import time

import aiohttp
import pytest
from aiohttp import web

from stream import netguard
from stream.feeds.fetch import MAX_REDIRECTS, Busy, Failure, Fetched, Fetcher, Gone, NotModified, Refusal
from stream.settings import Settings


async def get(settings: Settings, url: str, connector: aiohttp.BaseConnector | None = None, **validators: str):
    async with Fetcher(settings, connector) as fetcher:
        return await fetcher.fetch(url, **validators)


def but_for(port: int) -> aiohttp.BaseConnector:
    """A guarded connector that takes the test's own server for a public one."""

    def make(info) -> socket.socket:
        if info[4][:2] == ("127.0.0.1", port):
            return socket.socket(info[0], info[1], info[2])
        return netguard.guarded_socket(info)

    return aiohttp.TCPConnector(socket_factory=make)


async def test_a_document_comes_with_its_headers(outlet, settings):
    url = outlet.page("/feed", b"<rss/>", ETag='"1"', Content_Type="text/xml")
    got = await get(settings, url)
    assert isinstance(got, Fetched)
    assert (got.url, got.body, got.moved_to) == (url, b"<rss/>", None)
    assert got.headers["etag"] == '"1"'


async def test_it_says_who_it_is_and_sends_validators_back(outlet, settings):
    url = outlet.page("/feed", status=304)
    got = await get(settings, url, etag='W/"x"', modified="Mon, 30 Jun 2025 10:00:00 GMT")
    assert isinstance(got, NotModified)
    sent = outlet.requests[0].headers
    assert sent["User-Agent"] == settings.user_agent
    assert "http" in sent["User-Agent"]
    assert sent["If-None-Match"] == 'W/"x"'
    assert sent["If-Modified-Since"] == "Mon, 30 Jun 2025 10:00:00 GMT"
    await get(settings, url)
    assert "If-None-Match" not in outlet.requests[1].headers


async def test_gone(outlet, settings):
    assert await get(settings, outlet.page("/feed", status=410)) == Gone()


@pytest.mark.parametrize(
    ("status", "headers", "outcome"),
    [
        (429, {"Retry_After": "120"}, Busy(429, 120)),
        (429, {}, Busy(429, None)),
        (503, {"Retry_After": "60"}, Busy(503, 60)),
        (503, {}, Failure("http_503", "Service Unavailable")),
        (404, {}, Failure("http_404", "Not Found")),
        (500, {}, Failure("http_500", "Internal Server Error")),
    ],
)
async def test_other_answers(outlet, settings, status, headers, outcome):
    assert await get(settings, outlet.page("/feed", status=status, **headers)) == outcome


@pytest.mark.parametrize("encoding", ["gzip", ""])
async def test_gzip_with_and_without_saying_so(outlet, settings, encoding):
    headers = {"Content_Encoding": encoding} if encoding else {}
    got = await get(settings, outlet.page("/feed", gzip.compress(b"<rss/>"), **headers))
    assert got.body == b"<rss/>"


async def test_a_gzip_bomb_is_cut(outlet, settings):
    bomb = gzip.compress(b"\0" * 60_000_000)
    got = await get(settings, outlet.page("/feed", bomb, Content_Encoding="gzip"))
    assert isinstance(got, Refusal)
    assert got.reason == "too_large"


async def test_broken_compression_and_one_nobody_asked_for(outlet, settings):
    broken = await get(settings, outlet.page("/a", b"\x1f\x8b" + b"\xff" * 99, Content_Encoding="gzip"))
    assert (type(broken), broken.reason) == (Failure, "compression")
    brotli = await get(settings, outlet.page("/b", b"xxxx", Content_Encoding="br"))
    assert (type(brotli), brotli.reason) == (Refusal, "encoding")


async def test_an_endless_body_is_cut(outlet, settings):
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"<item/>" * 10_000)
        except (ConnectionError, asyncio.CancelledError):
            pass
        return response

    outlet.pages["/feed"] = endless
    got = await get(settings, outlet.url())
    assert (type(got), got.reason) == (Refusal, "too_large")


async def test_a_slow_drip_is_cut_in_time(outlet, settings):
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            for _ in range(200):
                await response.write(b" ")
                await asyncio.sleep(0.05)
        except (ConnectionError, asyncio.CancelledError):
            pass
        return response

    outlet.pages["/feed"] = drip
    started = time.monotonic()
    got = await get(settings.model_copy(update={"poll_timeout": 0.4}), outlet.url())
    assert (type(got), got.reason) == (Failure, "timeout")
    assert time.monotonic() - started < 2


async def test_a_permanent_move_is_told_and_a_temporary_one_is_not(outlet, settings):
    outlet.page("/new", b"<rss/>")
    outlet.page("/301", status=301, Location="/308")
    outlet.page("/308", status=308, Location="/new")
    outlet.page("/302", status=302, Location="/new")
    outlet.page("/mixed", status=301, Location="/302")
    assert (await get(settings, outlet.url("/301"))).moved_to == outlet.url("/new")
    for path in ("/302", "/mixed"):
        got = await get(settings, outlet.url(path))
        assert (got.body, got.moved_to, got.url) == (b"<rss/>", None, outlet.url("/new"))


async def test_redirects_that_never_arrive(outlet, settings):
    outlet.page("/a", status=302, Location="/b")
    outlet.page("/b", status=302, Location="/a")
    loop = await get(settings, outlet.url("/a"))
    assert (type(loop), loop.reason) == (Refusal, "redirect_loop")
    for n in range(MAX_REDIRECTS + 2):
        outlet.page(f"/{n}", status=302, Location=f"/{n + 1}")
    endless = await get(settings, outlet.url("/0"))
    assert (type(endless), endless.reason) == (Refusal, "too_many_redirects")


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://a.example/", "gopher://a.example/", "data:text/xml,<rss/>"]
)
async def test_only_http_is_followed(outlet, settings, target):
    outlet.page("/feed", status=302, Location=target)
    got = await get(settings, outlet.url())
    assert (type(got), got.reason) == (Refusal, "scheme")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "nonsense", "http://", "http:///feed"])
async def test_an_address_that_is_none(settings, url):
    got = await get(settings, url)
    assert (type(got), got.reason) == (Refusal, "scheme")


async def test_an_address_that_cannot_be_read(settings):
    got = await get(settings, "http://[bad/")
    assert (type(got), got.reason) == (Failure, "protocol")


HIDDEN = [
    "127.0.0.2",
    "localhost",
    "10.0.0.1",
    "169.254.169.254",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "2130706433",
    "127.1",
    "0.0.0.0",
]


@pytest.mark.parametrize("host", HIDDEN)
async def test_private_addresses_are_refused(settings, host):
    guarded = settings.model_copy(update={"allow_private": False})
    got = await get(guarded, f"http://{host}:9/feed")
    assert (type(got), got.reason) == (Refusal, "address"), got


@pytest.mark.parametrize("host", HIDDEN)
async def test_a_redirect_to_a_private_address_is_refused(outlet, settings, host):
    outlet.page("/feed", status=302, Location=f"http://{host}:9/secret")
    guarded = settings.model_copy(update={"allow_private": False})
    got = await get(guarded, outlet.url(), but_for(outlet.port))
    assert (type(got), got.reason) == (Refusal, "address"), got
    assert [request.path for request in outlet.requests] == ["/feed"]


async def test_nobody_there(settings, unused_tcp_port):
    got = await get(settings, f"http://127.0.0.1:{unused_tcp_port}/feed")
    assert (type(got), got.reason) == (Failure, "connect")


async def test_no_such_name(settings):
    got = await get(settings, "http://no-such-name.invalid/feed")
    assert (type(got), got.reason) == (Failure, "dns")


async def test_an_answer_that_is_not_http(settings):
    async def babble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail ready\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    got = await get(settings, f"http://127.0.0.1:{port}/feed")
    assert (type(got), got.reason) == (Failure, "protocol")
    server.close()
    await server.wait_closed()
