"""One attempt to deliver one message over HTTP."""

from __future__ import annotations

import time
from typing import Protocol, Self

import aiohttp

from stream import netguard
from stream.alerts.schedule import Outcome, parse_retry_after, result_of
from stream.metrics import DELIVERIES, DELIVERY_DURATION

TIMEOUT = 20.0
"""Seconds for the whole attempt: the standard asks for 15 to 30."""


class Sender(Protocol):
    """Makes an attempt."""

    async def send(self, url: str, headers: dict[str, str], body: bytes, *, now: float) -> Outcome:
        """Post the body once; failures are outcomes, never exceptions."""
        ...


class HttpSender:
    """Posts with aiohttp: no redirects, no cookies, no proxy, no private addresses; the answer's body is never read.

    Args:
        user_agent: how we name ourselves.
        allow_private: allow private and loopback addresses.
        timeout: seconds for a whole attempt.
    """

    def __init__(self, *, user_agent: str, allow_private: bool, timeout: float = TIMEOUT) -> None:
        self._timeout = timeout
        self._session = aiohttp.ClientSession(
            # Alerts are rare, so a kept connection would mostly be one that the other side has just closed.
            connector=netguard.connector(allow_private=allow_private, limit=0, force_close=True),
            headers={"User-Agent": user_agent, "Content-Type": "application/json"},
            timeout=aiohttp.ClientTimeout(total=timeout),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def send(self, url: str, headers: dict[str, str], body: bytes, *, now: float) -> Outcome:
        """Post the body once; count and time it."""
        started = time.perf_counter()
        outcome = await self._post(url, headers, body, now)
        DELIVERY_DURATION.observe(time.perf_counter() - started)
        DELIVERIES.labels(outcome.result).inc()
        return outcome

    async def _post(self, url: str, headers: dict[str, str], body: bytes, now: float) -> Outcome:
        try:
            async with self._session.post(url, data=body, headers=headers, allow_redirects=False) as answer:
                return Outcome(
                    result_of(answer.status),
                    f"{answer.status} {answer.reason or ''}".strip()[:200],
                    parse_retry_after(answer.headers.get("Retry-After"), now),
                )
        except TimeoutError:
            return Outcome("timeout", f"no answer within {self._timeout:g} s")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            if netguard.was_refused(error):
                return Outcome("refused_address", f"not a public address: {error}"[:500])
            return Outcome("unreachable", f"{type(error).__name__}: {error}"[:500])
