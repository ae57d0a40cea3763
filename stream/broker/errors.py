"""Errors that a client is told by code."""

from __future__ import annotations

from kafka import errors as kafka_errors


class ProtocolError(Exception):
    """A request that is answered with an error code of the Kafka protocol.

    Args:
        kind: kafka-python's class of the error, which carries the code.
        detail: what exactly was wrong, for the client's log.
    """

    def __init__(self, kind: type[kafka_errors.KafkaError], detail: str = "") -> None:
        super().__init__(detail or kind.__name__)
        self.code: int = kind.errno
        self.detail = detail or kind.__name__
