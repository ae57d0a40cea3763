"""From a clean article to everything that the assign step needs of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stream.embedding.acts import act_of
from stream.embedding.dates import date_of
from stream.embedding.diplomatic import probability
from stream.embedding.embedders import Embedder
from stream.embedding.gist import gist, lead
from stream.embedding.lexical import lexical_vector
from stream.embedding.parties import parties_of
from stream.embedding.places import places_of
from stream.embedding.reading import read
from stream.records import CleanArticle, EmbeddedArticle, Modality, SparseVector, pack_dense


@dataclass(frozen=True, slots=True)
class Understanding:
    """What an article says, as far as words tell it; the fields are those of `EmbeddedArticle`."""

    parties: list[str]
    places: list[str]
    event_date: str | None
    act: str | None
    modality: Modality | None
    diplomatic: float


NOTHING = Understanding(parties=[], places=[], event_date=None, act=None, modality=None, diplomatic=0.0)


def understand(article: CleanArticle) -> Understanding:
    """Return the parties, places, date and act of an article; a heartbeat has none.

    Parties are ISO 3166-1 alpha-2 codes or names of bodies; the African Union is `AFRICAN_UNION`, as `AU` is Australia.
    """
    if article.kind == "heartbeat":
        return NOTHING
    reading = read(article.title, article.text, article.lang, article.event_time)
    parties = parties_of(reading)
    act, modality, _ = act_of(reading)
    return Understanding(
        parties=parties,
        places=places_of(reading),
        event_date=date_of(reading, article.event_time),
        act=act,
        modality=modality,
        diplomatic=probability(reading, parties),
    )


def embed_article(article: CleanArticle, embedder: Embedder) -> EmbeddedArticle:
    """Return one article with vectors and understanding; see `embed_articles`."""
    return embed_articles([article], embedder)[0]


def embed_articles(articles: Sequence[CleanArticle], embedder: Embedder) -> list[EmbeddedArticle]:
    """Return the articles with vectors and understanding, in order; the result of one does not depend on the others.

    Heartbeats pass through with zero vectors: no model is asked.
    """
    real = [article for article in articles if article.kind == "article"]
    blank = np.zeros(embedder.dim, dtype=np.float32)
    vectors = iter(embedder.embed([gist(article.title, article.text) for article in real]) if real else blank[:0])
    return [
        _embedded(article, next(vectors) if article.kind == "article" else blank, understand(article))
        for article in articles
    ]


def _embedded(article: CleanArticle, dense: NDArray[np.float32], known: Understanding) -> EmbeddedArticle:
    heartbeat = article.kind == "heartbeat"
    empty = SparseVector.of(np.zeros(0, dtype=np.uint32), np.zeros(0, dtype=np.float32))
    return EmbeddedArticle(
        kind=article.kind,
        id=article.id,
        site=article.site,
        outlet=article.outlet,
        url=article.url,
        title=article.title,
        lead=lead(article.title, article.text),
        lang=article.lang,
        fetched=article.fetched,
        event_time=article.event_time,
        credit=article.credit,
        fingerprint=article.fingerprint,
        dense=pack_dense(dense),
        lexical=empty if heartbeat else lexical_vector(article.title, article.text),
        parties=known.parties,
        places=known.places,
        event_date=known.event_date,
        act=known.act,
        modality=known.modality,
        diplomatic=known.diplomatic,
    )
