"""A recorded stream through the broker and the workers, as live news goes.

```
 file ──▶ articles.raw ──▶ (the workers) ──▶ articles.embedded, stories, alerts, articles.rejected
   ▲                                                             │
   └── at most IN_FLIGHT lines since the oldest unaccounted one ◀┘
```

The clean and embed steps run side by side, so articles may overtake one another by as many as are in flight, and the
order decides what founds a story. One at a time keeps the file's order exactly, at about twenty a second.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import structlog

from stream import topics, transport
from stream.bursts import BurstRules
from stream.errors import Refused, TocsinError
from stream.records import Alert, DeadLetter, StoryUpdate, decode, encode
from stream.replay.ledger import Ledger, Understood
from stream.replay.outputs import Outputs, alert_line
from stream.replay.progress import ProgressReport
from stream.replay.recorded import Recorded, RecordedStream
from stream.replay.run import Summary, fraction_done
from stream.settings import Settings

log = structlog.get_logger(__name__)

IN_FLIGHT = 1
PATIENCE = 60.0
"""Seconds without any news from the workers before the replay gives up: longer than a restart and a rebalance."""
QUIET = 2.0
"""Seconds of silence after the last article: what its arrival closed comes right behind it."""
_NAMED = 10

READ = (topics.EMBEDDED, topics.STORIES, topics.ALERTS, topics.REJECTED)


@dataclass(frozen=True)
class Lines:
    """The way to the broker; tests put a fake in its place."""

    producer: Callable[[Settings], Any] = transport.producer
    consumer: Callable[..., Any] = transport.consumer
    clock: Callable[[], float] = time.monotonic


def replay_through_kafka(
    file: Path,
    out: Path,
    settings: Settings,
    limit: int | None = None,
    progress: bool = True,
    lines: Lines | None = None,
    patience: float = PATIENCE,
) -> Summary:
    """Send a recorded stream through the broker and workers that run, and write the files that `replay` writes.

    The desk should be fresh: stories that it already has would take in articles of the recording.

    Raises:
        TocsinError: the file or folder is unusable, no broker answers, or the workers fall silent before every article
            is accounted for; the message names what is missing.
    """
    return _KafkaReplay(file, out, settings, limit, progress, lines or Lines(), patience).run()


class _KafkaReplay:
    """One run; see `replay_through_kafka`."""

    def __init__(
        self,
        file: Path,
        out: Path,
        settings: Settings,
        limit: int | None,
        progress: bool,
        lines: Lines,
        patience: float,
    ) -> None:
        self._recorded = RecordedStream(file)
        self._limit = limit
        self._out = out
        self._settings = settings
        self._progress = progress
        self._patience = patience
        self._clock = lines.clock
        self._ledger = Ledger(BurstRules.of(settings))
        self._summary = Summary()
        self._consumer = lines.consumer(settings, READ, None)
        self._producer = lines.producer(settings)

    def run(self) -> Summary:
        started = self._clock()
        try:
            self._to_the_end()
            name = f"replay {self._recorded.path.name}"
            with Outputs(self._out) as outputs, ProgressReport(name) as report:
                self._send_all(outputs, report)
                self._wait(outputs, lambda: not len(self._ledger), "articles", lambda: self._ledger.missing)
                self._quieten(outputs)
                self._wait(
                    outputs, lambda: not self._ledger.missing_alerts, "alerts", lambda: self._ledger.missing_alerts
                )
                for alert in self._ledger.alerts:
                    self._summary.alerts[alert.state] += 1
                    outputs.alert(alert_line(alert))
                self._summary.stories = len(outputs.stories)
                outputs.commit()
        finally:
            self._producer.close()
            self._consumer.close()
        self._summary.seconds = self._clock() - started
        return self._summary

    def _to_the_end(self) -> None:
        """Start reading behind what the streams already hold."""
        deadline = self._clock() + self._patience
        while not self._consumer.assignment():
            self._consumer.poll(timeout_ms=100)
            if self._clock() > deadline:
                raise TocsinError("the streams do not exist; run `tocsin topics create` and start a worker")
        self._consumer.seek_to_end()
        for partition in self._consumer.assignment():
            # Positions are resolved lazily: asking makes it happen before the first article is sent.
            self._consumer.position(partition)

    def _send_all(self, outputs: Outputs, report: ProgressReport) -> None:
        lines: Iterator[Recorded] = islice(iter(self._recorded), self._limit)
        for line in lines:
            self._wait(outputs, partial(self._has_room, line), "articles", lambda: self._ledger.missing)
            self._summary.articles += 1
            if line.article is None or line.id is None:
                refused = line.refused or Refused("undecodable")
                self._ledger.refused(line.line, line.id, str(refused))
            else:
                self._ledger.sent(line.line, line.id)
                topic = self._settings.topic(topics.RAW.name)
                self._producer.send(topic, key=line.article.site.encode(), value=encode(line.article))
            if self._progress and self._summary.articles % IN_FLIGHT == 0:
                report.at(self._summary.articles, fraction_done(self._recorded, self._summary.articles, self._limit))
        self._producer.flush()

    def _has_room(self, line: Recorded) -> bool:
        # An id that is on its way cannot be told from its second coming.
        return len(self._ledger) < IN_FLIGHT and (line.id is None or line.id not in self._ledger)

    def _wait(self, outputs: Outputs, done: Callable[[], bool], what: str, missing: Callable[[], list[str]]) -> None:
        """Read what comes back until `done`.

        Raises:
            TocsinError: nothing came for as long as patience lasts.
        """
        heard = self._clock()
        while not done():
            if self._read(outputs, 100):
                heard = self._clock()
            elif self._clock() - heard > self._patience:
                left = missing()
                names = ", ".join(left[:_NAMED]) + (f" and {len(left) - _NAMED} more" if len(left) > _NAMED else "")
                raise TocsinError(
                    f"the workers have been silent for {self._patience:.0f} s and {len(left)} {what} have not come "
                    f"back: {names}; see that `tocsin work` runs with the same settings, and its log"
                )

    def _quieten(self, outputs: Outputs) -> None:
        heard = self._clock()
        while self._clock() - heard < QUIET:
            if self._read(outputs, 100):
                heard = self._clock()

    def _read(self, outputs: Outputs, timeout_ms: int) -> bool:
        """Take what has come; return whether anything has."""
        polled = self._consumer.poll(timeout_ms=timeout_ms)
        for records in polled.values():
            for record in records:
                try:
                    self._take(record.topic, record.value, outputs)
                except Refused as refusal:
                    log.warning("a record that came back cannot be read", stream=record.topic, detail=refusal.detail)
        for line in self._ledger.lines():
            if line.story is None:
                self._summary.refused[(line.reason or "").partition(":")[0]] += 1
            outputs.assignment(line)
        return bool(polled)

    def _take(self, topic: str, value: bytes | None, outputs: Outputs) -> None:
        if topic == self._settings.topic(topics.STORIES.name):
            news = self._ledger.story(decode(StoryUpdate, value))
            if news is not None:
                line, closed, number = news
                outputs.stories.put(line, closed=closed, number=number)
        elif topic == self._settings.topic(topics.EMBEDDED.name):
            self._ledger.understood(decode(Understood, value))
        elif topic == self._settings.topic(topics.ALERTS.name):
            self._ledger.alert(decode(Alert, value))
        elif topic == self._settings.topic(topics.REJECTED.name):
            self._ledger.rejected(decode(DeadLetter, value))
