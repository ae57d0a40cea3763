"""Every metric of every process, under Prometheus's naming rules: base units, bounded labels, no URL, no id.

`docs/metrics.md` is checked against this module.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import prometheus_client
from prometheus_client import Counter, Gauge, Histogram

from stream import __version__
from stream.errors import Refused

REGISTRY = prometheus_client.REGISTRY
"""Where every metric of the process is."""

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800)

BUILD_INFO = Gauge("tocsin_build_info", "Always 1; the version is a label", ["version"])
BUILD_INFO.labels(__version__).set(1)

RECORDS_IN = Counter("tocsin_records_in_total", "Records a stage took in", ["stage"])
RECORDS_OUT = Counter("tocsin_records_out_total", "Records a stage gave out", ["stage"])
REJECTED = Counter(
    "tocsin_records_rejected_total",
    "Records a stage refused, kept in a dead-letter stream",
    ["stage", "reason"],
)
IN_PROGRESS = Gauge("tocsin_records_in_progress", "Records a stage is working on", ["stage"])
LAST_RECORD = Gauge("tocsin_last_record_timestamp_seconds", "When a stage last finished a record", ["stage"])
DURATION = Histogram("tocsin_stage_duration_seconds", "Time a stage spent on one record", ["stage"], buckets=SECONDS)

REFETCHED = Counter(
    "tocsin_records_refetched_total", "Times dropped records were fetched again, by how it showed", ["why"]
)

FETCHES = Counter("tocsin_feed_fetches_total", "Polls of feeds by outcome", ["outcome"])
FETCH_DURATION = Histogram("tocsin_feed_fetch_duration_seconds", "Time one poll took", buckets=SECONDS)
FEEDS = Gauge("tocsin_feeds", "Feeds by health", ["health"])
ITEMS = Counter("tocsin_feed_items_total", "Feed items seen by outcome", ["outcome"])

LIVE_STORIES = Gauge("tocsin_window_stories", "Live stories of a desk", ["desk"])
LIVE_ARTICLES = Gauge("tocsin_window_articles", "Live articles of a desk", ["desk"])
STORY_CHANGES = Counter("tocsin_story_changes_total", "Changes of stories by kind", ["change"])
ALERTS = Counter("tocsin_alerts_total", "Alerts raised by state", ["state"])
ALERT_DELAY = Histogram("tocsin_alert_delay_seconds", "From the deciding article's fetch to the alert", buckets=SECONDS)

DELIVERIES = Counter("tocsin_deliveries_total", "Webhook attempts by outcome", ["outcome"])
DELIVERY_DURATION = Histogram("tocsin_delivery_duration_seconds", "Time one webhook attempt took", buckets=SECONDS)
OUTBOX = Gauge("tocsin_outbox_messages", "Messages waiting to be delivered")

HEARTBEAT_DELAY = Histogram(
    "tocsin_heartbeat_delay_seconds", "A heartbeat's time from poller to this process", buckets=SECONDS
)
HEARTBEAT_LAST = Gauge("tocsin_heartbeat_last_timestamp_seconds", "When the last heartbeat arrived here was sent")

RESTARTS = Counter("tocsin_part_restarts_total", "Times the supervisor restarted a part", ["part"])


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Count and time one record through the stage `name`; a `Refused` is counted by its reason and raised on."""
    RECORDS_IN.labels(name).inc()
    started = time.perf_counter()
    try:
        with IN_PROGRESS.labels(name).track_inprogress():
            yield
    except Refused as refusal:
        REJECTED.labels(name, refusal.reason).inc()
        raise
    finally:
        DURATION.labels(name).observe(time.perf_counter() - started)
        LAST_RECORD.labels(name).set_to_current_time()
