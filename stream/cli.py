"""The `tocsin` command. Each command loads its part when it runs, so that help is quick."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from stream import __version__
from stream.alerts.cli import app as subscriptions_app
from stream.cleaning.cli import clean_command
from stream.errors import TocsinError
from stream.feeds.cli import app as feeds_app
from stream.replay.cli import evaluate_command, replay_command
from stream.runtime import Main, run_part
from stream.settings import Settings, load

app = typer.Typer(
    name="tocsin",
    help="Listen to news feeds and ring once for each new diplomatic event, with the evidence.\n\n"
    "Start with `tocsin demo`. Every setting is an environment variable TOCSIN_<NAME>; see docs/settings.md.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
topics_app = typer.Typer(help="The streams (Kafka topics) that Tocsin owns.", no_args_is_help=True)
app.add_typer(topics_app, name="topics")
app.add_typer(feeds_app, name="feeds")
app.add_typer(subscriptions_app, name="subscriptions")
app.command("clean")(clean_command)
app.command("replay")(replay_command)
app.command("evaluate")(evaluate_command)

Data = Annotated[Path | None, typer.Option("--data", help="Folder of everything durable (TOCSIN_DATA).")]
Kafka = Annotated[
    str | None,
    typer.Option("--kafka", metavar="HOST:PORT", help="A Kafka cluster instead of the embedded broker (TOCSIN_KAFKA)."),
]
Feeds = Annotated[
    Path | None,
    typer.Option(
        "--feeds", exists=True, dir_okay=False, help="OPML file of feeds (TOCSIN_FEEDS); default: the list shipped."
    ),
]
Port = Annotated[int | None, typer.Option("--port", min=0, max=65535, help="Port to listen on.")]
Workers = Annotated[int, typer.Option("--workers", min=1, max=16, help="How many worker processes.")]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tocsin {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Hold the options of the command itself."""


@app.command()
def demo(
    exit_after: Annotated[
        int | None, typer.Option("--exit-after", min=1, metavar="N", help="Stop after N alerts, with exit code 0.")
    ] = None,
    once: Annotated[
        bool,
        typer.Option(
            "--once", help="Stop when the newswire has told everything; exit code 1 unless each event rang once."
        ),
    ] = False,
    data: Annotated[
        Path | None,
        typer.Option("--data", help="Keep the demo's data and logs in this folder; default: a temporary one."),
    ] = None,
    kafka: Kafka = None,
    workers: Workers = 1,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help="Port of the page; default 8080, or a free one.")
    ] = None,
) -> None:
    """Show everything at work on invented news, with no set-up and no internet.

    Starts the embedded broker, a local newswire with the feeds of invented outlets, the real poller, worker, courier
    and page, and a webhook receiver that checks each signature. Ctrl-C stops it and cleans up.
    """
    from stream.demo.demo import DemoOptions, run_demo

    run_demo(DemoOptions(exit_after=exit_after, once=once, data=data, kafka=kafka, workers=workers, port=port))


@app.command()
def run(data: Data = None, feeds: Feeds = None, kafka: Kafka = None, workers: Workers = 1, port: Port = None) -> None:
    """Run everything on your own feeds: broker, poller, worker, courier and page, each a supervised process."""
    from stream.daemon.run import supervise

    settings = load(data=data, feeds=feeds and feeds.resolve(), kafka=kafka, web_port=port)
    run_part("supervisor", lambda s, stop: supervise(s, stop, workers), settings)


def _part(name: str, main: Main, **overrides: object) -> None:
    run_part(name, main, load(**overrides))


@app.command()
def poll(data: Data = None, feeds: Feeds = None, kafka: Kafka = None) -> None:
    """Poll the feeds and put what is new on `articles.raw`."""
    from stream.feeds.poller import main

    _part("poller", main, data=data, feeds=feeds and feeds.resolve(), kafka=kafka)


@app.command()
def work(data: Data = None, kafka: Kafka = None) -> None:
    """Clean, embed, assign and detect: one Faust worker; start as many as you like."""
    from stream.workers.app import main

    _part("worker", main, data=data, kafka=kafka)


@app.command()
def deliver(data: Data = None, kafka: Kafka = None) -> None:
    """Deliver alerts to the webhook subscribers."""
    from stream.alerts.courier import main

    _part("courier", main, data=data, kafka=kafka)


@app.command()
def serve(data: Data = None, kafka: Kafka = None, port: Port = None) -> None:
    """Serve the page, the API and the Atom feed."""
    from stream.web.app import main

    _part("web", main, data=data, kafka=kafka, web_port=port)


@app.command()
def broker(data: Data = None, port: Port = None) -> None:
    """Run the embedded single-node broker, which speaks the Kafka protocol on loopback."""
    from stream.broker.server import main

    _part("broker", main, data=data, broker_port=port)


@topics_app.command("create")
def topics_create(kafka: Kafka = None) -> None:
    """Create every stream that is missing, with its partitions and retention; safe to run again."""
    from stream.transport import create_streams

    settings: Settings = load(kafka=kafka)
    for name in (created := create_streams(settings)):
        typer.echo(f"created {name}")
    typer.echo(f"{len(created)} created at {settings.bootstrap}, the others existed")


def main(arguments: list[str] | None = None) -> Any:
    """Run the command; a `TocsinError` becomes one line on stderr and exit code 1."""
    try:
        app(arguments)
    except TocsinError as error:
        typer.secho(f"tocsin: {error}", err=True, fg=typer.colors.RED)
        sys.exit(1)
