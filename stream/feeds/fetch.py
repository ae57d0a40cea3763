"""One conditional HTTP GET of a feed, with every guard rail, and a typed outcome instead of an exception.

Bounded in time (the whole exchange), in size (on the wire and after decompression) and in redirects; only http and
https; no address that is not public, at any hop. Redirects are followed by hand, because each hop is checked and
because only a chain that is permanent all along may be remembered.
"""

from __future__ import annotations

import asyncio
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType

import aiohttp
from yarl import URL

from stream import netguard
from stream.feeds import schedule
from stream.feeds.inflate import Inflater, TooLarge, UnknownEncoding
from stream.settings import Settings

MAX_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
BUSY = frozenset({429, 503})
CHUNK = 16_384
ACCEPT = (
    "application/rss+xml, application/atom+xml, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1"
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """The feed's document.

    Attributes:
        url: where it was found after redirects.
        body: decompressed.
        headers: names in lower case.
        moved_to: the new address when every redirect on the way was permanent.
    """

    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    moved_to: str | None = None


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server says that nothing changed since the validators it gave."""

    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gone:
    """410: the publisher took the feed away for good."""


@dataclass(frozen=True, slots=True)
class Busy:
    """429, or 503 with a time: the server asks to be left alone.

    Attributes:
        status: 429 speaks for the whole host, 503 for this feed.
        wait: seconds asked for; None when it gave no time.
    """

    status: int
    wait: float | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Tocsin will not read this.

    The reasons: `scheme`, `address`, `too_large`, `redirect_loop`, `too_many_redirects`, `encoding`.
    """

    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Failure:
    """It did not work this time: `timeout`, `dns`, `connect`, `tls`, `compression`, `protocol`, `http_<status>`."""

    reason: str
    detail: str


Outcome = Fetched | NotModified | Gone | Busy | Refusal | Failure


class Fetcher:
    """Fetches feeds over one connection pool; use it as an async context manager.

    Args:
        settings: timeout, size limit, name, and whether private addresses are allowed.
        connector: makes the connections; by default one that is guarded as the settings say.
    """

    def __init__(self, settings: Settings, connector: aiohttp.BaseConnector | None = None) -> None:
        self._settings = settings
        self._connector = connector
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Fetcher:
        settings = self._settings
        connector = self._connector or netguard.connector(
            allow_private=settings.allow_private, limit=settings.poll_concurrency
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None),
            headers={"User-Agent": settings.user_agent, "Accept": ACCEPT, "Accept-Encoding": "gzip, deflate"},
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._session is not None
        await self._session.close()

    async def fetch(self, url: str, *, etag: str | None = None, modified: str | None = None) -> Outcome:
        """Return what a GET of `url` gave; only cancellation is raised.

        Args:
            url: the feed's address.
            etag: the validator that the last 200 gave, sent back as it came.
            modified: likewise `Last-Modified`.
        """
        validators = {"If-None-Match": etag, "If-Modified-Since": modified}
        try:
            async with asyncio.timeout(self._settings.poll_timeout):
                return await self._follow(url, {k: v for k, v in validators.items() if v})
        except TimeoutError:
            return Failure("timeout", f"no complete answer within {self._settings.poll_timeout:g} s")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return _connection_outcome(error)

    async def _follow(self, url: str, validators: Mapping[str, str]) -> Outcome:
        current, permanent = URL(url), True
        visited = {str(current)}
        for _ in range(MAX_REDIRECTS + 1):
            answer = await self._hop(current, validators)
            if not isinstance(answer, _Redirect):
                moved = permanent and len(visited) > 1
                return _with_move(answer, str(current)) if moved and isinstance(answer, Fetched) else answer
            permanent = permanent and answer.permanent
            current = answer.target
            if str(current) in visited:
                return Refusal("redirect_loop", f"{current} again")
            visited.add(str(current))
        return Refusal("too_many_redirects", f"more than {MAX_REDIRECTS}, the last to {current}")

    async def _hop(self, url: URL, validators: Mapping[str, str]) -> Outcome | _Redirect:
        assert self._session is not None
        if url.scheme not in {"http", "https"} or not url.host:
            return Refusal("scheme", f"{str(url)[:200]} is not an http or https address")
        async with self._session.get(url, headers=dict(validators), allow_redirects=False) as response:
            if response.status in REDIRECTS and "Location" in response.headers:
                return _Redirect(url.join(URL(response.headers["Location"])), response.status in PERMANENT)
            return await self._answer(response)

    async def _answer(self, response: aiohttp.ClientResponse) -> Outcome:
        headers = {name.lower(): value for name, value in response.headers.items()}
        status = response.status
        if status == 304:
            return NotModified(headers)
        if status == 410:
            return Gone()
        wait = schedule.retry_after(headers, time.time())
        if status == 429 or (status in BUSY and wait is not None):
            return Busy(status, wait)
        if not 200 <= status < 300:
            return Failure(f"http_{status}", response.reason or "")
        try:
            return Fetched(str(response.url), await self._body(response, headers), headers)
        except TooLarge as error:
            return Refusal("too_large", str(error))
        except UnknownEncoding as error:
            return Refusal("encoding", f"Content-Encoding {error} was not asked for")
        except zlib.error as error:
            return Failure("compression", str(error))

    async def _body(self, response: aiohttp.ClientResponse, headers: Mapping[str, str]) -> bytes:
        body = Inflater(headers.get("content-encoding", ""), self._settings.poll_max_bytes)
        async for chunk in response.content.iter_chunked(CHUNK):
            body.feed(chunk)
        return body.finish()


@dataclass(frozen=True, slots=True)
class _Redirect:
    target: URL
    permanent: bool


def _with_move(answer: Fetched, target: str) -> Fetched:
    return Fetched(answer.url, answer.body, answer.headers, moved_to=target)


def _connection_outcome(error: Exception) -> Refusal | Failure:
    if netguard.was_refused(error) or isinstance(error, aiohttp.InvalidURL):
        return Refusal("address", str(error)[:300])
    kinds: tuple[tuple[type[Exception], str], ...] = (
        (aiohttp.ClientConnectorDNSError, "dns"),
        (aiohttp.ClientSSLError, "tls"),
        (aiohttp.ClientConnectorError, "connect"),
    )
    reason = next((reason for kind, reason in kinds if isinstance(error, kind)), "protocol")
    return Failure(reason, str(error)[:300] or type(error).__name__)
