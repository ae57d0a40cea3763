"""Small recorded streams and an embedder without a model, for the tests of this folder."""

from __future__ import annotations

import gzip
import json
from hashlib import blake2b
from pathlib import Path

import numpy as np

from stream.cleaning.normalise import words

TOPICS = {
    "talks": "Iranian Saudi foreign ministers meet Beijing talks reopening embassies",
    "storm": "Storm floods coastal villages cuts power thousands homes overnight",
    "match": "Striker scores twice champions win cup final extra time",
}
OWN_WORDS = [
    "witnesses described long queues outside while officials declined every question",
    "analysts had expected nothing of the kind before autumn, our diplomatic editor writes",
    "the announcement surprised markets, with shares and oil both moving sharply at noon",
    "neighbouring capitals welcomed the step cautiously and asked for further details",
    "photographs from the scene show crowds, flags and a heavy presence of police",
    "an earlier attempt had collapsed in spring after weeks of bitter accusations",
    "older residents remembered similar scenes from their childhood decades ago",
]
"""What each outlet adds in its own words, so that it is no copy of the others."""


class WordEmbedder:
    """Bags of hashed words on the sphere: texts of the same words are near, and it needs no model."""

    name = "words"
    dim = 96

    def __init__(self):
        self.calls = []

    def embed(self, texts):
        self.calls.append(len(texts))
        return np.array([self._one(text) for text in texts], dtype=np.float32).reshape(len(texts), self.dim)

    def _one(self, text):
        row = np.zeros(self.dim)
        for word in words(text) or ["nothing"]:
            seed = int.from_bytes(blake2b(word.encode(), digest_size=4).digest())
            row += np.random.default_rng(seed).standard_normal(self.dim)
        return row / np.linalg.norm(row)


def line(number, topic="talks", outlet=0, minute=0, **fields):
    """Return one line of a recorded stream: the topic's headline in an order of its own and the outlet's own words."""
    title = TOPICS[topic].split()
    turn = (outlet * 3) % len(title)
    own = OWN_WORDS[outlet % len(OWN_WORDS)]
    row = {
        "id": f"a{number}",
        "url": f"https://outlet{outlet}.example/news/{number}",
        "source": f"Outlet {outlet}",
        "title": " ".join(title[turn:] + title[:turn]),
        "text": f"{TOPICS[topic]}.\n{own.capitalize()}. Report {number}: {own}, and more {topic} of number {number}.",
        "lang": "en",
        "published": f"2023-03-{10 + minute // 1440:02d}T{minute % 1440 // 60:02d}:{minute % 60:02d}:00Z",
    }
    return row | fields


def stream_of(lines, path: Path) -> Path:
    """Write a recorded stream; gzipped when the name says so."""
    data = "\n".join(row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in lines) + "\n"
    path.write_bytes(gzip.compress(data.encode()) if path.suffix == ".gz" else data.encode())
    return path


def three_topics(count=30):
    """Return a stream of three topics in turns, from changing outlets, some minutes apart."""
    names = list(TOPICS)
    return [line(i, names[i % 3], outlet=i % 7, minute=i * 4) for i in range(count)]


def rows(path: Path):
    """Return the lines of an output file."""
    return [json.loads(row) for row in path.read_text(encoding="utf-8").splitlines()]
