"""The group coordinator: waiting clients, timers and durable state around the pure `Group`."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable

import structlog
from kafka import errors as kafka_errors

from stream.broker.config import BrokerConfig
from stream.broker.errors import ProtocolError
from stream.broker.groups import Group
from stream.broker.members import Joined, Joining, Reply, State, Synced
from stream.broker.offsets import Committed, OffsetStore, Place

log = structlog.get_logger(__name__)


class Coordinator:
    """All groups of a broker. Every method belongs to the event loop in which the coordinator was made."""

    def __init__(self, store: OffsetStore, config: BrokerConfig) -> None:
        self.store = store
        self._config = config
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[int, asyncio.Future[Reply]] = {}
        self._tickets = itertools.count()
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self.groups = store.restore(self._loop.time(), config.initial_rebalance_seconds)
        for group in list(self.groups.values()):
            self._settle(group)

    async def join(self, group_id: str, said: Joining) -> Joined:
        """Bring a member into its group; returns when the rebalance is through.

        Raises:
            ProtocolError: the member is refused, or must join again.
        """
        if not group_id:
            raise ProtocolError(kafka_errors.InvalidGroupIdError, "the group id is empty")
        if not self._config.min_session_seconds <= said.session <= self._config.max_session_seconds:
            raise ProtocolError(
                kafka_errors.InvalidSessionTimeoutError,
                f"session timeout {said.session} s is outside "
                f"{self._config.min_session_seconds} to {self._config.max_session_seconds} s",
            )
        if group_id not in self.groups:
            if said.member:
                raise ProtocolError(kafka_errors.UnknownMemberIdError, "not a member of this group")
            self.groups[group_id] = Group(group_id, self._config.initial_rebalance_seconds)
        reply = await self._wait(group_id, lambda group, ticket: group.join(self._loop.time(), ticket, said))
        assert isinstance(reply, Joined)
        return reply

    async def sync(self, group_id: str, member: str, generation: int, given: dict[str, bytes]) -> Synced:
        """Return a member's assignment, once the leader has brought it.

        Raises:
            ProtocolError: the member must join again.
        """
        reply = await self._wait(
            group_id, lambda group, ticket: group.sync(self._loop.time(), ticket, member, generation, given)
        )
        assert isinstance(reply, Synced)
        return reply

    def heartbeat(self, group_id: str, member: str, generation: int) -> None:
        """Show that a member lives.

        Raises:
            ProtocolError: the member must join again.
        """
        group = self._group(group_id)
        group.heartbeat(self._loop.time(), member, generation)

    def leave(self, group_id: str, member: str, instance: str | None) -> None:
        """Let a member go.

        Raises:
            ProtocolError: it is not in the group.
        """
        group = self._group(group_id)
        try:
            group.leave(self._loop.time(), member, instance)
        finally:
            self._settle(group)

    def commit(self, group_id: str, member: str, generation: int, offsets: dict[Place, Committed]) -> None:
        """Keep offsets that a member, or a consumer outside of any group's membership, has got to.

        Raises:
            ProtocolError: the member is not current.
            OSError: they could not be written.
        """
        group = self.groups.get(group_id)
        if group is None:
            if generation >= 0:
                raise ProtocolError(kafka_errors.IllegalGenerationError, f"no group {group_id}")
            group = self.groups[group_id] = Group(group_id, self._config.initial_rebalance_seconds)
        group.check_commit(self._loop.time(), member, generation)
        self.store.commit(group_id, offsets)

    def delete(self, group_id: str) -> None:
        """Delete an empty group with its offsets.

        Raises:
            ProtocolError: it does not exist, or has members.
        """
        group = self.groups.get(group_id)
        if group is None:
            raise ProtocolError(kafka_errors.GroupIdNotFoundError, f"no group {group_id}")
        if group.state is not State.EMPTY:
            raise ProtocolError(kafka_errors.NonEmptyGroupError, f"group {group_id} has members")
        self.store.delete(group_id)
        del self.groups[group_id]

    def close(self) -> None:
        """Stop the timers and let nobody wait any longer."""
        for timer in self._timers.values():
            timer.cancel()
        for future in self._waiting.values():
            future.cancel()

    def _group(self, group_id: str) -> Group:
        group = self.groups.get(group_id)
        if group is None:
            raise ProtocolError(kafka_errors.UnknownMemberIdError, f"no group {group_id}")
        return group

    async def _wait(self, group_id: str, ask: Callable[[Group, int], None]) -> Reply:
        group = self._group(group_id)
        ticket = next(self._tickets)
        future = self._waiting[ticket] = self._loop.create_future()
        try:
            try:
                ask(group, ticket)
            finally:
                self._settle(group)
            reply: Reply = await future
        finally:
            self._waiting.pop(ticket, None)
        if isinstance(reply, ProtocolError):
            raise reply
        return reply

    def _settle(self, group: Group) -> None:
        """After anything happened to a group: answer who waits, keep what must last, set the next timer."""
        if group.changed:
            group.changed = False
            log.info("group settled", group=group.id, generation=group.generation, members=len(group.members))
            try:
                self.store.save(group)
            except OSError as error:
                log.error("group could not be kept for a restart", group=group.id, error=str(error))
        for ticket, reply in group.replies:
            future = self._waiting.get(ticket) if isinstance(ticket, int) else None
            if future is not None and not future.done():
                future.set_result(reply)
        group.replies.clear()
        self._set_timer(group)

    def _set_timer(self, group: Group) -> None:
        if timer := self._timers.pop(group.id, None):
            timer.cancel()
        if (due := group.next_due()) is not None:
            self._timers[group.id] = self._loop.call_at(due, self._tick, group)
        elif group.state is State.EMPTY and not group.generation and group.id not in self.store.offsets:
            self.groups.pop(group.id, None)  # nobody ever joined

    def _tick(self, group: Group) -> None:
        before = set(group.members)
        group.tick(self._loop.time())
        if lost := before - set(group.members):
            log.info("members lost", group=group.id, members=sorted(lost))
        self._settle(group)
