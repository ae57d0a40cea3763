"""The tables of the docs, made from the code: `python -m stream.reference` writes them, a test keeps them true."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer.main
from prometheus_client import REGISTRY

from stream import metrics, topics
from stream.settings import Settings

DOCS = Path(__file__).parent.parent / "docs"


def table(headings: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(headings) + " |", "|" + " --- |" * len(headings)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def settings_page() -> str:
    """Return docs/settings.md."""
    rows = []
    for name, info in Settings.model_fields.items():
        default = "none" if info.default is None else str(info.default)
        rows.append([f"`TOCSIN_{name.upper()}`", f"`{default}`" if default else "empty", info.description or ""])
    text = "# Settings\n\nEvery setting is an environment variable. Commands offer the common ones as options too.\n\n"
    return text + table(["variable", "default", "meaning"], rows)


def metrics_page() -> str:
    """Return docs/metrics.md."""
    rows = []
    for family in sorted(REGISTRY.collect(), key=lambda family: family.name):
        if not family.name.startswith("tocsin_"):
            continue
        name = family.name + ("_total" if family.type == "counter" else "")
        labels = ", ".join(f"`{label}`" for label in _labels(family.name))
        rows.append([f"`{name}`", family.type, labels or "–", family.documentation])
    text = (
        "# Metrics\n\nEach process serves `/metrics` on `TOCSIN_METRICS_PORT`; `tocsin run` gives its parts the ports "
        "that follow its own. Labels are bounded: never a URL, never an id.\n\n"
    )
    return text + table(["metric", "type", "labels", "meaning"], rows)


def _labels(name: str) -> list[str]:
    for metric in vars(metrics).values():
        if getattr(metric, "_name", None) == name:
            return list(metric._labelnames)  # noqa: SLF001 - the library offers no other way to ask
    return []


def streams_page() -> str:
    """Return docs/streams.md."""
    rows = [
        [
            f"`{stream.name}`",
            stream.key,
            str(stream.partitions),
            f"`{stream.record}`",
            "compacted" if stream.compact else f"{stream.retention_ms // topics.DAY_MS} days",
            stream.doc,
        ]
        for stream in topics.ALL
    ]
    text = (
        "# Streams\n\n`tocsin topics create` creates them; so does each worker when it starts. "
        "Records are JSON, their schema is `stream/records.py`.\n\n"
    )
    return text + table(["Kafka topic", "key", "partitions", "record", "kept", "carries"], rows)


def commands_page() -> str:
    """Return docs/commands.md."""
    from stream.cli import app

    group: Any = typer.main.get_command(app)
    rows = []
    for name, command in sorted(_commands(group, "tocsin")):
        rows.append([f"`{name}`", (command.help or "").split("\n")[0]])
    return "# Commands\n\n`--help` after any of them tells its options.\n\n" + table(["command", "does"], rows)


def _commands(group: Any, prefix: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, command in group.commands.items():
        full = f"{prefix} {name}"
        found += _commands(command, full) if hasattr(command, "commands") else [(full, command)]
    return found


PAGES = {
    "settings.md": settings_page,
    "metrics.md": metrics_page,
    "streams.md": streams_page,
    "commands.md": commands_page,
}


def main() -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
