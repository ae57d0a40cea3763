"""Which topics exist: their partitions and configuration, kept in `topics.json` over a restart."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import msgspec
from kafka import errors as kafka_errors

from stream.broker.config import BrokerConfig, TopicConfig
from stream.broker.errors import ProtocolError
from stream.broker.files import write_atomically
from stream.broker.log import PartitionLog

_NAME = re.compile(r"[a-zA-Z0-9._-]{1,249}")
MAX_PARTITIONS = 1000
"""Of one topic; each holds a file open."""


class _Entry(msgspec.Struct):
    partitions: int
    config: dict[str, str]


class Topic:
    """One topic and its partitions' logs."""

    def __init__(self, name: str, directory: Path, partitions: int, config: TopicConfig) -> None:
        self.name = name
        self.directory = directory
        self.config = config
        self.logs: list[PartitionLog] = []
        self.grow(partitions)

    def grow(self, partitions: int) -> None:
        """Add partitions until there are as many."""
        for index in range(len(self.logs), partitions):
            self.logs.append(PartitionLog(self.directory / str(index), self.config))

    def configure(self, config: TopicConfig) -> None:
        """Replace the configuration."""
        self.config = config
        for log in self.logs:
            log.config = config


class Catalog:
    """All topics of a broker.

    Args:
        directory: where `topics.json` and the topics' folders are.
        config: the broker's limits and defaults.
    """

    def __init__(self, directory: Path, config: BrokerConfig) -> None:
        self.config = config
        self.topics: dict[str, Topic] = {}
        self._file = directory / "topics.json"
        self._folder = directory / "topics"
        self._trash = directory / "deleted"
        self._folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self._trash, ignore_errors=True)
        if self._file.exists():
            for name, entry in msgspec.json.decode(self._file.read_bytes(), type=dict[str, _Entry]).items():
                self._open(name, entry.partitions, TopicConfig(entry.config, config))

    def _open(self, name: str, partitions: int, config: TopicConfig) -> None:
        self.topics[name] = Topic(name, self._folder / name, partitions, config)

    def _save(self) -> None:
        entries = {t.name: _Entry(len(t.logs), t.config.given) for t in self.topics.values()}
        write_atomically(self._file, msgspec.json.encode(entries))

    def get(self, name: str) -> Topic:
        """Return a topic.

        Raises:
            ProtocolError: there is none of that name. Topics are never created on first use, so that a typo shows.
        """
        try:
            return self.topics[name]
        except KeyError:
            raise ProtocolError(kafka_errors.UnknownTopicOrPartitionError, f"no topic {name}") from None

    def log(self, name: str, partition: int) -> PartitionLog:
        """Return a partition's log.

        Raises:
            ProtocolError: there is no such partition.
        """
        logs = self.get(name).logs
        if not 0 <= partition < len(logs):
            raise ProtocolError(kafka_errors.UnknownTopicOrPartitionError, f"no partition {partition} of {name}")
        return logs[partition]

    def logs(self) -> list[PartitionLog]:
        """Return every partition's log."""
        return [log for topic in self.topics.values() for log in topic.logs]

    def create(self, name: str, partitions: int, given: dict[str, str | None], *, dry: bool = False) -> int:
        """Create a topic (`dry`: only check) and return how many partitions it has.

        Raises:
            ProtocolError: the name, count or configuration is not valid, or the topic exists.
        """
        if not _NAME.fullmatch(name) or name in {".", ".."}:
            raise ProtocolError(kafka_errors.InvalidTopicError, f"{name!r} is not a valid topic name")
        if name in self.topics:
            raise ProtocolError(kafka_errors.TopicAlreadyExistsError, f"topic {name} exists already")
        partitions = self.config.default_partitions if partitions == -1 else partitions
        _check_count(partitions)
        config = TopicConfig(given, self.config)
        if not dry:
            self._open(name, partitions, config)
            self._save()
        return partitions

    def grow(self, name: str, partitions: int, *, dry: bool = False) -> None:
        """Add partitions to a topic until it has as many.

        Raises:
            ProtocolError: there is no such topic, or it has as many already.
        """
        topic = self.get(name)
        if partitions <= len(topic.logs):
            raise ProtocolError(kafka_errors.InvalidPartitionsError, f"{name} has {len(topic.logs)} partitions already")
        _check_count(partitions)
        if not dry:
            topic.grow(partitions)
            self._save()

    def configure(self, name: str, given: dict[str, str | None], *, dry: bool = False) -> None:
        """Replace a topic's configuration.

        Raises:
            ProtocolError: there is no such topic, or the configuration is not valid.
        """
        topic = self.get(name)
        config = TopicConfig(given, self.config)
        if not dry:
            topic.configure(config)
            self._save()

    def delete(self, name: str) -> None:
        """Delete a topic with its records.

        Raises:
            ProtocolError: there is no such topic.
        """
        topic = self.get(name)
        del self.topics[name]
        self._save()
        for log in topic.logs:
            log.close()
            log.wake()
        self._trash.mkdir(exist_ok=True)
        shutil.rmtree(self._trash / name, ignore_errors=True)
        topic.directory.rename(self._trash / name)
        shutil.rmtree(self._trash / name, ignore_errors=True)

    def close(self) -> None:
        """Flush and close everything."""
        for log in self.logs():
            log.close()


def _check_count(partitions: int) -> None:
    if not 1 <= partitions <= MAX_PARTITIONS:
        raise ProtocolError(kafka_errors.InvalidPartitionsError, f"1 to {MAX_PARTITIONS} partitions, not {partitions}")
