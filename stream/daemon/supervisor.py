"""Child processes that are started in order, watched, restarted with backoff, and stopped in reverse order."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from stream import metrics
from stream.runtime import PARENT_VARIABLE

log = structlog.get_logger(__name__)

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
HEALTHY_AFTER = 60.0
STOP_WITHIN = 12.0


def pause(failures: int) -> float:
    """Return the seconds to wait before the next start after `failures` failures in a row."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** max(0, failures - 1))


@dataclass(slots=True)
class Part:
    """One child process: its name, its `tocsin` arguments and what its environment adds."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    output: Path | None = None
    """File that takes the child's output; None leaves it on the supervisor's own."""
    failures: int = 0
    process: asyncio.subprocess.Process | None = None


class Supervisor:
    """Keeps parts running until it is told to stop."""

    def __init__(self, parts: Sequence[Part], clock: Callable[[], float] = time.monotonic) -> None:
        self.parts = list(parts)
        self._clock = clock
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()

    async def start(self, part: Part) -> None:
        """Start a part and watch it."""
        await self._spawn(part)
        self._tasks.append(asyncio.create_task(self._watch(part), name=f"watch-{part.name}"))

    async def stop(self) -> None:
        """Stop the parts, last started first; kill those that take longer than `STOP_WITHIN` seconds."""
        self._stopping.set()
        for part in reversed(self.parts):
            await self._end(part)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _spawn(self, part: Part) -> None:
        environment = {**os.environ, **part.environment, PARENT_VARIABLE: str(os.getpid())}
        command = [sys.executable, "-m", "stream", *part.arguments]
        if part.output is None:
            part.process = await asyncio.create_subprocess_exec(*command, env=environment, start_new_session=True)
        else:
            with part.output.open("ab") as output:
                part.process = await asyncio.create_subprocess_exec(
                    *command, env=environment, start_new_session=True, stdout=output, stderr=subprocess.STDOUT
                )
        log.info("part started", part_name=part.name, pid=part.process.pid)

    async def _watch(self, part: Part) -> None:
        while not self._stopping.is_set():
            assert part.process is not None
            started = self._clock()
            code = await part.process.wait()
            if self._stopping.is_set():
                return
            part.failures = 1 if self._clock() - started > HEALTHY_AFTER else part.failures + 1
            seconds = pause(part.failures)
            metrics.RESTARTS.labels(part.name).inc()
            log.error("part died, starting it again", part_name=part.name, exit_code=code, pause_seconds=seconds)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), seconds)
                return
            await self._spawn(part)

    async def _end(self, part: Part) -> None:
        process = part.process
        if process is None or process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), STOP_WITHIN)
        except TimeoutError:
            log.warning("part did not stop in time, killing it", part_name=part.name, seconds=STOP_WITHIN)
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
