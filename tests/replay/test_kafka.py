import base64
import filecmp
from collections import deque
from dataclasses import dataclass

import pytest
from recordings import WordEmbedder, line, rows, stream_of, three_topics

from stream import topics
from stream.errors import TocsinError
from stream.records import DeadLetter, RawArticle, decode, encode
from stream.replay.kafka import IN_FLIGHT, Lines, replay_through_kafka
from stream.replay.pipeline import Pipeline
from stream.replay.run import replay
from stream.settings import Settings

SETTINGS = Settings(topic_prefix="t-", min_diplomatic=0.0)


@dataclass
class Got:
    topic: str
    value: bytes


class Workers:
    """A broker with workers behind it: what is sent goes through the pipeline, and its records can be polled.

    Args:
        repeat: deliver every record twice, as at-least-once may.
        deaf_to: an article that vanishes.
        mute: streams that stay silent.
    """

    def __init__(self, repeat=False, deaf_to=None, mute=()):
        self.now = 0.0
        self.pipeline = Pipeline(WordEmbedder(), None)
        self.pipeline.rules = type(self.pipeline.rules).of(SETTINGS)
        self.queue = deque()
        self.waiting = []
        self.in_flight = self.most_in_flight = 0
        self.repeat, self.deaf_to, self.mute = repeat, deaf_to, mute
        self.read_from_end = False
        self.closed = 0

    # What a producer does.
    def send(self, topic, key, value):
        assert topic == "t-articles.raw"
        assert self.read_from_end, "sent before listening"
        raw = decode(RawArticle, value)
        assert key == raw.site.encode()
        self.waiting.append(raw)
        self.most_in_flight = max(self.most_in_flight, len(self.waiting))

    def flush(self):
        pass

    def close(self):
        self.closed += 1

    # What a consumer does.
    def assignment(self):
        return {0}

    def seek_to_end(self):
        self.read_from_end = True

    def position(self, partition):
        return 0

    def poll(self, timeout_ms):
        self.now += timeout_ms / 1000
        waiting, self.waiting = self.waiting, []
        for raw in waiting:
            if raw.id != self.deaf_to:
                self._work(raw)
        records = list(self.queue)
        self.queue.clear()
        return {0: records} if records else {}

    def _work(self, raw):
        step = self.pipeline.feed(raw)
        out = [(topics.ALERTS, alert) for alert in step.alerts]
        if step.refused:
            payload = base64.b64encode(encode(raw)).decode()
            reason, detail = step.refused.reason, step.refused.detail
            letter = DeadLetter(
                stream="articles.raw", stage="clean", reason=reason, detail=detail, key=None, payload=payload, at=0
            )
            out.append((topics.REJECTED, letter))
        # Alerts first: a consumer may well see a later stream earlier.
        out += [(topics.STORIES, update) for update in step.updates]
        if step.embedded:
            out.append((topics.EMBEDDED, step.embedded))
        for stream, record in out * (2 if self.repeat else 1):
            if stream.name not in self.mute:
                self.queue.append(Got("t-" + stream.name, encode(record)))

    def lines(self):
        return Lines(producer=lambda _: self, consumer=lambda *_: self, clock=lambda: self.now)


def through(workers, file, out, **options):
    return replay_through_kafka(file, out, SETTINGS, progress=False, lines=workers.lines(), patience=5, **options)


@pytest.fixture
def file(tmp_path):
    lines = [*three_topics(75), "{bad", line(95, title="12:30", text="..."), line(96, "storm", minute=20_000)]
    return stream_of(lines, tmp_path / "s.jsonl")


@pytest.mark.parametrize("repeat", [False, True])
def test_the_files_are_those_of_the_replay_without_a_broker(tmp_path, file, repeat):
    workers = Workers(repeat=repeat)
    summary = through(workers, file, tmp_path / "kafka")
    alone = replay(file, tmp_path / "alone", WordEmbedder(), rules=workers.pipeline.rules, progress=False)
    for name in ("assignments.jsonl", "stories.jsonl"):
        assert filecmp.cmp(tmp_path / "kafka" / name, tmp_path / "alone" / name, shallow=False)
    sides = [rows(tmp_path / side / "alerts.jsonl") for side in ("kafka", "alone")]
    assert sorted(sides[0], key=str) == sorted(sides[1], key=str)
    assert len(sides[0]) > 3
    assert (summary.articles, summary.stories) == (alone.articles, alone.stories)
    assert (summary.refused, summary.alerts) == (alone.refused, alone.alerts)
    assert workers.most_in_flight <= IN_FLIGHT
    assert workers.closed == 2


def test_an_article_told_twice_waits_for_its_first_telling(tmp_path):
    file = stream_of([line(0), line(0), line(1, outlet=1)], tmp_path / "s.jsonl")
    through(Workers(), file, tmp_path / "out")
    assert [row["id"] for row in rows(tmp_path / "out" / "assignments.jsonl")] == ["a0", "a0", "a1"]


def test_limit(tmp_path, file):
    assert through(Workers(), file, tmp_path / "out", limit=10).articles == 10


def test_silent_workers_are_an_error_that_names_what_is_missing(tmp_path, file):
    with pytest.raises(TocsinError, match=r"1 articles have not come back: a7; see that `tocsin work` runs"):
        through(Workers(deaf_to="a7"), file, tmp_path / "out", limit=20)
    assert list((tmp_path / "out").iterdir()) == []


def test_missing_alerts_are_an_error(tmp_path, file):
    with pytest.raises(TocsinError, match=r"\d+ alerts have not come back"):
        through(Workers(mute={"alerts"}), file, tmp_path / "out")


def test_a_record_that_cannot_be_read_stops_nothing(tmp_path, file):
    workers = Workers()
    workers.queue += [Got(f"t-{stream.name}", b"{broken") for stream in topics.ALL]
    assert through(workers, file, tmp_path / "out", limit=5).articles == 5


def test_missing_streams_are_an_error_that_says_what_to_do(tmp_path, file):
    workers = Workers()
    workers.assignment = set
    with pytest.raises(TocsinError, match="tocsin topics create"):
        through(workers, file, tmp_path / "out")
