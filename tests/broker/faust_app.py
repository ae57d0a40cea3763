"""A Faust application as Tocsin uses Faust: words in, a table of counts with a changelog, and a report in a file.

Run by `test_faust_workers.py` with its settings in the environment: BROKER, NAME, DATA, REPORT.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import faust

NAME = os.environ["NAME"]
REPORT = Path(os.environ["REPORT"])
PARTITIONS = 4

app = faust.App(
    NAME,
    broker=f"kafka://{os.environ['BROKER']}",
    store="rocksdb://",  # the rocksdict driver, as that is what is installed
    datadir=os.environ["DATA"],
    topic_partitions=PARTITIONS,
    topic_replication_factor=1,
    topic_disable_leader=True,
    broker_session_timeout=6.0,
    broker_heartbeat_interval=1.0,
    broker_rebalance_timeout=6.0,
    broker_commit_interval=0.5,
    stream_wait_empty=False,
    consumer_auto_offset_reset="earliest",
    table_standby_replicas=0,
    web_enabled=False,
)

words = app.topic(f"{NAME}.words", key_type=bytes, value_type=bytes, value_serializer="raw", partitions=PARTITIONS)
# For each word: how often it came, and the number that its last record carried.
counts = app.Table(f"{NAME}.counts", default=lambda: b"0 -1", partitions=PARTITIONS, key_type=bytes, value_type=bytes)


@app.agent(words, concurrency=1)
async def count(stream):
    """Count each word once, however often Faust delivers its record: as Tocsin's stages know what they have seen."""
    async for value in stream:
        word, number = value.decode().split()
        times, last = counts[word.encode()].split()
        if int(number) > int(last):
            counts[word.encode()] = f"{int(times) + 1} {number}".encode()


@app.timer(0.5)
async def report():
    """Write down what this worker owns and has counted."""
    owned = [place.partition for place in app.consumer.assignment() if place.topic == words.get_topic_name()]
    fresh = REPORT.with_suffix(".new")
    counted = {word.decode(): int(value.split()[0]) for word, value in counts.items()}
    fresh.write_text(json.dumps({"owned": sorted(owned), "counts": counted}))
    fresh.replace(REPORT)


if __name__ == "__main__":
    app.main()
