import os
import subprocess
import sys
import time

import psutil
import pytest


class Running:
    """A `tocsin` command and its children; its output is read from files."""

    def __init__(self, arguments, folder, environment):
        self.folder = folder
        self.output = folder / "output.txt"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "stream", *arguments],
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env={**os.environ, "COLUMNS": "200", "PYTHONUNBUFFERED": "1", **environment},
            )
        self.children = []

    def text(self):
        return self.output.read_text(encoding="utf-8", errors="replace")

    def child(self, command):
        """Return the child process that runs `tocsin COMMAND`."""
        self.children = psutil.Process(self.process.pid).children(recursive=True)
        [found] = [child for child in self.children if child.cmdline()[-1:] == [command]]
        return found

    def until(self, condition, seconds):
        deadline = time.monotonic() + seconds
        while not condition(self.text()):
            assert self.process.poll() is None, f"exited with {self.process.returncode}:\n{self.text()}"
            assert time.monotonic() < deadline, f"not within {seconds} s:\n{self.text()[-4000:]}"
            time.sleep(0.2)

    def end(self):
        """End what is left, by process id."""
        try:
            family = [*psutil.Process(self.process.pid).children(recursive=True), *self.children]
        except psutil.NoSuchProcess:
            family = self.children
        for process in (self.process, *family):
            try:
                process.kill()
            except (psutil.NoSuchProcess, ProcessLookupError):
                continue
        self.process.wait(10)


@pytest.fixture
def start(tmp_path):
    """Start `tocsin` commands that end with the test."""
    running = []

    def start(*arguments, **environment):
        running.append(Running(arguments, tmp_path, environment))
        return running[-1]

    yield start
    for process in running:
        process.end()
