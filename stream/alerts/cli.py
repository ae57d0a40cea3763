"""`tocsin subscriptions`: who gets webhooks."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stream.settings import Settings, load

if TYPE_CHECKING:
    from stream.alerts.schedule import Outcome
    from stream.alerts.store import Store
    from stream.alerts.subscriptions import Subscription

app = typer.Typer(
    help="Webhook subscribers: add, list, remove, test and replay. Changes reach a running courier within a second.",
    no_args_is_help=True,
)

Id = Annotated[str, typer.Argument(metavar="ID", help="The subscription's id, as `list` shows it.")]
Data = Annotated[Path | None, typer.Option("--data", help="Folder of everything durable (TOCSIN_DATA).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


@contextmanager
def _store(data: Path | None) -> Iterator[tuple[Settings, Store]]:
    from stream.alerts.store import Store

    settings = load(data=data)
    store = Store(settings.data)
    try:
        yield settings, store
    finally:
        store.close()


@app.command()
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="Where alerts are to be posted, http or https.")],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Add a webhook for the alerts raised from now on, and print its signing secret: it is never shown again."""
    from stream.alerts.subscriptions import Subscriptions, check_url

    with _store(data) as (settings, store):
        check_url(url, allow_private=settings.allow_private)
        new = Subscriptions(store).add(url, now=time.time())
    if as_json:
        typer.echo(json.dumps({"id": new.id, "url": new.url, "secret": new.secret}))
        return
    typer.echo(f"id      {new.id}\nurl     {new.url}\nsecret  {new.secret}")
    typer.echo(
        "Keep the secret: it is not shown again. Receivers check each request with it (Standard Webhooks).", err=True
    )


@app.command("list")
def list_(data: Data = None, as_json: AsJson = False) -> None:
    """List the subscriptions, without their secrets."""
    from stream.alerts.subscriptions import Subscriptions

    with _store(data) as (_, store):
        found = Subscriptions(store).all()
    if as_json:
        typer.echo(json.dumps([_public(one) for one in found], ensure_ascii=False, indent=2))
        return
    if not found:
        typer.echo("No subscriptions yet; add one with `tocsin subscriptions add URL`.", err=True)
    for one in found:
        typer.echo(f"{one.id}  {one.url}  {_health(one)}  {one.waiting} waiting")


def _public(one: Subscription) -> dict[str, object]:
    return {
        "id": one.id,
        "url": one.url,
        "created": _when(one.created),
        "enabled": one.disabled is None,
        "disabled_reason": one.disabled,
        "failing_since": None if one.failing_since is None else _when(one.failing_since),
        "waiting": one.waiting,
    }


def _health(one: Subscription) -> str:
    if one.disabled is not None:
        return f"disabled: {one.disabled}"
    return "well" if one.failing_since is None else f"failing since {_when(one.failing_since)}"


def _when(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@app.command()
def remove(subscription: Id, data: Data = None) -> None:
    """Remove a subscription with everything that still waits for it."""
    from stream.alerts.subscriptions import Subscriptions

    with _store(data) as (_, store):
        Subscriptions(store).remove(subscription)
    typer.echo(f"removed {subscription}")


@app.command()
def enable(subscription: Id, data: Data = None) -> None:
    """Send again to a subscription that was disabled; `replay` brings back what it missed."""
    from stream.alerts.subscriptions import Subscriptions

    with _store(data) as (_, store):
        Subscriptions(store).enable(subscription)
    typer.echo(f"enabled {subscription}")


@app.command("test")
def try_out(subscription: Id, data: Data = None) -> None:
    """Post one signed `subscription.test` message now and tell what the endpoint answered; exit code 1 unless 2xx."""
    from stream.alerts.subscriptions import Subscriptions

    with _store(data) as (settings, store):
        target = Subscriptions(store).get(subscription)
    started = time.perf_counter()
    outcome = asyncio.run(_attempt(settings, target))
    took = f"{(time.perf_counter() - started) * 1000:.0f} ms"
    if outcome.result != "delivered":
        typer.echo(f"not delivered to {target.url} after {took}: {outcome.result}: {outcome.detail}", err=True)
        raise typer.Exit(1)
    typer.echo(f"delivered to {target.url} in {took}: {outcome.detail}")


async def _attempt(settings: Settings, target: Subscription) -> Outcome:
    import secrets

    from stream.alerts.attempt import HttpSender
    from stream.alerts.signing import message_id, sign

    now = datetime.now(UTC)
    sent = {"type": "subscription.test", "timestamp": _when(now.timestamp()), "data": {"subscription": target.id}}
    body = json.dumps(sent).encode()
    headers = sign(target.secret, message_id(f"test_{secrets.token_hex(8)}"), now, body)
    async with HttpSender(user_agent=settings.user_agent, allow_private=settings.allow_private) as sender:
        return await sender.send(target.url, headers, body, now=now.timestamp())


@app.command()
def replay(
    subscription: Id,
    since: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
            help="Alerts raised from this time on, UTC; default: the last 24 hours.",
        ),
    ] = None,
    data: Data = None,
) -> None:
    """Deliver past alerts once more, in order and under their first webhook-id; the running courier sends them."""
    from stream.alerts.outbox import Outbox
    from stream.alerts.subscriptions import Subscriptions

    start = since.replace(tzinfo=UTC) if since else datetime.now(UTC) - timedelta(days=1)
    with _store(data) as (_, store):
        Subscriptions(store).get(subscription)
        queued = Outbox(store).replay(subscription, since=start.timestamp(), now=time.time())
    typer.echo(f"queued {queued} alerts raised since {_when(start.timestamp())} for {subscription}")
