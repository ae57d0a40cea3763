"""What members of a consumer group say and are answered."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from enum import Enum

from kafka import errors as kafka_errors

from stream.broker.errors import ProtocolError

Ticket = Hashable


class State(Enum):
    """Where a group stands; the values are Kafka's names."""

    EMPTY = "Empty"
    PREPARING = "PreparingRebalance"
    COMPLETING = "CompletingRebalance"
    STABLE = "Stable"


@dataclass(slots=True, kw_only=True)
class Joining:
    """What a member says when it joins; times in seconds."""

    member: str
    instance: str | None
    client: str
    host: str
    session: float
    rebalance: float
    protocol_type: str
    protocols: list[tuple[str, bytes]]
    """(name, metadata), the preferred first."""
    ask_for_id: bool = True
    """A new member is first told its id and joins again with it, so that a lost answer leaves no ghost (KIP-394)."""


@dataclass(slots=True)
class Member:
    """One member of a group."""

    id: str
    said: Joining
    deadline: float
    assignment: bytes = b""
    joining: Ticket | None = None
    syncing: Ticket | None = None

    @property
    def waits(self) -> bool:
        """Whether an answer is owed to it; it cannot send heartbeats meanwhile."""
        return self.joining is not None or self.syncing is not None

    @property
    def metadata(self) -> dict[str, bytes]:
        """Its metadata by protocol name."""
        return dict(self.said.protocols)


@dataclass(frozen=True, slots=True)
class Joined:
    """The answer to a join; `members` (id, instance, metadata) is empty for all but the leader."""

    generation: int
    protocol_type: str
    protocol: str
    leader: str
    member: str
    members: list[tuple[str, str | None, bytes]]


@dataclass(frozen=True, slots=True)
class Synced:
    """The answer to a sync."""

    protocol_type: str
    protocol: str
    assignment: bytes


Reply = Joined | Synced | ProtocolError


class MemberIdRequired(ProtocolError):
    """A new member's first join: it is to join again with the id in `member`."""

    def __init__(self, member: str) -> None:
        super().__init__(kafka_errors.MemberIdRequiredError, "join again with the id given")
        self.member = member
