"""How far a long run is, on stderr: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

EVERY_SECONDS = 10.0


class ProgressReport:
    """Reports articles done, rate and time left; use it as a context manager.

    Args:
        title: what is being done.
        file: where to report.
        clock: seconds, from anywhere.
    """

    def __init__(self, title: str, file: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._file = file or sys.stderr
        self._title = title
        self._clock = clock
        self._started = self._said = clock()
        self._bar: Progress | None = None
        if self._file.isatty():
            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                TaskProgressColumn(),
                TextColumn("{task.fields[words]}"),
                TimeRemainingColumn(),
            )
            self._bar = Progress(*columns, console=Console(file=self._file), transient=True)
            self._task = self._bar.add_task(title, total=1.0, words="")

    def __enter__(self) -> ProgressReport:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def at(self, done: int, fraction: float) -> None:
        """Say that `done` articles are through, which is `fraction` of all."""
        now = self._clock()
        elapsed = max(now - self._started, 1e-9)
        if self._bar:
            self._bar.update(self._task, completed=fraction, words=f"{done:,} articles, {done / elapsed:,.0f}/s")
        elif now - self._said >= EVERY_SECONDS:
            self._said = now
            left = f", {elapsed * (1 - fraction) / fraction:,.0f} s left" if fraction > 0 else ""
            print(f"{self._title}: {done:,} articles, {done / elapsed:,.0f}/s{left}", file=self._file, flush=True)
