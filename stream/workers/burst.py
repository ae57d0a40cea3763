"""The burst agent: stories that gain independent origins faster than their background ring."""

from __future__ import annotations

import time

import faust
import msgspec

from stream import metrics, topics
from stream.bursts import BurstRules, BurstState, detect
from stream.records import StoryUpdate, decode
from stream.workers.streams import Streams

STAGE = "burst"


def install(streams: Streams) -> None:
    """Add the agent and its table."""
    rules = BurstRules.of(streams.settings)
    table = streams.table(topics.BURSTS_CHANGELOG)

    async def handle(event: faust.Event) -> None:
        update = decode(StoryUpdate, event.value)
        key = update.story.encode()
        stored = table.get(key)
        state = msgspec.json.decode(stored, type=BurstState) if stored else None
        state, alerts = detect(state, update, rules)
        for alert in alerts:
            if alert.kind == "article":
                metrics.ALERTS.labels(alert.state).inc()
                metrics.ALERT_DELAY.observe(max(0.0, time.time() - alert.fetched))
            await streams.send(STAGE, topics.ALERTS, alert.story, alert)
        if state.closed:
            table.pop(key, None)
        elif update.kind == "article":
            table[key] = msgspec.json.encode(state)

    streams.agent(STAGE, topics.STORIES, handle)
