"""`tocsin feeds`: the feed list and the feeds' health."""

from __future__ import annotations

import asyncio
import json
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stream.errors import TocsinError
from stream.settings import load

if TYPE_CHECKING:
    from stream.feeds.check import Check
    from stream.feeds.store import Feed, Store

app = typer.Typer(
    name="feeds",
    help="The feeds that are polled: list, add, remove, check, OPML in and out. A running poller sees changes at once.",
    no_args_is_help=True,
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON, one document, for programs.")]
Everything = Annotated[bool, typer.Option("--all", help="Also the feeds that are disabled.")]


SHOWN = (
    *("url", "title", "language", "country", "category", "disabled", "moved_to", "items"),
    *("last_poll", "last_success", "next_poll", "errors", "outcome", "reason", "detail"),
)


@app.command("list")
def list_feeds(as_json: Json = False, everything: Everything = False) -> None:
    """List the feeds with their health: healthy, failing (with the reason), new (never polled) or disabled."""
    with closing(_store()) as store:
        feeds = [feed for feed in store.feeds() if everything or not feed.disabled]
    if as_json:
        _print_json([_row(feed) for feed in feeds])
        return
    for feed in feeds:
        why = f"  {feed.disabled or feed.reason}" if feed.disabled or feed.reason else ""
        typer.echo(f"{feed.health:9}{feed.language or '-':4}{_when(feed.last_success):18}{feed.url}  {feed.title}{why}")
    typer.echo(f"{len(feeds)} feeds", err=True)


@app.command()
def add(
    urls: Annotated[list[str], typer.Argument(help="Addresses of RSS or Atom feeds.")],
    title: Annotated[str, typer.Option(help="The outlet's name; by default the feed's own title.")] = "",
    language: Annotated[str | None, typer.Option(help="ISO 639-1 code; by default what the feed says.")] = None,
    country: Annotated[str | None, typer.Option(help="ISO 3166-1 alpha-2 code of the outlet.")] = None,
) -> None:
    """Add feeds; a feed that is there already, even a disabled one, is polled again at once."""
    from stream.feeds.opml import Outline

    for url in urls:
        if not url.startswith(("http://", "https://")):
            raise TocsinError(f"{url} is not an http or https address")
    with closing(_store()) as store:
        for url in urls:
            new = store.add(Outline(url, title, language, country))
            typer.echo(f"{'added' if new else 'updated'} {url}")


@app.command()
def remove(
    urls: Annotated[list[str], typer.Argument(help="Addresses of feeds, as `tocsin feeds list` shows them.")],
) -> None:
    """Stop polling feeds."""
    with closing(_store()) as store:
        missing = [url for url in urls if not store.remove(url)]
    if missing:
        raise TocsinError(f"no such feed: {', '.join(missing)}; see `tocsin feeds list --all`")
    typer.echo(f"removed {len(urls)}")


@app.command("import")
def import_feeds(file: Annotated[Path, typer.Argument(help="OPML file, as every feed reader exports it.")]) -> None:
    """Add the feeds of an OPML file; what in it cannot be read is named."""
    from stream.feeds import opml

    try:
        found = opml.parse(file.read_bytes())
    except OSError as error:
        raise TocsinError(f"the file cannot be read: {error}") from error
    for problem in found.problems:
        typer.echo(problem, err=True)
    with closing(_store()) as store:
        added = sum(store.add(outline) for outline in found.feeds)
    typer.echo(f"{len(found.feeds)} feeds, {added} of them new")


@app.command("export")
def export_feeds(
    file: Annotated[Path | None, typer.Argument(help="OPML file to write; standard output by default.")] = None,
    everything: Everything = False,
) -> None:
    """Write the feeds as OPML."""
    from stream.feeds import opml

    with closing(_store()) as store:
        feeds = [feed for feed in store.feeds() if everything or not feed.disabled]
    data = opml.write(opml.Outline(f.url, f.title, f.language, f.country, f.category, f.extras) for f in feeds)
    if file is None:
        typer.echo(data.decode(), nl=False)
        return
    try:
        file.write_bytes(data)
    except OSError as error:
        raise TocsinError(f"the file cannot be written: {error}") from error
    typer.echo(f"wrote {len(feeds)} feeds to {file}", err=True)


@app.command()
def check(
    urls: Annotated[list[str] | None, typer.Argument(help="Addresses to check; by default every feed.")] = None,
    as_json: Json = False,
) -> None:
    """Fetch each feed once, now, and say what came; nothing is published or remembered. Fails if any feed does."""
    from stream.feeds.check import check_all
    from stream.feeds.store import Feed

    with closing(_store()) as store:
        feeds = (
            [store.get(url) or Feed(0, url) for url in urls] if urls else [f for f in store.feeds() if not f.disabled]
        )
    results = asyncio.run(check_all(feeds, load(), tell=_tell if not as_json else None))
    if as_json:
        _print_json([asdict(result) for result in results])
    good = sum(result.good for result in results)
    typer.echo(f"{good} of {len(results)} feeds answer well", err=True)
    if good < len(results):
        raise typer.Exit(1)


def _tell(result: Check) -> None:
    why = " ".join(filter(None, (result.reason, result.detail)))
    typer.echo(f"{result.outcome:12}{result.items:5} items  {result.url}{'  ' + why if why else ''}")


def _store() -> Store:
    from stream.feeds.poller import open_store

    return open_store(load(), keep=True, tell=partial(typer.echo, err=True))


def _row(feed: Feed) -> dict[str, Any]:
    return {"health": feed.health} | {name: getattr(feed, name) for name in SHOWN}


def _when(moment: float | None) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M") if moment else "never"


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
