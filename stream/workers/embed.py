"""The embed agent: own words become vectors, parties, place, date and act."""

from __future__ import annotations

import asyncio
import threading
from functools import cache

import faust

from stream import topics
from stream.embedding.cache import VectorCache
from stream.embedding.embedders import Embedder, load_embedder
from stream.embedding.understand import embed_article
from stream.records import CleanArticle, decode
from stream.workers.streams import Streams

STAGE = "embed"


def install(streams: Streams) -> None:
    """Add the agent."""
    loading = threading.Lock()

    @cache
    def load() -> Embedder:
        return VectorCache(None, load_embedder(streams.settings.embedder))

    def embedder() -> Embedder:
        with loading:
            return load()

    async def handle(event: faust.Event) -> None:
        article = decode(CleanArticle, event.value)
        embedded = await asyncio.to_thread(lambda: embed_article(article, embedder()))
        await streams.send(STAGE, topics.EMBEDDED, streams.settings.desk, embedded)

    async def warm() -> None:
        # Loading a model takes seconds: not with the first article waiting.
        await asyncio.to_thread(embedder)

    streams.app.task(warm)
    streams.agent(STAGE, topics.CLEAN, handle)
