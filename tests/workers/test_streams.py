import base64
from types import SimpleNamespace

import faust.exceptions
import pytest
from faust.types import TP
from prometheus_client import REGISTRY

from stream import topics
from stream.errors import Refused
from stream.records import DeadLetter, decode
from stream.settings import load
from stream.workers.streams import Streams


class FakeTopic:
    def __init__(self):
        self.sent = []

    async def send(self, *, key, value):
        self.sent.append((key, value))


class FakeApp:
    """Remembers topics and agents the way Faust is told of them."""

    def __init__(self):
        self.topics = {}
        self.agents = {}
        self.sought = []
        self.consumer = SimpleNamespace(_committed_offset={}, seek=self.seek)

    async def seek(self, place, offset):
        self.sought.append((place, offset))

    def topic(self, name, **options):
        assert options["key_serializer"] == options["value_serializer"] == "raw"
        return self.topics.setdefault(name, FakeTopic())

    def agent(self, topic, *, name, concurrency):
        assert concurrency == 1
        return lambda run: self.agents.setdefault(name, run)


class FakeStream:
    def __init__(self, *values, offsets=None):
        self.values = values
        self.offsets = offsets or range(len(values))

    async def events(self):
        for offset, value in zip(self.offsets, self.values, strict=True):
            message = SimpleNamespace(key=b"site", value=value, partition=0, offset=offset, tp=TP("articles.raw", 0))
            yield SimpleNamespace(value=value, message=message)


async def run(handle, *values, prefix=""):
    app = FakeApp()
    streams = Streams(app, load(topic_prefix=prefix))
    streams.agent("stage", topics.RAW, handle)
    try:
        await app.agents["stage"](FakeStream(*values))
    finally:
        letters = app.topics.get(prefix + topics.REJECTED.name, FakeTopic()).sent
    return [(key, decode(DeadLetter, value)) for key, value in letters]


async def test_a_refused_record_is_kept_with_its_reason_and_the_next_one_is_taken():
    done = []

    async def handle(event):
        if event.value == b"bad":
            raise Refused("empty_text", "no words")
        done.append(event.value)

    [(key, letter)] = await run(handle, b"one", b"bad", b"two", prefix="p-")
    assert done == [b"one", b"two"]
    assert (key, letter.stream, letter.stage) == (b"site", "articles.raw", "stage")
    assert (letter.reason, letter.detail) == ("empty_text", "no words")
    assert base64.b64decode(letter.payload) == b"bad"


async def test_a_bug_on_one_record_stops_nobody_and_is_counted():
    async def handle(event):
        raise KeyError(event.value)

    labels = {"stage": "stage", "reason": "failed"}
    before = REGISTRY.get_sample_value("tocsin_records_rejected_total", labels) or 0
    letters = await run(handle, b"one", b"two")
    assert [letter.reason for _, letter in letters] == ["failed", "failed"]
    assert REGISTRY.get_sample_value("tocsin_records_rejected_total", labels) == before + 2


async def test_a_record_without_value_is_kept_too():
    async def handle(event):
        decode(DeadLetter, event.value)

    [(_, letter)] = await run(handle, None)
    assert (letter.reason, letter.payload) == ("undecodable", "")


async def test_trouble_of_the_transport_is_not_the_records_fault():
    async def handle(event):
        raise faust.exceptions.ProducerSendError

    with pytest.raises(faust.exceptions.ProducerSendError):
        await run(handle, b"one")


async def test_a_gap_is_fetched_again_and_only_what_is_handled_may_be_committed():
    app, done = FakeApp(), []
    streams = Streams(app, load())

    async def handle(event):
        done.append(event.value)

    streams.agent("stage", topics.RAW, handle)
    place = TP("articles.raw", 0)
    await app.agents["stage"](FakeStream(b"0", b"2", b"3", offsets=[0, 2, 3]))
    assert (done, app.sought, streams.committable(place)) == ([b"0"], [(place, 1)], 1)
    await app.agents["stage"](FakeStream(b"1", b"2", b"3", b"3", offsets=[1, 2, 3, 3]))
    assert (done, app.sought, streams.committable(place)) == ([b"0", b"1", b"2", b"3"], [(place, 1)], 4)
