"""A consumer group as a pure state machine: time comes in, answers come out.

The classic protocol of Kafka's group coordinator::

            join ─────────────▶ PREPARING ──all joined, or time is up──▶ COMPLETING
    EMPTY ──┘   ▲                   ▲                                        │ leader's sync
      ▲         │ member lost,      └────────────── join, leave, ────────────▼
      └─ last ──┴── new member ──────────────────── lost member ────────── STABLE

A member that must wait gives a ticket (any hashable); its answer is found in `replies` later, by that ticket.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kafka import errors as kafka_errors

from stream.broker.errors import ProtocolError
from stream.broker.members import Joined, Joining, Member, MemberIdRequired, Reply, State, Synced, Ticket


@dataclass
class Group:
    """One group.

    Attributes:
        initial_delay: seconds that the first member waits for company.
        expected: ids given out to members that have not joined with them yet, until when.
        replies: answers that became due, by the ticket of who waits.
        changed: set when the group is empty or stable anew, which must outlive a restart. A rebalance under way is
            not kept: after a restart its members are told to join again.
    """

    id: str
    initial_delay: float = 0.0
    state: State = State.EMPTY
    generation: int = 0
    protocol_type: str = ""
    protocol: str = ""
    leader: str = ""
    members: dict[str, Member] = field(default_factory=dict)
    expected: dict[str, float] = field(default_factory=dict)
    replies: list[tuple[Ticket, Reply]] = field(default_factory=list)
    changed: bool = False
    _not_before: float = 0.0
    _until: float = 0.0

    def join(self, now: float, ticket: Ticket, said: Joining) -> None:
        """Take a member in, or take its new metadata.

        Raises:
            ProtocolError: the member is not known, or shares no protocol with the others.
        """
        self._check_protocols(said)
        known = self._admit(now, said)
        member = known or self._new(now, said)
        unchanged = member.said.protocols == said.protocols
        member.said = said
        member.deadline = now + said.session
        self._supersede(member.joining)
        member.joining = ticket
        if known and unchanged and self._needs_no_rebalance(member):
            self._answer_join(member)
            return
        self._prepare(now)
        self._advance(now)

    def _check_protocols(self, said: Joining) -> None:
        others = [m for m in self.members.values() if m.id != said.member]
        common = set.intersection(*(set(m.metadata) for m in others)) if others else None
        names = {name for name, _ in said.protocols}
        if not names or (others and (said.protocol_type != self.protocol_type or not names & (common or set()))):
            raise ProtocolError(kafka_errors.InconsistentGroupProtocolError, "no protocol in common with the group")

    def _admit(self, now: float, said: Joining) -> Member | None:
        """Return the member that speaks, None for a new one; a static member replaces its former self."""
        if said.instance is not None and (static := self._static(said.instance)):
            if said.member and said.member != static.id:
                raise ProtocolError(kafka_errors.FencedInstanceIdError, "another member has this instance id")
            if said.member:
                return static
            self._lose(static, kafka_errors.FencedInstanceIdError)
            return None
        if not said.member:
            if said.ask_for_id and said.instance is None:
                fresh = _member_id(said)
                self.expected[fresh] = now + said.session
                raise MemberIdRequired(fresh)
            return None
        if said.member not in self.members and said.member not in self.expected:
            raise ProtocolError(kafka_errors.UnknownMemberIdError, "not a member of this group")
        return self.members.get(said.member)

    def _new(self, now: float, said: Joining) -> Member:
        member_id = said.member or _member_id(said)
        self.expected.pop(member_id, None)
        if not self.members:
            self.protocol_type = said.protocol_type
        member = self.members[member_id] = Member(member_id, said, now + said.session)
        return member

    def _static(self, instance: str) -> Member | None:
        return next((m for m in self.members.values() if m.said.instance == instance), None)

    def _needs_no_rebalance(self, member: Member) -> bool:
        """Whether a join only repeats one whose answer got lost; a leader's join always asks for a new assignment."""
        return self.state is State.COMPLETING or (self.state is State.STABLE and member.id != self.leader)

    def sync(self, now: float, ticket: Ticket, member_id: str, generation: int, given: Mapping[str, bytes]) -> None:
        """Ask for the own assignment; the leader brings those of all.

        Raises:
            ProtocolError: the member or generation is not known, or a rebalance goes on.
        """
        member = self.check(member_id, generation)
        if self.state is State.PREPARING:
            raise ProtocolError(kafka_errors.RebalanceInProgressError)
        member.deadline = now + member.said.session
        self._supersede(member.syncing)
        member.syncing = ticket
        if self.state is State.COMPLETING and member.id == self.leader:
            for other in self.members.values():
                other.assignment = given.get(other.id, b"")
            self.state = State.STABLE
            self.changed = True
        if self.state is State.STABLE:
            for other in self.members.values():
                self._answer_sync(now, other)

    def heartbeat(self, now: float, member_id: str, generation: int) -> None:
        """Show that a member lives.

        Raises:
            ProtocolError: the member or generation is not known, or it must join again.
        """
        member = self.check(member_id, generation)
        member.deadline = now + member.said.session
        if self.state is State.PREPARING:
            raise ProtocolError(kafka_errors.RebalanceInProgressError)

    def check(self, member_id: str, generation: int) -> Member:
        """Return a member of the current generation.

        Raises:
            ProtocolError: it is none.
        """
        member = self.members.get(member_id)
        if member is None:
            raise ProtocolError(kafka_errors.UnknownMemberIdError, "not a member of this group")
        if generation != self.generation:
            raise ProtocolError(kafka_errors.IllegalGenerationError, f"generation {generation} is not the current one")
        return member

    def check_commit(self, now: float, member_id: str, generation: int) -> None:
        """Say whether offsets may be committed: by a current member, or by anybody while the group is empty.

        Raises:
            ProtocolError: they may not.
        """
        if generation < 0 and self.state is State.EMPTY:
            return
        member = self.check(member_id, generation)
        member.deadline = now + member.said.session
        if self.state is State.COMPLETING:
            raise ProtocolError(kafka_errors.RebalanceInProgressError)

    def leave(self, now: float, member_id: str, instance: str | None = None) -> None:
        """Let a member go.

        Raises:
            ProtocolError: it is not in the group.
        """
        if instance is not None and (static := self._static(instance)):
            member_id = member_id or static.id
        if self.expected.pop(member_id, None) is not None:
            self._advance(now)
            return
        member = self.members.get(member_id)
        if member is None:
            raise ProtocolError(kafka_errors.UnknownMemberIdError, "not a member of this group")
        self._remove(now, [member])

    def tick(self, now: float) -> None:
        """Do what is due: lose members that fell silent, end a rebalance that waited long enough."""
        self.expected = {member_id: until for member_id, until in self.expected.items() if until > now}
        silent = [m for m in self.members.values() if not m.waits and m.deadline <= now]
        if silent:
            self._remove(now, silent)
        self._advance(now)

    def next_due(self) -> float | None:
        """Return when `tick` has something to do next; None for never."""
        times = [m.deadline for m in self.members.values() if not m.waits]
        times += self.expected.values()
        if self.state is State.PREPARING:
            times.append(self._not_before if self._all_joined() else self._until)
        return min(times, default=None)

    def _remove(self, now: float, members: Iterable[Member]) -> None:
        for member in members:
            self._lose(member, kafka_errors.UnknownMemberIdError)
        if self.state is not State.PREPARING:
            self._prepare(now)
        self._advance(now)

    def _lose(self, member: Member, why: type[kafka_errors.KafkaError]) -> None:
        del self.members[member.id]
        for ticket in (member.joining, member.syncing):
            if ticket is not None:
                self.replies.append((ticket, ProtocolError(why)))

    def _supersede(self, ticket: Ticket | None) -> None:
        if ticket is not None:
            self.replies.append((ticket, ProtocolError(kafka_errors.RebalanceInProgressError)))

    def _prepare(self, now: float) -> None:
        """Start a rebalance: everybody must join again within the longest time that a member asked for."""
        if self.state is State.PREPARING:
            return
        self._not_before = now + (self.initial_delay if self.state is State.EMPTY else 0.0)
        self._until = max([now + m.said.rebalance for m in self.members.values()], default=now)
        self.state = State.PREPARING
        for member in self.members.values():
            self._supersede(member.syncing)
            member.syncing = None

    def _all_joined(self) -> bool:
        return not self.expected and all(m.joining is not None for m in self.members.values())

    def _advance(self, now: float) -> None:
        """End the rebalance when all are there, or when the time is up."""
        if self.state is not State.PREPARING or now < self._not_before:
            return
        if now < self._until and not self._all_joined():
            return
        for member in [m for m in self.members.values() if m.joining is None]:
            self._lose(member, kafka_errors.UnknownMemberIdError)
        self.generation += 1
        if not self.members:
            self.changed = True
            self.state, self.leader, self.protocol = State.EMPTY, "", ""
            return
        self.state = State.COMPLETING
        self.protocol = self._vote()
        if self.leader not in self.members:
            self.leader = next(iter(self.members))
        for member in self.members.values():
            member.assignment = b""
            member.deadline = now + member.said.session
            self._answer_join(member)

    def _vote(self) -> str:
        """Return the protocol most members prefer among those that all speak; a tie goes to the first named."""
        common = set.intersection(*(set(m.metadata) for m in self.members.values()))
        votes: dict[str, int] = {}
        for member in self.members.values():
            choice = next(name for name, _ in member.said.protocols if name in common)
            votes[choice] = votes.get(choice, 0) + 1
        return max(votes, key=votes.__getitem__)

    def _answer_join(self, member: Member) -> None:
        listed = []
        if member.id == self.leader:
            listed = [(m.id, m.said.instance, m.metadata[self.protocol]) for m in self.members.values()]
        answer = Joined(self.generation, self.protocol_type, self.protocol, self.leader, member.id, listed)
        self.replies.append((member.joining, answer))
        member.joining = None

    def _answer_sync(self, now: float, member: Member) -> None:
        if member.syncing is not None:
            self.replies.append((member.syncing, Synced(self.protocol_type, self.protocol, member.assignment)))
            member.syncing = None
            member.deadline = now + member.said.session


def _member_id(said: Joining) -> str:
    return f"{said.instance or said.client}-{uuid.uuid4()}"
