"""The clean agent: an outlet's item becomes an article's own words."""

from __future__ import annotations

import asyncio

import faust

from stream import topics
from stream.cleaning import clean_article
from stream.records import RawArticle, decode
from stream.workers.streams import Streams

STAGE = "clean"


def install(streams: Streams) -> None:
    """Add the agent."""

    async def handle(event: faust.Event) -> None:
        raw = decode(RawArticle, event.value)
        # A long page takes tens of milliseconds: off the loop, so that heartbeats to the broker go on.
        cleaned = await asyncio.to_thread(clean_article, raw)
        await streams.send(STAGE, topics.CLEAN, cleaned.article.id, cleaned.article)

    streams.agent(STAGE, topics.RAW, handle)
