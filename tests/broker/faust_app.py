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
counts = app.Table(f"{NAME}.counts", default=int, partitions=PARTITIONS, key_type=str, value_type=int)


@app.agent(words, concurrency=1)
async def count(stream):
    """Count each word."""
    async for word in stream:
        counts[word.decode()] += 1


@app.timer(0.5)
async def report():
    """Write down what this worker owns and has counted."""
    owned = [place.partition for place in app.consumer.assignment() if place.topic == words.get_topic_name()]
    fresh = REPORT.with_suffix(".new")
    fresh.write_text(json.dumps({"owned": sorted(owned), "counts": dict(counts.items())}))
    fresh.replace(REPORT)


if __name__ == "__main__":
    app.main()
