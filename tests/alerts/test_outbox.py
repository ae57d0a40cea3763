import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream.alerts.outbox import KEEP, Message
from stream.alerts.schedule import Next
from stream.errors import TocsinError
from tests.alerts.conftest import T0, Desk, accepted

DONE = Next("delivered", T0)


def deliver_all(desk: Desk, now: float) -> list[str]:
    sent = []
    while messages := desk.outbox.due(now):
        for message in messages:
            desk.outbox.settle(message, DONE, detail="200", now=now)
            sent.append(message.alert)
    return sent


def only(messages: list[Message]) -> Message:
    assert len(messages) == 1
    return messages[0]


def test_an_alert_read_twice_makes_one_message(desk: Desk) -> None:
    desk.subscribe()
    assert desk.outbox.accept([accepted("a")], now=T0) == 1
    assert desk.outbox.accept([accepted("a"), accepted("b")], now=T0) == 1
    desk.reopen()
    assert desk.outbox.accept([accepted("a"), accepted("b")], now=T0) == 0
    assert deliver_all(desk, T0) == ["a", "b"]
    assert desk.outbox.accept([accepted("a"), accepted("b")], now=T0) == 0
    assert desk.outbox.due(T0) == []


def test_what_was_accepted_survives_a_kill_with_its_count_of_attempts(desk: Desk) -> None:
    desk.subscribe()
    desk.outbox.accept([accepted("a")], now=T0)
    message = only(desk.outbox.due(T0))
    desk.reopen()
    assert only(desk.outbox.due(T0)) == message
    desk.outbox.settle(message, Next("waiting", T0 + 5), detail="500", now=T0)
    desk.reopen()
    assert desk.outbox.due(T0 + 4) == []
    again = only(desk.outbox.due(T0 + 5))
    assert (again.alert, again.body, again.attempts, again.failing_since) == ("a", message.body, 1, T0)


def test_alerts_of_one_story_keep_their_order_and_others_pass(desk: Desk) -> None:
    desk.subscribe()
    desk.outbox.accept([accepted("a1", "s1"), accepted("a2", "s1"), accepted("b1", "s2")], now=T0)
    first = only(desk.outbox.due(T0))
    assert first.alert == "a1"
    desk.outbox.settle(first, Next("waiting", T0 + 300), detail="500", now=T0)
    assert deliver_all(desk, T0) == ["b1"]
    assert deliver_all(desk, T0 + 300) == ["a1", "a2"]


@given(
    stories=st.lists(st.sampled_from("xyz"), min_size=1, max_size=12),
    failures=st.lists(st.booleans(), max_size=30),
)
@settings(max_examples=25, deadline=None)
def test_whatever_fails_each_story_arrives_in_order_and_once(
    tmp_path_factory: pytest.TempPathFactory, stories: list[str], failures: list[bool]
) -> None:
    desk = Desk(tmp_path_factory.mktemp("outbox"))
    desk.subscribe()
    desk.outbox.accept([accepted(f"{n:02}", story) for n, story in enumerate(stories)], now=T0)
    now, arrived, fails = T0, [], list(failures)
    while desk.outbox.waiting():
        for message in desk.outbox.due(now):
            failed = bool(fails) and fails.pop()
            after = Next("waiting", now + 7) if failed else DONE
            desk.outbox.settle(message, after, detail="", now=now)
            if not failed:
                arrived.append(message.alert)
        now += 1
    desk.store.close()
    assert len(arrived) == len(stories)
    for story in set(stories):
        mine = [name for name in arrived if stories[int(name)] == story]
        assert mine == sorted(mine)


def test_each_subscription_has_its_own_messages(desk: Desk) -> None:
    one, two = desk.subscribe(), desk.subscribe()
    desk.outbox.accept([accepted("a")], now=T0)
    assert {m.subscription for m in desk.outbox.due(T0)} == {one.id, two.id}
    assert {m.subscription for m in desk.outbox.due(T0, busy=[one.id])} == {two.id}


def test_an_alert_raised_before_the_subscription_is_not_sent_to_it(desk: Desk) -> None:
    desk.subscribe(now=T0)
    desk.outbox.accept([accepted("old", raised=T0 - 1), accepted("new", "s2", raised=T0 + 1)], now=T0 + 2)
    assert deliver_all(desk, T0 + 2) == ["new"]


def test_a_pause_holds_back_the_whole_endpoint(desk: Desk) -> None:
    desk.subscribe()
    desk.outbox.accept([accepted("a", "s1"), accepted("b", "s2")], now=T0)
    message = only(desk.outbox.due(T0))
    desk.outbox.settle(message, Next("waiting", T0 + 60, pause=T0 + 60), detail="429", now=T0)
    assert desk.outbox.due(T0 + 59) == []
    assert deliver_all(desk, T0 + 60) == ["b", "a"]


def test_disabling_gives_up_everything_that_waits_and_takes_nothing_more(desk: Desk) -> None:
    one = desk.subscribe()
    desk.outbox.accept([accepted("a", "s1"), accepted("b", "s2")], now=T0)
    message = only(desk.outbox.due(T0))
    desk.outbox.settle(message, Next("dead", T0, disable="410 Gone"), detail="410 Gone", now=T0)
    desk.outbox.accept([accepted("c", "s3")], now=T0)
    assert desk.outbox.due(T0 + 1e6) == []
    assert desk.subscriptions.get(one.id).disabled == "410 Gone"
    dead = desk.outbox.unreported()
    assert [m.alert for m in dead] == ["a", "b"]
    for m in dead:
        desk.outbox.report(m)
    assert desk.outbox.unreported() == []


def test_success_ends_a_run_of_failures(desk: Desk) -> None:
    one = desk.subscribe()
    desk.outbox.accept([accepted("a")], now=T0)
    for now in (T0, T0 + 10):
        desk.outbox.settle(only(desk.outbox.due(now)), Next("waiting", now), detail="500", now=now)
    assert desk.subscriptions.get(one.id).failing_since == T0
    deliver_all(desk, T0 + 20)
    assert desk.subscriptions.get(one.id).failing_since is None


def test_replay_sends_again_in_order_what_was_raised_since(desk: Desk) -> None:
    desk.outbox.accept([accepted("a", raised=T0), accepted("b", raised=T0 + 1), accepted("c", raised=T0 + 2)], now=T0)
    late = desk.subscribe(now=T0 + 10)
    assert desk.outbox.due(T0 + 10) == []
    assert desk.outbox.replay(late.id, since=T0 + 1, now=T0 + 10) == 2
    assert deliver_all(desk, T0 + 10) == ["b", "c"]
    assert desk.outbox.replay(late.id, since=T0, now=T0 + 20) == 3
    assert deliver_all(desk, T0 + 20) == ["a", "b", "c"]


def test_replay_leaves_waiting_ones_and_refuses_a_disabled_subscription(desk: Desk) -> None:
    one = desk.subscribe()
    desk.outbox.accept([accepted("a")], now=T0)
    assert desk.outbox.replay(one.id, since=T0, now=T0) == 0
    message = only(desk.outbox.due(T0))
    desk.outbox.settle(message, Next("dead", T0, disable="gone"), detail="410", now=T0)
    with pytest.raises(TocsinError, match="enable"):
        desk.outbox.replay(one.id, since=T0, now=T0)


def test_removing_a_subscription_removes_its_messages(desk: Desk) -> None:
    one = desk.subscribe()
    desk.outbox.accept([accepted("a")], now=T0)
    desk.subscriptions.remove(one.id)
    assert desk.outbox.waiting() == 0


def test_old_finished_alerts_are_forgotten_and_waiting_ones_kept(desk: Desk) -> None:
    desk.subscribe()
    desk.outbox.accept([accepted("a", "s1")], now=T0)
    deliver_all(desk, T0)
    desk.outbox.accept([accepted("b", "s2")], now=T0)
    assert desk.outbox.prune(now=T0 + KEEP) == 0
    assert desk.outbox.prune(now=T0 + KEEP + 1) == 1
    assert deliver_all(desk, T0 + KEEP + 1) == ["b"]
