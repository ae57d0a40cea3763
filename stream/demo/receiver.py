"""A webhook receiver such as an integrator writes: it checks the signature, then believes the message."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from aiohttp import web
from standardwebhooks import Webhook, WebhookVerificationError

MAX_BODY = 64_000


class Receiver:
    """Takes Standard Webhooks on a free loopback port and hands verified payloads to `on_message`.

    Attributes:
        refused: messages whose signature was wrong.
        ids: the `webhook-id` of every accepted message, in order, repeats included.
    """

    def __init__(self, on_message: Callable[[str, dict[str, Any]], None]) -> None:
        self.on_message = on_message
        self.secret = ""
        self.refused = 0
        self.ids: list[str] = []
        self._runner: web.AppRunner | None = None

    async def start(self) -> str:
        """Listen; return the URL to subscribe."""
        application = web.Application(client_max_size=MAX_BODY)
        application.router.add_post("/hook", self._take)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        return f"http://127.0.0.1:{port}/hook"

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        try:
            Webhook(self.secret).verify(body.decode(), dict(request.headers))
        except WebhookVerificationError:
            self.refused += 1
            return web.Response(status=401)
        message_id = request.headers["webhook-id"]
        self.ids.append(message_id)
        self.on_message(message_id, json.loads(body))
        return web.Response(status=204)
