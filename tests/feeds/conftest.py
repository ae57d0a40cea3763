from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from stream.settings import Settings

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Outlet:
    """A web server that a test writes pages for."""

    def __init__(self) -> None:
        self.pages: dict[str, Handler] = {}
        self.requests: list[web.Request] = []
        self._server: TestServer | None = None

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        self._server = TestServer(app)
        await self._server.start_server()

    async def stop(self) -> None:
        assert self._server
        await self._server.close()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        page = self.pages.get(request.path)
        return await page(request) if page else web.Response(status=404)

    @property
    def port(self) -> int:
        assert self._server
        assert self._server.port
        return self._server.port

    def url(self, path: str = "/feed") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def page(self, path: str, body: bytes | str = b"", status: int = 200, **headers: str) -> str:
        data = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        async def answer(_: web.Request) -> web.Response:
            return web.Response(body=data, status=status, headers=named)

        self.pages[path] = answer
        return self.url(path)


@pytest.fixture
async def outlet() -> AsyncIterator[Outlet]:
    server = Outlet()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, allow_private=True, poll_interval=1, poll_timeout=5, metrics_port=0)


def rss(*items: str, head: str = "<title>Outlet</title><link>https://outlet.example/</link>") -> str:
    body = "".join(f"<item>{item}</item>" for item in items)
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{head}{body}</channel></rss>'


def story(number: int | str) -> str:
    return (
        f"<title>Ministers meet for round {number}</title><link>https://outlet.example/{number}</link>"
        f'<guid isPermaLink="false">id-{number}</guid><pubDate>Mon, 30 Jun 2025 10:00:00 GMT</pubDate>'
        f"<description>The foreign ministers met for round {number} of their talks and will meet again.</description>"
    )


@pytest.fixture
def make_rss() -> Callable[..., str]:
    return rss


@pytest.fixture
def make_story() -> Callable[[int | str], str]:
    return story
