"""The broker's own limits, and the configuration of a topic as Kafka names it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kafka import errors as kafka_errors

from stream.broker.errors import ProtocolError

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerConfig:
    """What one broker allows and how it keeps things.

    Attributes:
        retention_bytes: size at which a partition drops its oldest segments, where its topic does not say.
        fsync_seconds: how often appended data is flushed to disk; 0 flushes before each answer.
        segment_bytes: size at which a partition starts a new file, where its topic does not say.
        max_message_bytes: largest batch taken, where the topic does not say.
        max_frame_bytes: largest request; a larger one closes the connection.
        max_fetch_bytes: most record bytes in one answer, but for a single batch that is larger.
        initial_rebalance_seconds: how long the first member of a group waits for company.
        min_session_seconds, max_session_seconds: bounds on what a group's member may ask for.
        maintenance_seconds: how often retention and compaction are looked at.
        default_partitions: of a topic that is created without saying how many.
    """

    retention_bytes: int = 2**30
    fsync_seconds: float = 1.0
    segment_bytes: int = 16 * 2**20
    max_message_bytes: int = 1_048_588
    max_frame_bytes: int = 32 * 2**20
    max_fetch_bytes: int = 16 * 2**20
    initial_rebalance_seconds: float = 0.1
    min_session_seconds: float = 0.5
    max_session_seconds: float = 1800.0
    maintenance_seconds: float = 5.0
    default_partitions: int = 1


@dataclass(frozen=True, slots=True)
class Option:
    """One configuration key of a topic.

    Attributes:
        parse: turns the text into a value; raises ValueError.
        default: the text where nothing was given.
        kind: Kafka's code of the value's type (2 string, 3 int, 5 long, 6 double, 7 list).
        doc: what it does here.
    """

    parse: Callable[[str], Any]
    default: str
    kind: int
    doc: str


def _policy(text: str) -> frozenset[str]:
    words = frozenset(word.strip() for word in text.split(",") if word.strip())
    if not words or not words <= {"delete", "compact"}:
        raise ValueError("delete, compact or both")
    return words


def _at_least(least: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        number = int(text)
        if number < least:
            raise ValueError(f"at least {least}")
        return number

    return parse


def _ratio(text: str) -> float:
    number = float(text)
    if not 0 <= number <= 1:
        raise ValueError("0 to 1")
    return number


def _only(word: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text != word:
            raise ValueError(f"only {word!r} is supported by the embedded broker")
        return text

    return parse


def options(config: BrokerConfig) -> dict[str, Option]:
    """Return every key that a topic may be configured with, with the broker's defaults."""
    return {
        "cleanup.policy": Option(
            _policy, "delete", 7, "delete old segments, compact to each key's last value, or both"
        ),
        "retention.ms": Option(_at_least(-1), str(7 * DAY_MS), 5, "age at which records are deleted; -1 never"),
        "retention.bytes": Option(
            _at_least(-1), str(config.retention_bytes), 5, "size of a partition at which old records go; -1 never"
        ),
        "segment.bytes": Option(_at_least(4096), str(config.segment_bytes), 3, "size of one file"),
        "segment.ms": Option(_at_least(1), str(7 * DAY_MS), 5, "age at which a file is closed"),
        "max.message.bytes": Option(_at_least(0), str(config.max_message_bytes), 3, "largest batch"),
        "min.cleanable.dirty.ratio": Option(_ratio, "0.5", 6, "share of new bytes that starts a compaction"),
        "delete.retention.ms": Option(_at_least(0), str(DAY_MS), 5, "how long a deleted key's tombstone stays"),
        "min.insync.replicas": Option(_at_least(1), "1", 3, "always 1 on a single node"),
        "compression.type": Option(_only("producer"), "producer", 2, "batches stay as the producer compressed them"),
        "message.timestamp.type": Option(_only("CreateTime"), "CreateTime", 2, "records keep the producer's time"),
    }


class TopicConfig:
    """The configuration of one topic, parsed.

    Args:
        given: what was set for the topic, as text.
        broker: where the defaults come from.

    Raises:
        ProtocolError: a key is unknown or a value is not valid.
    """

    def __init__(self, given: Mapping[str, str | None], broker: BrokerConfig) -> None:
        known = options(broker)
        self.given = {name: text for name, text in given.items() if text is not None}
        for name in self.given:
            if name not in known:
                raise ProtocolError(kafka_errors.InvalidConfigurationError, f"unknown topic config {name}")
        self.texts = {name: self.given.get(name, option.default) for name, option in known.items()}
        values = {name: self._parse(name, option) for name, option in known.items()}
        self.compact: bool = "compact" in values["cleanup.policy"]
        self.delete: bool = "delete" in values["cleanup.policy"]
        self.retention_ms: int = values["retention.ms"]
        self.retention_bytes: int = values["retention.bytes"]
        self.segment_bytes: int = values["segment.bytes"]
        self.segment_ms: int = values["segment.ms"]
        self.max_message_bytes: int = values["max.message.bytes"]
        self.dirty_ratio: float = values["min.cleanable.dirty.ratio"]
        self.tombstone_ms: int = values["delete.retention.ms"]

    def _parse(self, name: str, option: Option) -> Any:
        try:
            return option.parse(self.texts[name])
        except ValueError as error:
            raise ProtocolError(
                kafka_errors.InvalidConfigurationError, f"{name}={self.texts[name]!r} is not valid: {error}"
            ) from error
