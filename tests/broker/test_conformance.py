"""One behaviour, two brokers: every test runs against the embedded broker and against Apache Kafka."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time

import aiokafka
import psutil
import pytest
from kafka import KafkaConsumer, KafkaProducer, OffsetSpec, TopicPartition
from kafka import errors as kafka_errors
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.protocol.producer import InitProducerIdRequest, ProduceRequest
from kafka.record.default_records import DefaultRecordBatchBuilder

pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # kafka-python leaves sockets when refused
    pytest.mark.usefixtures("quiet_clients"),
]

SESSION_MS = 2000
SECOND = 1_000


def producer(server, **options) -> KafkaProducer:
    return KafkaProducer(bootstrap_servers=server.bootstrap, acks="all", **options)


def send_all(server, topic, values, **options) -> list:
    """Send (key, value) pairs and return where each was written."""
    client = producer(server, **options)
    try:
        futures = [client.send(topic, key=key, value=value) for key, value in values]
        client.flush(30)
        return [future.get(30) for future in futures]
    finally:
        client.close()


def read_all(server, topic, count: int, seconds: float = 20.0) -> list:
    """Return the first `count` records of a topic, or those that came in time."""
    consumer = KafkaConsumer(topic, bootstrap_servers=server.bootstrap, auto_offset_reset="earliest", group_id=None)
    records: list = []
    deadline = time.monotonic() + seconds
    try:
        while len(records) < count and time.monotonic() < deadline:
            for batch in consumer.poll(200).values():
                records += batch
    finally:
        consumer.close()
    return records


class TestTopics:
    def test_are_created_described_and_deleted(self, server, admin, name, wait_for):
        admin.create_topics({name: {"num_partitions": 3, "replication_factor": 1}})
        (described,) = admin.describe_topics([name])
        assert len(described["partitions"]) == 3
        assert {partition["leader_id"] for partition in described["partitions"]} == {1}
        admin.delete_topics([name])
        wait_for(lambda: name not in admin.list_topics(), 10, "the topic to go")

    def test_created_twice_are_refused(self, admin, topic):
        with pytest.raises(kafka_errors.TopicAlreadyExistsError):
            admin.create_topics({topic: {"num_partitions": 2, "replication_factor": 1}})

    @pytest.mark.parametrize(
        ("wrong", "error"),
        [
            ({"name": "no spaces"}, kafka_errors.InvalidTopicError),
            ({"replication_factor": 3}, kafka_errors.InvalidReplicationFactorError),
            ({"num_partitions": 0}, kafka_errors.InvalidPartitionsError),
            ({"configs": {"cleanup.policy": "burn"}}, kafka_errors.InvalidConfigurationError),
            ({"configs": {"no.such.key": "1"}}, kafka_errors.InvalidConfigurationError),
        ],
    )
    def test_that_cannot_be_are_refused(self, admin, name, wrong, error):
        spec = {"num_partitions": 1, "replication_factor": 1} | wrong
        with pytest.raises(error):
            admin.create_topics({spec.pop("name", name): spec})
        assert name not in admin.list_topics()

    def test_are_not_created_by_a_typo(self, server, admin, name):
        client = producer(server, max_block_ms=1500)
        with pytest.raises(kafka_errors.KafkaError):
            client.send(name, b"lost").get(5)
        client.close()
        assert name not in admin.list_topics()

    def test_grow(self, admin, topic, wait_for):
        admin.create_partitions({topic: 5})
        wait_for(lambda: len(admin.describe_topics([topic])[0]["partitions"]) == 5, 10, "five partitions")

    def test_change_their_configuration(self, admin, topic, wait_for):
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, {"retention.ms": "4242"})])

        def retention() -> str:
            (described,) = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])["topic"].values()
            return described["retention.ms"]["value"]

        wait_for(lambda: retention() == "4242", 10, "the new retention")


class TestRecords:
    @pytest.mark.parametrize("compression", [None, "gzip", "lz4"])
    def test_come_back_as_they_were_sent(self, server, topic, compression):
        client = producer(server, compression_type=compression)
        sent = [(f"k{i}".encode(), b"words " * i, [("lang", b"ar"), ("empty", b"")]) for i in range(50)]
        sent.append((b"gone", None, []))
        for key, value, headers in sent:
            client.send(topic, key=key, value=value, headers=headers, partition=1)
        client.close()
        got = read_all(server, topic, len(sent))
        assert [(r.key, r.value, list(r.headers)) for r in got] == sent

    def test_keep_their_order_within_a_partition(self, server, topic):
        values = [(str(i % 7).encode(), str(i).encode()) for i in range(2000)]
        send_all(server, topic, values, linger_ms=2)
        got = read_all(server, topic, len(values))
        assert len(got) == len(values)
        for partition in (0, 1):
            mine = [r for r in got if r.partition == partition]
            assert [r.offset for r in mine] == list(range(len(mine)))
            assert [int(r.value) for r in mine] == sorted(int(r.value) for r in mine)

    def test_are_found_by_time(self, server, topic):
        start = int(time.time() * 1000) - 1000 * SECOND
        client = producer(server, linger_ms=50)
        for i in range(100):
            client.send(topic, b"x", partition=0, timestamp_ms=start + i * SECOND)
        client.close()
        consumer = KafkaConsumer(bootstrap_servers=server.bootstrap)
        place = TopicPartition(topic, 0)
        found = consumer.offsets_for_times({place: start + 42 * SECOND - 1})[place]
        assert (found.offset, found.timestamp) == (42, start + 42 * SECOND)
        assert consumer.offsets_for_times({place: start + 1000 * SECOND})[place] is None
        assert consumer.beginning_offsets([place]) == {place: 0}
        assert consumer.end_offsets([place]) == {place: 100}
        consumer.close()

    def test_before_a_given_one_can_be_deleted(self, server, admin, topic):
        send_all(server, topic, [(b"same", str(i).encode()) for i in range(10)])
        ends = admin.list_partition_offsets({TopicPartition(topic, p): OffsetSpec.LATEST for p in (0, 1)})
        place = next(place for place, end in ends.items() if end.offset == 10)
        admin.delete_records({place: 7})
        got = read_all(server, topic, 3)
        assert [r.offset for r in got] == [7, 8, 9]

    def test_too_large_are_refused(self, server, admin, name):
        spec = {"num_partitions": 1, "replication_factor": 1, "configs": {"max.message.bytes": "10000"}}
        admin.create_topics({name: spec})
        with pytest.raises(kafka_errors.MessageSizeTooLargeError):
            send_all(server, name, [(None, b"x" * 50_000)])
        send_all(server, name, [(None, b"fits")])
        assert [r.value for r in read_all(server, name, 1)] == [b"fits"]

    def test_arrive_within_the_long_poll(self, server, topic):
        delays = []
        consumer = KafkaConsumer(topic, bootstrap_servers=server.bootstrap, fetch_max_wait_ms=5000)
        while len(consumer.assignment()) < 2:
            consumer.poll(100)
        for partition in consumer.assignment():
            consumer.position(partition)
        client = producer(server)
        for _ in range(5):
            threading.Timer(0.3, lambda: client.send(topic, b"now").get(10)).start()
            records = [r for batch in consumer.poll(5000).values() for r in batch]
            assert records
            delays.append(time.time() - records[0].timestamp / 1000)
        client.close()
        consumer.close()
        assert sorted(delays)[2] < 0.5, delays


class TestIdempotentProducer:
    @staticmethod
    def batch(producer_id: int, sequence: int, count: int = 1, epoch: int = 0) -> bytes:
        builder = DefaultRecordBatchBuilder(2, 0, 0, producer_id, epoch, sequence, 2**20)
        for delta in range(count):
            builder.append(delta, int(time.time() * 1000), b"k", b"v", [])
        return bytes(builder.build())

    @staticmethod
    def produce(ask, topic: str, batch: bytes) -> tuple[int, int]:
        """Return (error code, offset)."""
        request = ProduceRequest(
            transactional_id=None, acks=-1, timeout_ms=5000, topic_data=[(topic, [(0, batch)])], version=7
        )
        for _ in range(100):
            partition = ask(request, 7).responses[0].partition_responses[0]
            if partition.error_code != kafka_errors.NotLeaderForPartitionError.errno:
                break
            time.sleep(0.1)  # a new topic of a real Kafka has no leader yet
        return partition.error_code, partition.base_offset

    def test_is_answered_a_repeated_batch_with_its_offset(self, ask, topic, server):
        producer_id = self.new_id(ask)
        first = self.batch(producer_id, 0, 3)
        second = self.batch(producer_id, 3, 2)
        assert self.produce(ask, topic, first) == (0, 0)
        assert self.produce(ask, topic, second) == (0, 3)
        assert self.produce(ask, topic, first) == (0, 0)
        assert self.produce(ask, topic, second) == (0, 3)
        assert len(read_all(server, topic, 6, seconds=1)) == 5

    def test_may_not_skip_a_sequence_number(self, ask, topic):
        producer_id = self.new_id(ask)
        assert self.produce(ask, topic, self.batch(producer_id, 0)) == (0, 0)
        code, _ = self.produce(ask, topic, self.batch(producer_id, 5))
        assert code == kafka_errors.OutOfOrderSequenceNumberError.errno

    def test_of_an_older_epoch_is_fenced(self, ask, topic):
        producer_id = self.new_id(ask)
        assert self.produce(ask, topic, self.batch(producer_id, 0, epoch=1)) == (0, 0)
        code, _ = self.produce(ask, topic, self.batch(producer_id, 1, epoch=0))
        assert code == kafka_errors.InvalidProducerEpochError.errno

    def test_with_a_corrupt_batch_is_refused(self, ask, topic):
        batch = bytearray(self.batch(self.new_id(ask), 0))
        batch[-1] ^= 1
        code, _ = self.produce(ask, topic, bytes(batch))
        assert code == kafka_errors.CorruptRecordError.errno

    @staticmethod
    def new_id(ask) -> int:
        request = InitProducerIdRequest(transactional_id=None, transaction_timeout_ms=1000, version=1)
        for _ in range(100):
            answer = ask(request, 1)
            if answer.error_code != kafka_errors.CoordinatorLoadInProgressError.errno:
                break
            time.sleep(0.1)  # a Kafka that has just started has no ids yet
        assert answer.error_code == 0
        return answer.producer_id


def member(server, topic: str, group: str) -> aiokafka.AIOKafkaConsumer:
    return aiokafka.AIOKafkaConsumer(
        topic,
        bootstrap_servers=server.bootstrap,
        group_id=group,
        session_timeout_ms=SESSION_MS,
        heartbeat_interval_ms=200,
        rebalance_timeout_ms=5000,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )


async def until(condition, seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain for {what}"
        await asyncio.sleep(0.05)


_LONELY_MEMBER = """
import sys
from kafka import KafkaConsumer
bootstrap, topic, group, session = sys.argv[1:]
consumer = KafkaConsumer(topic, bootstrap_servers=bootstrap, group_id=group, session_timeout_ms=int(session),
                         heartbeat_interval_ms=200)
while True:
    consumer.poll(200)
    if consumer.assignment():
        print(len(consumer.assignment()), flush=True)
"""


class TestGroups:
    async def test_share_partitions_and_take_over_from_one_that_leaves(self, server, topic, name):
        one, two = member(server, topic, name), member(server, topic, name)
        await one.start()
        try:
            await until(lambda: len(one.assignment()) == 2, 15, "the first member to have both partitions")
            await two.start()
            await until(lambda: len(one.assignment()) == len(two.assignment()) == 1, 15, "one partition each")
            assert one.assignment() != two.assignment()
            await two.stop()
            await until(lambda: len(one.assignment()) == 2, 15, "the first member to have both again")
            again = member(server, topic, name)
            await again.start()
            await until(lambda: len(again.assignment()) == 1, 15, "the second member to be back")
            await again.stop()
        finally:
            await one.stop()

    async def test_evict_a_member_that_was_killed(self, server, topic, name):
        command = [sys.executable, "-c", _LONELY_MEMBER, server.bootstrap, topic, name, str(SESSION_MS)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as doomed:  # noqa: ASYNC220 - read in a thread
            try:
                assert await asyncio.to_thread(doomed.stdout.readline)
                one = member(server, topic, name)
                await one.start()
                try:
                    await until(lambda: len(one.assignment()) == 1, 15, "a partition")
                    doomed.kill()
                    killed = time.monotonic()
                    await until(lambda: len(one.assignment()) == 2, 15, "the dead member's partition")
                    assert time.monotonic() - killed > SESSION_MS / 1000 / 2, "it was not the session that ended"
                finally:
                    await one.stop()
            finally:
                doomed.kill()

    async def test_go_on_where_they_committed(self, server, topic, name, admin):
        send_all(server, topic, [(None, str(i).encode()) for i in range(20)])
        one = member(server, topic, name)
        await one.start()
        first = [await asyncio.wait_for(one.getone(), 15) for _ in range(12)]
        await one.commit()
        await one.stop()
        two = member(server, topic, name)
        await two.start()
        rest = [await asyncio.wait_for(two.getone(), 15) for _ in range(8)]
        await two.stop()
        assert sorted(int(r.value) for r in first + rest) == list(range(20))
        committed = admin.list_group_offsets(name)[name]
        assert sum(offset.offset for offset in committed.values()) == 12

    async def test_are_described_and_deleted(self, server, topic, name, admin):
        one = member(server, topic, name)
        await one.start()
        described = admin.describe_groups([name])[name]
        assert described["group_state"] == "Stable"
        assert [m["client_id"][:8] for m in described["members"]] == ["aiokafka"]
        assert name in {group["group_id"] for group in admin.list_groups()}
        with pytest.raises(kafka_errors.NonEmptyGroupError):
            _raise_for(admin.delete_groups([name]), name)
        await one.stop()
        assert admin.describe_groups([name])[name]["group_state"] == "Empty"
        _raise_for(admin.delete_groups([name]), name)
        assert name not in {group["group_id"] for group in admin.list_groups()}


def _raise_for(outcomes, name: str) -> None:
    """Raise what kafka-python only returns."""
    outcome = outcomes[name]
    if isinstance(outcome, Exception):
        raise outcome
    if isinstance(outcome, str) and outcome != "OK":
        for error in (kafka_errors.NonEmptyGroupError, kafka_errors.GroupIdNotFoundError):
            if error.__name__ in outcome:
                raise error(outcome)
        raise AssertionError(outcome)


class TestCompaction:
    def test_keeps_the_last_value_of_each_key(self, server, admin, name, wait_for):
        configs = {
            "cleanup.policy": "compact",
            "segment.ms": "200",
            "min.cleanable.dirty.ratio": "0.01",
            "delete.retention.ms": "0",
        }
        admin.create_topics({name: {"num_partitions": 1, "replication_factor": 1, "configs": configs}})
        for round_ in range(5):
            send_all(server, name, [(f"k{i}".encode(), f"{round_}".encode()) for i in range(50)])
        send_all(server, name, [(b"k0", None)])
        time.sleep(0.3)  # the segment's age, which is what is tested, not a wait for something else
        send_all(server, name, [(b"end", b"")])

        def records() -> list:
            got = read_all(server, name, 10_000, seconds=1.0)
            assert {r.key: r.value for r in got if r.key not in {b"k0", b"end"}} == {
                f"k{i}".encode(): b"4" for i in range(1, 50)
            }
            return got

        wait_for(lambda: len(records()) <= 51, 60, "old values to go")
        assert [r.offset for r in records()] == sorted(r.offset for r in records())

    def test_takes_no_record_without_a_key(self, server, admin, name):
        configs = {"cleanup.policy": "compact"}
        admin.create_topics({name: {"num_partitions": 1, "replication_factor": 1, "configs": configs}})
        with pytest.raises(kafka_errors.InvalidRecordError):
            send_all(server, name, [(None, b"keyless")])


class TestRestart:
    @pytest.mark.parametrize("how", ["stop", "kill"])
    def test_loses_nothing_that_was_acknowledged(self, server, topic, how):
        acknowledged: list[bytes] = []
        client = producer(server, linger_ms=1, retries=100, retry_backoff_ms=50, delivery_timeout_ms=60_000)
        finished = threading.Event()

        def write() -> None:
            for i in range(100_000):
                if finished.is_set():
                    return
                value = str(i).encode()
                client.send(topic, value).get(60)
                acknowledged.append(value)

        thread = threading.Thread(target=write)
        thread.start()
        _wait(lambda: len(acknowledged) >= 200)
        getattr(server, how)()
        server.start()
        before = len(acknowledged)
        _wait(lambda: len(acknowledged) >= before + 200)
        finished.set()
        thread.join(60)
        client.close()
        got = read_all(server, topic, len(acknowledged))
        values = [r.value for r in got]
        assert len(values) == len(set(values)), "a record was written twice"
        assert set(values) == set(acknowledged)

    async def test_keeps_members_and_their_offsets(self, server, topic, name):
        send_all(server, topic, [(None, b"before")] * 10)
        one = member(server, topic, name)
        await one.start()
        try:
            for _ in range(10):
                await asyncio.wait_for(one.getone(), 15)
            await one.commit()
            server.kill()
            await asyncio.to_thread(server.start)
            await asyncio.to_thread(send_all, server, topic, [(None, b"after")] * 5)
            after = [(await asyncio.wait_for(one.getone(), 30)).value for _ in range(5)]
            assert after == [b"after"] * 5
            deadline = time.monotonic() + 20  # Kafka answers while it still loads the offsets
            while sum([await one.committed(place) or 0 for place in one.assignment()]) != 10:
                assert time.monotonic() < deadline
                await asyncio.sleep(0.2)
        finally:
            await one.stop()


def _wait(condition, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("compression", [None, "gzip", "snappy", "lz4", "zstd"])
async def test_aiokafka_produces_and_consumes(server, topic, name, compression):
    client = aiokafka.AIOKafkaProducer(
        bootstrap_servers=server.bootstrap, enable_idempotence=True, compression_type=compression
    )
    await client.start()
    await asyncio.gather(*[client.send_and_wait(topic, str(i).encode(), key=b"k") for i in range(200)])
    await client.stop()
    consumer = member(server, topic, name)
    await consumer.start()
    got = [await asyncio.wait_for(consumer.getone(), 15) for _ in range(200)]
    await consumer.stop()
    assert sorted(int(r.value) for r in got) == list(range(200))
    assert [r.offset for r in got] == list(range(200))


def test_an_idle_embedded_broker_costs_nothing(server, topic):
    process = getattr(server, "process", None)
    if type(server).__name__ != "Embedded":
        pytest.skip("about the embedded broker only")
    consumer = KafkaConsumer(topic, bootstrap_servers=server.bootstrap, fetch_max_wait_ms=5000)
    consumer.poll(500)
    watched = psutil.Process(process.pid)
    before = sum(watched.cpu_times()[:2])
    consumer.poll(3000)
    spent = sum(watched.cpu_times()[:2]) - before
    consumer.close()
    assert spent < 0.15, f"{spent} s of CPU in 3 s of waiting"
