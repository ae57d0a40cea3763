"""Made-up embedded articles: a subject is a direction and a set of words; an article adds noise of its own."""

from __future__ import annotations

import numpy as np

from stream.cleaning.fingerprint import sketch
from stream.embedding.lexical import lexical_vector
from stream.records import EmbeddedArticle, pack_dense

DIM = 64
START = 1_700_000_000.0
HOUR = 3600.0
DAY = 86_400.0


def direction(seed: int) -> np.ndarray:
    vector = np.random.RandomState(seed).standard_normal(DIM)
    return vector / np.linalg.norm(vector)


def words(subject: int, count: int = 12) -> str:
    return " ".join(f"w{subject}x{n}" for n in range(count))


def article(
    number: int,
    subject: int = 0,
    *,
    hours: float = 0.0,
    noise: float = 0.3,
    vector: np.ndarray | None = None,
    title: str | None = None,
    text: str | None = None,
    site: str | None = None,
    lang: str = "en",
    kind: str = "article",
    fetched: float | None = None,
    **fields: object,
) -> EmbeddedArticle:
    """Return article `number` on `subject`, `hours` after the start, from its own site unless told otherwise."""
    if vector is None:
        vector = direction(1000 + subject) + noise * direction(50_000 + number)
    title = title if title is not None else f"{words(subject, 6)} own{number}"
    text = text if text is not None else f"{words(subject)} " + " ".join(f"o{number}n{n}" for n in range(12))
    time = START + hours * HOUR
    known = {
        "parties": [],
        "places": [],
        "event_date": None,
        "act": None,
        "modality": None,
        "diplomatic": 0.0,
        "credit": None,
    }
    return EmbeddedArticle(
        id=f"a{number}",
        kind=kind,
        site=site or f"site{number}.example",
        outlet=f"Outlet {number}",
        url=None,
        title=title,
        lead=text[:80],
        lang=lang,
        fetched=time if fetched is None else fetched,
        event_time=time,
        fingerprint=sketch(title, text),
        dense=pack_dense((vector / np.linalg.norm(vector)).astype(np.float32)),
        lexical=lexical_vector(title, text),
        **{**known, **fields},
    )
