"""Consumer groups in simulated time."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from kafka import errors as kafka_errors

from stream.broker.errors import ProtocolError
from stream.broker.groups import Group
from stream.broker.members import Joined, Joining, MemberIdRequired, State, Synced


def joining(member: str = "", **changes) -> Joining:
    return Joining(
        **{
            "member": member,
            "instance": None,
            "client": "c",
            "host": "h",
            "session": 6.0,
            "rebalance": 10.0,
            "protocol_type": "consumer",
            "protocols": [("range", b"m")],
            "ask_for_id": False,
        }
        | changes
    )


def replies(group: Group) -> dict:
    found = dict(group.replies)
    group.replies.clear()
    return found


def settle(group: Group, now: float, assignments: dict[str, bytes] | None = None) -> None:
    """Let every member sync, the leader first."""
    for member in sorted(group.members, key=lambda m: m != group.leader):
        given = {m: m.encode() for m in group.members} if assignments is None else assignments
        group.sync(now, f"sync-{member}", member, group.generation, given if member == group.leader else {})


def stable(count: int, now: float = 0.0) -> tuple[Group, list[str]]:
    """Return a stable group of members and their ids, the leader's first."""
    group = Group("g", initial_delay=1.0)
    for i in range(count):
        group.join(now, i, joining())
    group.tick(now + 1.0)
    settle(group, now + 1.0)
    replies(group)
    assert group.state is State.STABLE
    return group, list(group.members)


def code(act, *arguments) -> int:
    with pytest.raises(ProtocolError) as refused:
        act(*arguments)
    return refused.value.code


def test_the_first_waits_for_company_and_leads():
    group = Group("g", initial_delay=1.0)
    group.join(0.0, "a", joining())
    group.join(0.5, "b", joining())
    assert not group.replies
    assert group.next_due() == 1.0
    group.tick(1.0)
    answers = replies(group)
    assert {answer.generation for answer in answers.values()} == {1}
    leader, follower = answers["a"], answers["b"]
    assert leader.leader == leader.member == follower.leader
    assert [member for member, _, _ in leader.members] == [leader.member, follower.member]
    assert follower.members == []


def test_the_leaders_assignment_reaches_all_whoever_syncs_first():
    group = Group("g")
    group.join(0.0, "a", joining())
    group.join(0.0, "b", joining())
    one, two = group.members
    group.join(0.1, "a2", joining(one))
    replies(group)
    group.sync(0.2, "sb", two, group.generation, {})
    assert not group.replies
    group.sync(0.3, "sa", one, group.generation, {one: b"1", two: b"2"})
    assert replies(group) == {
        "sa": Synced("consumer", "range", b"1"),
        "sb": Synced("consumer", "range", b"2"),
    }
    group.sync(0.4, "again", two, group.generation, {})
    assert replies(group) == {"again": Synced("consumer", "range", b"2")}


def test_a_new_member_is_told_its_id_and_waited_for():
    group = Group("g")
    with pytest.raises(MemberIdRequired) as told:
        group.join(0.0, "a", joining(ask_for_id=True))
    assert told.value.code == kafka_errors.MemberIdRequiredError.errno
    group.join(1.0, "b", joining(told.value.member, ask_for_id=True))
    assert replies(group)["b"].member == told.value.member


def test_an_id_that_is_never_used_holds_the_others_up_for_one_session_at_most():
    group, (one, two) = stable(2)
    with pytest.raises(MemberIdRequired):
        group.join(2.0, "ghost", joining(ask_for_id=True, session=3.0))
    group.leave(2.5, two)
    group.join(2.6, "one", joining(one))
    assert "one" not in replies(group)
    assert group.next_due() == 5.0
    group.tick(5.0)
    assert replies(group)["one"].generation == 2


def test_a_silent_member_is_evicted_and_the_others_rejoin():
    group, (one, two) = stable(2)
    assert group.next_due() == 7.0
    group.heartbeat(6.0, one, 1)
    group.tick(7.0)
    assert list(group.members) == [one]
    assert code(group.heartbeat, 7.1, one, 1) == kafka_errors.RebalanceInProgressError.errno
    assert code(group.heartbeat, 7.1, two, 1) == kafka_errors.UnknownMemberIdError.errno
    group.join(7.2, "one", joining(one))
    assert replies(group)["one"].generation == 2


def test_a_dead_member_does_not_hold_up_a_rebalance_longer_than_its_session():
    group, (one, two) = stable(2)
    group.join(5.0, "new", joining())
    group.join(5.1, "one", joining(one))
    assert group.state is State.PREPARING
    group.tick(7.0)
    answers = replies(group)
    assert answers["one"].generation == answers["new"].generation == 2
    assert two not in group.members


def test_a_living_member_that_does_not_rejoin_in_time_is_dropped():
    group, (one, two) = stable(2)
    group.join(2.0, "one", joining(one))
    for now in (4.0, 6.0, 8.0, 10.0, 11.9):
        assert code(group.heartbeat, now, two, 1) == kafka_errors.RebalanceInProgressError.errno
        group.tick(now)
        assert group.state is State.PREPARING
    group.tick(12.0)
    assert replies(group)["one"].generation == 2
    assert list(group.members) == [one]


def test_a_leader_that_dies_before_assigning_is_replaced():
    group = Group("g", initial_delay=1.0)
    group.join(0.0, "a", joining())
    group.join(0.0, "b", joining())
    group.tick(1.0)
    replies(group)
    one, two = group.members
    group.sync(1.1, "sb", two, 1, {})
    group.tick(7.0)
    answer = replies(group)["sb"]
    assert isinstance(answer, ProtocolError)
    assert answer.code == kafka_errors.RebalanceInProgressError.errno
    group.join(7.1, "b", joining(two))
    assert replies(group)["b"].leader == two
    assert one not in group.members


def test_leaving_starts_a_rebalance_and_the_last_leaves_an_empty_group():
    group, (one, two) = stable(2)
    group.leave(2.0, two)
    assert group.state is State.PREPARING
    group.join(2.1, "one", joining(one))
    settle(group, 2.2)
    assert group.state is State.STABLE
    group.leave(3.0, one)
    assert (group.state, group.generation, group.members) == (State.EMPTY, 3, {})
    assert group.next_due() is None
    assert code(group.leave, 3.1, one) == kafka_errors.UnknownMemberIdError.errno


def test_a_repeated_join_of_a_follower_gets_the_same_answer():
    group, (one, two) = stable(2)
    group.join(2.0, "again", joining(two))
    assert replies(group)["again"].generation == 1
    group.join(2.0, "changed", joining(two, protocols=[("range", b"other topics")]))
    assert group.state is State.PREPARING
    assert one in group.members


def test_a_static_member_takes_over_from_its_former_self():
    group = Group("g")
    group.join(0.0, "a", joining(instance="i"))
    former = replies(group)["a"].member
    settle(group, 0.1)
    group.join(1.0, "b", joining(instance="i"))
    latter = replies(group)["b"].member
    assert list(group.members) == [latter]
    assert code(group.heartbeat, 1.1, former, 1) == kafka_errors.UnknownMemberIdError.errno
    fenced = code(group.join, 1.2, "c", joining(former, instance="i"))
    assert fenced == kafka_errors.FencedInstanceIdError.errno


def test_the_protocol_that_most_prefer_and_all_speak_is_taken():
    group = Group("g", initial_delay=1.0)
    for ticket, names in enumerate((["a", "b", "c"], ["b", "c"], ["c", "b"], ["b", "a", "c"])):
        group.join(0.0, ticket, joining(protocols=[(name, name.encode()) for name in names]))
    group.tick(1.0)
    assert group.protocol == "b"
    refused = code(group.join, 2.0, "x", joining(protocols=[("z", b"")]))
    assert refused == kafka_errors.InconsistentGroupProtocolError.errno
    refused = code(group.join, 2.0, "x", joining(protocol_type="connect"))
    assert refused == kafka_errors.InconsistentGroupProtocolError.errno


@pytest.mark.parametrize(
    ("member", "generation", "error"),
    [
        ("nobody", 1, kafka_errors.UnknownMemberIdError),
        ("", -1, kafka_errors.UnknownMemberIdError),
        (None, 2, kafka_errors.IllegalGenerationError),
    ],
)
def test_only_current_members_commit(member, generation, error):
    group, (one,) = stable(1)
    group.check_commit(2.0, one, 1)
    assert code(group.check_commit, 2.0, one if member is None else member, generation) == error.errno


def test_anybody_commits_for_an_empty_group():
    Group("g").check_commit(0.0, "", -1)


class Life(RuleBasedStateMachine):
    """Members that join, sync, die and leave in any order; whatever happens, the group's promises hold."""

    def __init__(self) -> None:
        super().__init__()
        self.group = Group("g", initial_delay=0.5)
        self.now = 0.0
        self.tickets = 0
        self.owed: set[int] = set()
        self.ids: list[str] = []
        self.last_generation = 0

    def ticket(self) -> int:
        self.tickets += 1
        self.owed.add(self.tickets)
        return self.tickets

    def ask(self, act, *arguments) -> None:
        ticket = self.ticket()
        try:
            act(self.now, ticket, *arguments)
        except ProtocolError:
            self.owed.discard(ticket)

    @rule(asks=st.booleans())
    def newcomer(self, asks):
        try:
            self.group.join(self.now, ticket := self.ticket(), joining(ask_for_id=asks))
        except MemberIdRequired as told:
            self.owed.discard(ticket)
            self.ids.append(told.member)

    @rule(data=st.data())
    def rejoin(self, data):
        if self.ids:
            self.ask(self.group.join, joining(data.draw(st.sampled_from(self.ids))))

    @rule(data=st.data())
    def sync(self, data):
        if self.ids:
            member = data.draw(st.sampled_from(self.ids))
            self.ask(self.group.sync, member, self.group.generation, {m: m.encode() for m in self.group.members})

    @rule(data=st.data())
    def heartbeat(self, data):
        if self.ids:
            with suppress(ProtocolError):
                self.group.heartbeat(self.now, data.draw(st.sampled_from(self.ids)), self.group.generation)

    @rule(data=st.data())
    def leave(self, data):
        if self.ids:
            with suppress(ProtocolError):
                self.group.leave(self.now, data.draw(st.sampled_from(self.ids)))

    @rule(seconds=st.floats(0.01, 8))
    def wait(self, seconds):
        self.now += seconds
        self.group.tick(self.now)

    @invariant()
    def answers_are_given_once_and_hold_together(self):
        for ticket, answer in self.group.replies:
            assert ticket in self.owed
            self.owed.discard(ticket)
            if isinstance(answer, Joined):
                assert answer.generation >= self.last_generation
                self.last_generation = answer.generation
                self.ids.append(answer.member)
                assert bool(answer.members) == (answer.member == answer.leader)
            elif isinstance(answer, Synced):
                assert answer.assignment.decode() in {*self.group.members, ""}
        self.group.replies.clear()

    @invariant()
    def who_waits_is_a_member(self):
        waiting = {t for m in self.group.members.values() for t in (m.joining, m.syncing) if t is not None}
        assert waiting == self.owed

    @invariant()
    def nobody_waits_without_an_end_in_sight(self):
        assert not self.owed or self.group.next_due() is not None or self.group.state is State.COMPLETING
        assert (self.group.state is State.EMPTY) <= (not self.group.members)


Life.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestLife = Life.TestCase
