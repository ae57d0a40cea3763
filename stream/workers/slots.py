"""Folders for the tables of workers that share a machine: each takes the first one that nobody holds."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stream.errors import TocsinError

SLOTS = 64


@contextmanager
def take_slot(root: Path) -> Iterator[Path]:
    """Hold a folder of `root` while the block runs.

    The kernel drops the lock when a process dies, so a worker that is started again finds its own tables.
    """
    root.mkdir(parents=True, exist_ok=True)
    for number in range(1, SLOTS + 1):
        folder = root / str(number)
        folder.mkdir(exist_ok=True)
        with (folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield folder
            return
    raise TocsinError(
        f"all {SLOTS} worker folders of {root} are in use; stop a worker or set TOCSIN_DATA to another folder"
    )
