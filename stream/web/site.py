"""The routes: pages for people, JSON and Atom for programs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import jinja2
import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from stream.alerts.payload import web_url
from stream.errors import Refused
from stream.web import atom, names, shapes
from stream.web.events import Hub, TooManyClientsError
from stream.web.headers import SecurityHeaders
from stream.web.view import View

PAGE_STORIES = 60
PAGE_RINGS = 12
MAX_LIMIT = 500


class Site:
    """Answers requests from a view.

    Args:
        view: what to show.
        hub: tells open pages what changed.
        problem: returns what is wrong with reading the streams, or None.
    """

    def __init__(self, view: View, hub: Hub, problem: Callable[[], str | None]) -> None:
        self._view = view
        self._hub = hub
        self._problem = problem
        self._templates = Jinja2Templates(env=_environment())

    def app(self) -> Starlette:
        """Return the ASGI application."""
        routes = [
            Route("/", self.home),
            Route("/live", self.live),
            Route("/stories/{story}", self.story),
            Route("/api/stories", self.api_stories),
            Route("/api/stories/{story}", self.api_story),
            Route("/api/alerts", self.api_alerts),
            Route("/alerts.atom", self.atom),
            Route("/events", self.events),
            Route("/healthz", self.healthz),
            Mount("/static", StaticFiles(packages=[("stream.web", "static")])),
        ]
        return Starlette(
            routes=routes,
            middleware=[Middleware(SecurityHeaders)],
            exception_handlers={HTTPException: _error, Refused: _refused},  # type: ignore[dict-item]  # narrower types
        )

    async def home(self, request: Request) -> Response:
        """The page that stays open all day."""
        return self._page(request, "home.html", self._now_context())

    async def live(self, request: Request) -> Response:
        """The changing part of the page, which the script fetches anew."""
        return self._page(request, "live.html", self._now_context())

    def _now_context(self) -> dict[str, Any]:
        return {
            "rings": self._view.rings(PAGE_RINGS),
            "stories": self._view.stories(PAGE_STORIES),
            "rung": self._view.alerts_by_story().keys(),
            "sizes": self._view.sizes(),
        }

    async def story(self, request: Request) -> Response:
        """One story with its articles by origin and its alerts."""
        wanted = request.path_params["story"]
        current = self._view.resolve(wanted)
        if current != wanted:
            return RedirectResponse(f"/stories/{current}", 307)
        story, alerts = self._view.story(current), self._view.alerts_of(current)
        if story is None and not alerts:
            raise HTTPException(404, "There is no such story here (any more).")
        return self._page(request, "story.html", {"story": story, "alerts": alerts})

    def _page(self, request: Request, template: str, context: dict[str, Any]) -> Response:
        locale = names.viewer_locale(request.headers.get("accept-language", ""))
        headers = {"Vary": "Accept-Language", "Cache-Control": "no-cache"}
        whole = {"view": self._view, "problem": self._problem(), "locale": locale, **context}
        return self._templates.TemplateResponse(request, template, whole, headers=headers)

    async def api_stories(self, request: Request) -> Response:
        """Live stories, hottest first."""
        found = self._view.stories(_limit(request), _since(request))
        alerts = self._view.alerts_by_story()
        now = self._view.now
        return _json(request, {"stories": [shapes.story_data(s, now, alerts.get(s.latest.story, [])) for s in found]})

    async def api_story(self, request: Request) -> Response:
        """One story with articles and alerts."""
        story = self._view.story(self._view.resolve(request.path_params["story"]))
        if story is None:
            raise HTTPException(404, "there is no such story here (any more)")
        return _json(request, shapes.story_detail(story, self._view))

    async def api_alerts(self, request: Request) -> Response:
        """Alerts, latest first."""
        return _json(request, {"alerts": shapes.alerts_data(self._view.alerts(_limit(request), _since(request)))})

    async def atom(self, request: Request) -> Response:
        """The last alerts as an Atom feed."""
        locale = names.viewer_locale(request.headers.get("accept-language", ""))
        body = atom.feed(self._view.alerts(100), str(request.base_url), locale)
        return _conditional(request, body, "application/atom+xml")

    async def events(self, _: Request) -> Response:
        """Server-sent events: `changed` with the view's version, `alert` with the alert."""
        listener = self._hub.listen(self._view.version)
        try:
            first = await anext(listener)
        except TooManyClientsError:
            raise HTTPException(503, "too many open pages") from None

        async def stream() -> Any:
            yield first
            async for event in listener:
                yield event

        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(stream(), media_type="text/event-stream", headers=headers)

    async def healthz(self, _: Request) -> Response:
        """200 when the streams are being read, else 503 with the reason."""
        problem = self._problem()
        state = {"status": "ok" if problem is None else "unwell", "problem": problem, **self._view.sizes()}
        return Response(
            msgspec.json.encode(state),
            200 if problem is None else 503,
            {"Cache-Control": "no-store"},
            "application/json",
        )


def _environment() -> jinja2.Environment:
    env = jinja2.Environment(
        loader=jinja2.PackageLoader("stream.web"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(
        clock=names.clock,
        machine_time=names.machine_time,
        direction=names.direction,
        html_lang=names.html_lang,
        party=names.party,
        language=names.language,
        act=names.act,
        web_url=web_url,
    )
    return env


def _limit(request: Request) -> int:
    text = request.query_params.get("limit", "50")
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MAX_LIMIT):
        raise HTTPException(400, f"limit must be a number from 1 to {MAX_LIMIT}")
    return int(text)


def _since(request: Request) -> float | None:
    text = request.query_params.get("since")
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))  # a bare + of a time zone arrives as a space
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        raise HTTPException(400, "since must be a time such as 2026-03-01T12:00:00Z") from None


def _json(request: Request, value: object) -> Response:
    return _conditional(request, msgspec.json.encode(value), "application/json")


def _conditional(request: Request, body: bytes, media: str) -> Response:
    """Return the body, or 304 to a client that has it already: programs ask again and again."""
    headers = {
        "ETag": f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"',
        "Cache-Control": "no-cache",
        "Access-Control-Allow-Origin": "*",
    }
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(None, 304, headers)
    return Response(body, 200, headers, media)


def _error(request: Request, error: HTTPException) -> Response:
    if request.url.path.startswith(("/api/", "/events", "/healthz")):
        return Response(
            msgspec.json.encode({"error": error.detail}), error.status_code, error.headers, "application/json"
        )
    return Response(f"{error.detail}\n", error.status_code, error.headers, "text/plain; charset=utf-8")


def _refused(_: Request, error: Refused) -> Response:
    return Response(msgspec.json.encode({"error": str(error)}), 500, None, "application/json")
