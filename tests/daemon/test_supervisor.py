import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from stream.daemon import supervisor as module
from stream.daemon.supervisor import LONGEST_PAUSE, Part, Supervisor, pause


@pytest.fixture
def script(tmp_path, monkeypatch):
    """Let parts be small Python scripts instead of `tocsin` commands."""

    def write(name, text):
        path = tmp_path / f"{name}.py"
        path.write_text(text)
        return Part(name, [str(path)], output=tmp_path / f"{name}.log")

    real = asyncio.create_subprocess_exec

    async def start(program, dash_m, stream, *arguments, **options):
        assert (program, dash_m, stream) == (sys.executable, "-m", "stream")
        return await real(program, *arguments, **options)

    monkeypatch.setattr(module.asyncio, "create_subprocess_exec", start)
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.05)
    return write


async def until(condition):
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.02)


def lines(part):
    return part.output.read_text().split() if part.output.exists() else []


SLEEPER = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"


async def test_a_part_that_is_killed_starts_again(script):
    part = script("p", SLEEPER)
    watched = Supervisor([part])
    await watched.start(part)
    await until(lambda: len(lines(part)) == 1)
    os.kill(int(lines(part)[0]), signal.SIGKILL)
    await until(lambda: len(lines(part)) == 2)
    assert part.failures == 1
    await watched.stop()
    assert not Path(f"/proc/{lines(part)[1]}").exists()


async def test_parts_stop_in_reverse_order(script, tmp_path):
    order = tmp_path / "order"
    text = (
        "import signal, sys, time\n"
        f"signal.signal(signal.SIGTERM, lambda *_: (open({str(order)!r}, 'a').write(NAME + ' '), sys.exit()))\n"
        "print('up', flush=True)\ntime.sleep(60)\n"
    )
    parts = [script(name, f"NAME = {name!r}\n{text}") for name in ("first", "second")]
    watched = Supervisor(parts)
    for part in parts:
        await watched.start(part)
    await until(lambda: all(lines(part) for part in parts))
    await watched.stop()
    assert order.read_text().split() == ["second", "first"]


async def test_a_part_that_will_not_stop_is_killed(script, monkeypatch):
    monkeypatch.setattr(module, "STOP_WITHIN", 0.3)
    part = script("p", "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + SLEEPER)
    watched = Supervisor([part])
    await watched.start(part)
    await until(lambda: lines(part))
    await watched.stop()
    assert part.process.returncode == -signal.SIGKILL


def test_pauses_grow_and_are_bounded():
    pauses = [pause(failures) for failures in range(1, 12)]
    assert pauses[:4] == [0.5, 1.0, 2.0, 4.0]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE
