"""Serve the newswire on a loopback port: a feed per outlet that grows as time passes, an OPML list, an index page."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable
from email.utils import format_datetime
from hashlib import blake2b
from html import escape
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from aiohttp import ETag, web

from stream.newswire.gold import gold_items
from stream.newswire.loading import load
from stream.newswire.model import Item, Wire
from stream.newswire.render import feed, media_type


class Newswire:
    """The demo's HTTP server.

    Args:
        start_time: when the news begins to appear, seconds since the epoch.
        speed: how many times faster than written the items appear; their publishing times stay the same.
        clock: gives the present, seconds since the epoch.
        wire: the news; the one shipped with Tocsin if not given.
    """

    def __init__(
        self,
        start_time: float,
        speed: float = 1.0,
        *,
        clock: Callable[[], float] = time.time,
        wire: Wire | None = None,
    ) -> None:
        self._start_time = start_time
        self._speed = speed
        self._clock = clock
        self._wire = wire or load()
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1; port 0 takes a free one, which `port` then tells."""
        self._runner = web.AppRunner(self.application(), access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.port = int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    def restart(self, start_time: float) -> None:
        """Let the news begin to appear at `start_time` instead, as if nothing had appeared before."""
        self._start_time = start_time

    def application(self) -> web.Application:
        """Return the web application, for those who serve it themselves."""
        app = web.Application()
        app.add_routes(
            [
                web.get("/", self._index),
                web.get("/feeds.opml", self._feed_list),
                web.get("/feeds/{outlet}.xml", self._feed),
            ]
        )
        return app

    def finished(self) -> bool:
        """Tell whether the last item has appeared."""
        return self._elapsed() >= self._wire.items[-1].at

    def gold(self) -> list[dict[str, Any]]:
        """Return the truth on every article, see `stream.newswire.gold`."""
        return gold_items(self._start_time, self._wire)

    def feed_urls(self) -> list[str]:
        """Return every feed's address."""
        return [self._feed_url(key) for key in self._wire.outlets]

    def opml(self) -> str:
        """Return the feeds as an OPML list."""
        root = Element("opml", version="2.0")
        SubElement(SubElement(root, "head"), "title").text = "Tocsin demo newswire"
        body = SubElement(root, "body")
        for key, outlet in self._wire.outlets.items():
            SubElement(
                body,
                "outline",
                type="rss",
                text=outlet.name,
                title=outlet.name,
                xmlUrl=self._feed_url(key),
                htmlUrl=f"https://{outlet.domain}/",
                language=outlet.lang,
            )
        return str(tostring(root, encoding="unicode", xml_declaration=True))

    def appeared(self, outlet: str) -> list[Item]:
        """Return the outlet's items that have appeared by now, in order."""
        elapsed = self._elapsed()
        return [item for item in self._wire.by_outlet(outlet) if item.at <= elapsed]

    def _elapsed(self) -> float:
        """Return the newswire's own seconds since its start."""
        return (self._clock() - self._start_time) * self._speed

    def _feed_url(self, outlet: str) -> str:
        return f"http://127.0.0.1:{self.port}/feeds/{outlet}.xml"

    async def _feed(self, request: web.Request) -> web.Response:
        outlet = self._wire.outlets.get(request.match_info["outlet"])
        if outlet is None:
            raise web.HTTPNotFound(text="no such outlet; the index page / lists them all")
        items = self.appeared(outlet.key)
        body = feed(outlet, items, self._start_time)
        etag = blake2b(body, digest_size=8).hexdigest()
        modified = self._modified(items)
        headers = {"ETag": f'"{etag}"', "Content-Type": media_type(outlet)}
        if modified.timestamp() <= self._clock():
            headers["Last-Modified"] = format_datetime(modified, usegmt=True)
        status = 304 if _unchanged(request, etag, modified) else 200
        return web.Response(status=status, body=body if status == 200 else None, headers=headers)

    def _modified(self, items: list[Item]) -> datetime.datetime:
        """Return the end of the second in which the feed last changed.

        HTTP dates have whole seconds: one told before its second is over could hide a change that follows in it.
        """
        changed = self._start_time + (items[-1].at / self._speed if items else 0)
        return datetime.datetime.fromtimestamp(changed // 1 + 1, datetime.UTC)

    async def _feed_list(self, _: web.Request) -> web.Response:
        return web.Response(text=self.opml(), content_type="text/x-opml")

    async def _index(self, _: web.Request) -> web.Response:
        rows = "".join(
            f'<li lang="{outlet.lang}"><a href="/feeds/{key}.xml">{escape(outlet.name)}</a> '
            f"({outlet.lang}, {escape(outlet.city)}): {len(self.appeared(key))}</li>"
            for key, outlet in self._wire.outlets.items()
        )
        page = (
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>Tocsin demo newswire</title>'
            "<h1>Demo newswire</h1><p>Invented outlets with invented news, and how many items each has published. "
            f'<a href="/feeds.opml">OPML</a></p><ul>{rows}</ul></html>'
        )
        return web.Response(text=page, content_type="text/html")


def _unchanged(request: web.Request, etag: str, modified: datetime.datetime) -> bool:
    """Tell whether the client's copy is current; an ETag, where given, decides alone (RFC 9110, 13.2.2)."""
    if request.if_none_match:
        return any(ETag(value=etag) == known or known.value == "*" for known in request.if_none_match)
    since = request.if_modified_since
    return since is not None and modified <= since
