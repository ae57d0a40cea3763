"""The parts of a whole Tocsin on one machine, in the order in which they start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from stream.daemon.supervisor import Part
from stream.settings import Settings

MAX_WORKERS = 16


def parts(
    settings: Settings, *, workers: int = 1, poller: bool = True, common: Mapping[str, str], logs: Path | None = None
) -> list[Part]:
    """Return the parts, broker first; without the broker when the settings name a cluster.

    Args:
        settings: the supervisor's own settings; children read theirs from the environment.
        workers: how many workers.
        poller: whether feeds are polled (a replay sends its articles itself).
        common: what every child's environment adds.
        logs: folder of a log file for each part; None leaves output on the terminal.
    """
    commands = [] if settings.kafka else [("broker", ["broker"])]
    commands += [("worker" if workers == 1 else f"worker-{n}", ["work"]) for n in range(1, workers + 1)]
    commands += [("courier", ["deliver"]), ("web", ["serve"])]
    if poller:
        commands.append(("poller", ["poll"]))
    # The model's own threads, times the workers, should not be more than the machine has cores.
    threads = os.environ.get("OMP_NUM_THREADS") or str(max(1, (os.cpu_count() or 1) // workers))
    return [
        Part(
            name,
            arguments,
            {
                **common,
                "OMP_NUM_THREADS": threads,
                "TOCSIN_METRICS_PORT": str(settings.metrics_port + number if settings.metrics_port else 0),
            },
            logs / f"{name}.log" if logs else None,
        )
        for number, (name, arguments) in enumerate(commands, start=1)
    ]


def environment(settings: Settings) -> dict[str, str]:
    """Return `settings` as the environment that gives a child the same ones."""
    return {
        f"TOCSIN_{name.upper()}": str(value)
        for name, value in settings.model_dump(exclude_none=True).items()
        if name != "metrics_port"
    }
