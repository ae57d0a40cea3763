"""Topics over a restart."""

from __future__ import annotations

import pytest
from kafka import errors as kafka_errors

from stream.broker import batches
from stream.broker.catalog import Catalog
from stream.broker.config import BrokerConfig
from stream.broker.errors import ProtocolError


def test_topics_with_their_configuration_are_found_again(tmp_path):
    catalog = Catalog(tmp_path, BrokerConfig())
    assert catalog.create("a", 3, {"retention.ms": "5"}) == 3
    assert catalog.create("b", -1, {}) == 1
    catalog.grow("b", 2)
    catalog.configure("a", {"cleanup.policy": "compact"})
    catalog.create("gone", 1, {})
    catalog.delete("gone")
    catalog.close()
    again = Catalog(tmp_path, BrokerConfig())
    assert {name: len(topic.logs) for name, topic in again.topics.items()} == {"a": 3, "b": 2}
    assert again.get("a").config.given == {"cleanup.policy": "compact"}
    assert again.get("a").logs[0].config.compact
    again.close()


def test_a_topic_made_anew_is_empty(tmp_path):
    catalog = Catalog(tmp_path, BrokerConfig())
    catalog.create("t", 1, {})
    catalog.log("t", 0).append(batches.build([(b"k", b"v")], 1000))
    catalog.delete("t")
    catalog.create("t", 1, {})
    assert catalog.log("t", 0).end == 0
    assert not (tmp_path / "deleted" / "t").exists()
    catalog.close()


def test_checking_only_changes_nothing(tmp_path):
    catalog = Catalog(tmp_path, BrokerConfig())
    catalog.create("dry", 2, {}, dry=True)
    assert "dry" not in catalog.topics
    catalog.create("t", 1, {})
    catalog.grow("t", 4, dry=True)
    catalog.configure("t", {"retention.ms": "5"}, dry=True)
    assert len(catalog.get("t").logs) == 1
    assert catalog.get("t").config.given == {}
    catalog.close()


@pytest.mark.parametrize(
    ("name", "partitions", "given", "error"),
    [
        ("..", 1, {}, kafka_errors.InvalidTopicError),
        ("a/b", 1, {}, kafka_errors.InvalidTopicError),
        ("", 1, {}, kafka_errors.InvalidTopicError),
        ("x" * 250, 1, {}, kafka_errors.InvalidTopicError),
        ("t", 0, {}, kafka_errors.InvalidPartitionsError),
        ("t", 100_000, {}, kafka_errors.InvalidPartitionsError),
        ("t", 1, {"retention.ms": "soon"}, kafka_errors.InvalidConfigurationError),
        ("t", 1, {"compression.type": "gzip"}, kafka_errors.InvalidConfigurationError),
    ],
)
def test_what_cannot_be_is_refused(tmp_path, name, partitions, given, error):
    catalog = Catalog(tmp_path, BrokerConfig())
    with pytest.raises(ProtocolError) as refused:
        catalog.create(name, partitions, given)
    assert refused.value.code == error.errno
    assert catalog.topics == {}
    catalog.close()
