"""Describing and changing the configuration of topics."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from kafka import errors as kafka_errors

from stream.broker.catalog import Catalog
from stream.broker.config import Option, options
from stream.broker.errors import ProtocolError
from stream.broker.handlers.admin import attempt
from stream.broker.node import NODE_ID, Node
from stream.broker.wire import Request

_TOPIC, _BROKER = 2, 4
_SET, _DELETE, _APPEND, _SUBTRACT = range(4)
_FROM_TOPIC, _FROM_BROKER, _FROM_DEFAULT = 1, 4, 5
_STRING = 2


async def describe(node: Node, request: Request) -> dict[str, Any]:
    """Describe the configuration of topics, and of the broker (which is read-only here)."""
    return {"results": [_describe(node, asked) for asked in request.body.resources]}


def _describe(node: Node, asked: Any) -> dict[str, Any]:
    entries: list[dict[str, Any]] = []

    def act() -> None:
        if asked.resource_type == _TOPIC:
            entries.extend(_topic_entries(node, asked.resource_name))
        elif asked.resource_type == _BROKER and asked.resource_name in {"", str(NODE_ID)}:
            entries.extend(_broker_entries(node))
        else:
            raise ProtocolError(kafka_errors.InvalidRequestError, "only topics and this broker have a configuration")

    outcome = attempt(act)
    names = asked.configuration_keys
    chosen = [entry for entry in entries if names is None or entry["name"] in names]
    return {
        **outcome,
        "resource_type": asked.resource_type,
        "resource_name": asked.resource_name,
        "configs": chosen,
    }


def _entry(name: str, value: str, *, source: int, read_only: bool, option: Option | None = None) -> dict[str, Any]:
    return {
        "name": name,
        "value": value,
        "read_only": read_only,
        "config_source": source,
        "is_sensitive": False,
        "synonyms": [],
        "config_type": option.kind if option else _STRING,
        "documentation": option.doc if option else None,
    }


def _topic_entries(node: Node, name: str) -> list[dict[str, Any]]:
    config = node.catalog.get(name).config
    return [
        _entry(
            key,
            config.texts[key],
            source=_FROM_TOPIC if key in config.given else _FROM_DEFAULT,
            read_only=False,
            option=option,
        )
        for key, option in options(node.config).items()
    ]


def _broker_entries(node: Node) -> list[dict[str, Any]]:
    config = node.config
    values = {
        "auto.create.topics.enable": "false",
        "log.retention.bytes": str(config.retention_bytes),
        "log.segment.bytes": str(config.segment_bytes),
        "message.max.bytes": str(config.max_message_bytes),
        "socket.request.max.bytes": str(config.max_frame_bytes),
        "num.partitions": str(config.default_partitions),
    }
    return [_entry(name, value, source=_FROM_BROKER, read_only=True) for name, value in values.items()]


async def alter(node: Node, request: Request) -> dict[str, Any]:
    """Replace the whole configuration of topics."""
    return _altered(node, request, lambda _, asked: {entry.name: entry.value for entry in asked.configs})


async def alter_incrementally(node: Node, request: Request) -> dict[str, Any]:
    """Change single keys of topics' configuration."""
    return _altered(node, request, _changed)


def _altered(node: Node, request: Request, wanted: Callable[[Catalog, Any], dict[str, str | None]]) -> dict[str, Any]:
    def act(asked: Any) -> None:
        if asked.resource_type != _TOPIC:
            raise ProtocolError(kafka_errors.InvalidRequestError, "only a topic's configuration can be changed")
        dry = request.body.validate_only
        node.catalog.configure(asked.resource_name, wanted(node.catalog, asked), dry=dry)

    responses = [
        {
            **attempt(partial(act, asked)),
            "resource_type": asked.resource_type,
            "resource_name": asked.resource_name,
        }
        for asked in request.body.resources
    ]
    return {"responses": responses}


def _changed(catalog: Catalog, asked: Any) -> dict[str, str | None]:
    config = catalog.get(asked.resource_name).config
    given: dict[str, str | None] = dict(config.given)
    for entry in asked.configs:
        if entry.config_operation == _SET:
            given[entry.name] = entry.value
        elif entry.config_operation == _DELETE:
            given.pop(entry.name, None)
        elif entry.config_operation in {_APPEND, _SUBTRACT} and entry.name == "cleanup.policy":
            words = set(config.texts[entry.name].split(","))
            more = set((entry.value or "").split(","))
            words = words | more if entry.config_operation == _APPEND else words - more
            given[entry.name] = ",".join(sorted(words))
        else:
            raise ProtocolError(kafka_errors.InvalidRequestError, f"{entry.name} is not a list")
    return given
