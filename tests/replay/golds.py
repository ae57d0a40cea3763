"""Gold files and replays written by hand, for the tests of the evaluation."""

from __future__ import annotations

import json
from pathlib import Path


def gold_line(name, event=None, **fields):
    return {"id": name, "event": event, **fields}


def write(path: Path, lines) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in lines), encoding="utf-8")
    return path


def replay_folder(folder: Path, stories, alerts=(), merged=None, understood=None) -> Path:
    """Write what a replay would; `stories` maps articles to stories or None, `alerts` are (state, story, at)."""
    folder.mkdir(parents=True, exist_ok=True)
    blank = {"origin": "o", "diplomatic": False, "act": None, "parties": []}
    write(
        folder / "assignments.jsonl",
        [{"id": name, "story": story, **blank, **(understood or {}).get(name, {})} for name, story in stories.items()],
    )
    names = dict.fromkeys([*filter(None, stories.values()), *(merged or {})])
    write(folder / "stories.jsonl", [{"story": name, "merged_into": (merged or {}).get(name)} for name in names])
    facts = {"articles": 3, "origins": ["A", "B", "C"], "act": None, "parties": [], "reason": "r"}
    write(
        folder / "alerts.jsonl",
        [
            {"id": str(i), "state": state, "story": story, "at": at, **facts}
            for i, (state, story, at) in enumerate(alerts)
        ],
    )
    return folder
