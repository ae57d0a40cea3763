"""Writing files so that a crash leaves the old content or the new, never half of each."""

from __future__ import annotations

import os
from pathlib import Path


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file's content durably."""
    temporary = path.with_name(path.name + ".new")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_directory(path.parent)


def sync_directory(directory: Path) -> None:
    """Make the names in a directory durable."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_number(path: Path) -> int | None:
    """Return the number that `write_atomically` put in a file; None when there is none."""
    try:
        return int(path.read_text())
    except (FileNotFoundError, ValueError):
        return None
