"""`tocsin replay` and `tocsin evaluate`."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from stream.errors import TocsinError
from stream.settings import Settings, load


class Model(StrEnum):
    """The dense models that can be asked for."""

    AUTO = "auto"
    E5 = "e5"
    USE = "use"


Recorded = Annotated[
    Path, typer.Argument(metavar="FILE", help="The recorded stream: JSONL, plain or gzipped, in order of time.")
]
Out = Annotated[
    Path,
    typer.Option(
        metavar="DIR", help="Folder for assignments.jsonl, stories.jsonl and alerts.jsonl; they are replaced."
    ),
]
ThroughKafka = Annotated[
    bool,
    typer.Option(
        "--kafka",
        help="Send it through broker and workers, not through this process: those of TOCSIN_KAFKA where it is set, "
        "else an embedded broker and workers started for this replay alone.",
    ),
]
Workers = Annotated[int, typer.Option(min=1, max=16, metavar="N", help="Workers to start with --kafka.")]
Embedder = Annotated[
    Model | None,
    typer.Option(
        help="Dense model: e5 is better, use is quicker, auto takes e5 where it runs (TOCSIN_EMBEDDER). "
        "Workers that run already use their own."
    ),
]
Limit = Annotated[int | None, typer.Option(min=1, metavar="N", help="Stop after N lines.")]
Cache = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Folder where vectors are kept by content; default: vectors in TOCSIN_DATA."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Report no progress.")]
Replay = Annotated[Path, typer.Argument(metavar="DIR", help="Folder that `tocsin replay` wrote.")]
GoldFile = Annotated[
    Path,
    typer.Option(
        metavar="FILE",
        help="Gold file: JSONL, plain or gzipped, with id and event, and as far as known lang, published, source, "
        "origin, diplomatic, act and parties.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, one document, for programs.")]


def replay_command(
    file: Recorded,
    out: Out,
    kafka: ThroughKafka = False,
    workers: Workers = 2,
    embedder: Embedder = None,
    limit: Limit = None,
    cache: Cache = None,
    quiet: Quiet = False,
) -> None:
    """Replay a recorded stream in event time, at full speed, through the same code as live news.

    A line has id, url, source, title, text, lang and published; all but id and one of title and text may be null.
    A line that cannot be read is refused with a reason in assignments.jsonl. Two replays of one file write the same
    bytes.
    """
    settings = load(embedder=None if embedder is None else embedder.value)
    if kafka:
        from stream.daemon.temporary import with_own_workers
        from stream.replay.kafka import replay_through_kafka

        through = partial(replay_through_kafka, file, out, limit=limit, progress=not quiet)
        summary = through(settings) if settings.kafka else with_own_workers(settings, workers, through)
    else:
        from stream.bursts import BurstRules
        from stream.embedding.cache import VectorCache
        from stream.embedding.embedders import load_embedder
        from stream.replay.run import replay

        with VectorCache(_cache_file(cache, settings), load_embedder(settings.embedder)) as vectors:
            rules = BurstRules.of(settings)
            summary = replay(file, out, vectors, limit=limit, rules=rules, progress=not quiet)
    rate = summary.articles / summary.seconds if summary.seconds else 0.0
    typer.echo(
        f"{summary.articles:,} articles in {summary.seconds:,.1f} s ({rate:,.0f}/s): {summary.stories:,} stories, "
        f"alerts {_counts(summary.alerts)}, refused {_counts(summary.refused)}; written to {out}"
    )


def evaluate_command(folder: Replay, gold: GoldFile, as_json: Json = False) -> None:
    """Compare a replay with a gold file: clustering, alerts, and what was understood of each article.

    Clustering is scored by B-cubed (overall, each language alone, across languages), pairs and the adjusted Rand
    index; alerts by precision, recall, duplicates and delay over the diplomatic events of at least three origins. What
    the gold file does not tell is not measured, and the report says why.
    """
    import msgspec

    from stream.replay.evaluate import evaluate
    from stream.replay.render import render

    report = evaluate(folder, gold)
    typer.echo(msgspec.json.format(msgspec.json.encode(report), indent=2).decode() if as_json else render(report))


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in sorted(counter.items())) or "none"


def _cache_file(cache: Path | None, settings: Settings) -> Path:
    folder = cache or settings.data / "vectors"
    if folder.exists() and not folder.is_dir():
        raise TocsinError(f"{folder} is not a folder; name one with --cache")
    # Vectors are kept under the model's name and the text, so models share a file without mixing.
    return folder / "vectors.sqlite"
