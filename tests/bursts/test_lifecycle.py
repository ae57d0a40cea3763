import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stories import STORY, Telling, heartbeat

from stream.bursts import BurstRules, BurstState, detect
from stream.ids import alert_id
from stream.records import StoryUpdate

RULES = BurstRules()


def run(updates, rules=RULES, state=None):
    alerts = []
    for update in updates:
        state, raised = detect(state, update, rules)
        alerts += raised
    return state, alerts


def three(telling):
    return [telling.article(name, minute) for name, minute in [("A", 0), ("B", 5), ("C", 12)]]


def test_rings_at_the_third_origin_and_says_why():
    telling = Telling()
    state, alerts = run(three(telling))
    [alert] = alerts
    assert alert.state == "detected"
    assert alert.id == alert_id(STORY, "detected", 0)
    assert alert.reason == (
        "3 independent origins (A, B, C) in 12 min where 0.005 were expected; consult; IR, SA; Beijing; 2023-03-10"
    )
    assert (alert.at, alert.fetched) == (720, 725)
    assert alert.significance > 6
    assert [article.id for article in alert.evidence] == ["a0", "a1", "a2"]
    assert state.burst_at == 720
    assert state.rang


def test_copies_and_further_articles_of_one_outlet_never_ring():
    telling = Telling()
    updates = [telling.article("reuters", 0)]
    updates += [telling.article("reuters", i / 10, copy_of="a0") for i in range(100)]
    assert run(updates)[0].burst_at is None
    updates += [telling.article("reuters", 20 + i) for i in range(20)]
    state, alerts = run(updates)
    assert alerts == []
    assert state.burst_at is not None, "one outlet's own reports are a burst on record, and no alert"


def test_slow_growth_is_no_burst():
    telling = Telling(background=0.05)
    state, alerts = run([telling.article(name, i * 60 * 30) for i, name in enumerate("ABCD")])
    assert alerts == []
    assert state.burst_at is None


def test_any_subject_bursts_but_only_diplomacy_rings():
    telling = Telling(diplomatic=0.1, act=None, modality=None)
    state, alerts = run(three(telling))
    assert state.burst_at == 720
    assert alerts == []


def test_a_burst_that_turns_out_to_be_diplomatic_rings_then():
    telling = Telling(diplomatic=0.4)
    updates = [*three(telling), telling.article("A", 15, copy_of="a0", diplomatic=0.8)]
    state, alerts = run(updates)
    assert [(alert.state, alert.at) for alert in alerts] == [("detected", 900)]
    assert state.burst_at == 720


def test_two_outlets_that_keep_reporting_burst_but_do_not_ring():
    telling = Telling()
    updates = [telling.article("A", 0), telling.article("B", 30)]
    assert run(updates)[0].burst_at is None
    updates += [telling.article("A", 40), telling.article("B", 50)]
    state, alerts = run(updates)
    assert state.burst_at == 3000
    assert alerts == []


def test_copies_do_not_count_as_reports():
    telling = Telling()
    updates = [telling.article("A", 0), telling.article("B", 30)]
    updates += [telling.article("A", 40 + i, copy_of="a0") for i in range(10)]
    assert run(updates)[0].burst_at is None


def test_two_origins_burst_where_the_rules_let_two_ring():
    telling = Telling()
    _, alerts = run([telling.article("A", 0), telling.article("B", 5)], BurstRules(min_origins=2))
    assert [alert.state for alert in alerts] == ["detected"]


def test_more_origins_can_be_asked_for():
    telling = Telling()
    updates = [*three(telling), telling.article("D", 13), telling.article("E", 14)]
    state, alerts = run(updates, BurstRules(min_origins=5))
    assert [alert.at for alert in alerts] == [14 * 60]
    assert state.burst_at == 720


def test_is_updated_when_the_origins_double():
    telling = Telling()
    updates = [telling.article(f"O{i}", i) for i in range(13)]
    _, alerts = run(updates)
    assert [(alert.state, len(alert.origins)) for alert in alerts] == [("detected", 3), ("updated", 6), ("updated", 12)]
    assert len({alert.id for alert in alerts}) == 3
    assert alerts[1].reason.startswith(
        "grown from 3 origins; 6 independent origins (O0, O1, O2, O3, O4 and 1 more) in 5 min"
    )


def test_updates_are_limited():
    telling = Telling()
    _, alerts = run([telling.article(f"O{i}", i) for i in range(100)], BurstRules(max_updates=2))
    assert [alert.state for alert in alerts] == ["detected", "updated", "updated"]


def test_a_plan_rings_as_a_plan_and_again_when_it_comes_true():
    telling = Telling(modality="planned")
    updates = [*three(telling), telling.article("D", 60, modality="done")]
    _, alerts = run(updates)
    assert [alert.state for alert in alerts] == ["detected", "updated"]
    assert "consult, planned" in alerts[0].reason
    assert alerts[1].reason.startswith("now done, before planned; 4 independent origins")


def test_a_denial_rings_and_says_so():
    _, alerts = run(three(Telling(modality="denied")))
    assert "consult, denied" in alerts[0].reason


def test_another_act_updates_once_and_flapping_does_not():
    telling = Telling()
    updates = three(telling)
    for i, act in enumerate(["agree", "consult", "agree", "consult", "agree"]):
        updates.append(telling.article("A", 20 + i, act=act))
    assert [alert.state for alert in run(updates)[1]] == ["detected"], "no new origin, no ring"
    updates.append(telling.article("D", 30, act="agree"))
    updates.append(telling.article("E", 31, act="consult"))
    _, alerts = run(updates)
    assert [(alert.state, alert.act) for alert in alerts] == [("detected", "consult"), ("updated", "agree")]


def test_resolves_when_the_window_closes_after_having_rung():
    telling = Telling()
    state, alerts = run([*three(telling), telling.close(12 + 72 * 60)])
    assert [alert.state for alert in alerts] == ["detected", "resolved"]
    assert alerts[1].reason == "closed after 3 articles of 3 independent origins; nothing new for 3.0 days"
    assert alerts[1].fetched == alerts[1].at
    assert state.closed


def test_resolves_with_the_story_it_was_merged_into():
    telling = Telling()
    _, alerts = run([*three(telling), telling.merge_into("other", 30)])
    assert alerts[1].reason.startswith("merged into other after 3 articles")


def test_a_story_that_never_rang_ends_in_silence_and_keeps_nothing():
    telling = Telling()
    state, alerts = run([telling.article("A", 0), telling.close(5000)])
    assert alerts == []
    assert state.closed
    assert state.evidence == ()
    assert state.reports == ()


def test_nothing_rings_after_the_end():
    telling = Telling()
    updates = [telling.article("A", 0), telling.close(5000)]
    _, alerts = run([*updates, *three(telling)])
    assert alerts == []


def test_a_surviving_story_of_a_merge_may_ring():
    telling = Telling()
    updates = three(telling)
    merged = updates[2]
    merged.change, merged.article = "merged", None
    _, alerts = run(updates)
    assert [alert.state for alert in alerts] == ["detected"]


def test_a_repeated_cause_gives_the_very_same_alert():
    telling = Telling()
    updates = three(telling)
    state, first = run(updates)
    _, again = detect(state, updates[2], RULES)
    assert again == first
    state, _ = run([telling.article("D", 14), telling.article("E", 15)], state=state)
    _, later = detect(state, updates[2], RULES)
    assert later == first, "also when the story has grown since"


def test_a_repeated_end_gives_the_very_same_alert():
    telling = Telling()
    updates = [*three(telling), telling.close(9000)]
    state, alerts = run(updates)
    assert detect(state, updates[-1], RULES)[1] == alerts[-1:]
    assert detect(state, updates[0], RULES)[1] == []


def test_a_late_update_changes_nothing():
    telling = Telling()
    updates = three(telling)
    state, _ = run(updates)
    for late in updates[:2]:
        assert detect(state, late, RULES) == (state, [])


def test_the_state_survives_its_journey_to_a_table():
    telling = Telling()
    updates = [*three(telling), *[telling.article(f"O{i}", 20 + i) for i in range(4)], telling.close(9000)]
    state, alerts = None, []
    for update in updates:
        state, raised = detect(state, msgspec.json.decode(msgspec.json.encode(update), type=StoryUpdate), RULES)
        state = msgspec.json.decode(msgspec.json.encode(state), type=BurstState)
        alerts += raised
    assert alerts == run(updates)[1]


def test_evidence_is_the_first_article_of_each_origin_and_bounded():
    telling = Telling()
    updates = [telling.article(f"O{i % 40}", i / 10) for i in range(80)]
    state, alerts = run(updates)
    assert [article.origin for article in alerts[-1].evidence] == [f"O{i}" for i in range(10)]
    assert len(msgspec.json.encode(state)) < 8_000


def test_a_heartbeat_passes_through_and_leaves_the_state():
    state, _alerts = run(three(Telling()))
    after, [beat] = detect(state, heartbeat(1), RULES)
    assert after == state
    assert (beat.kind, beat.state, beat.story) == ("heartbeat", "detected", "heartbeat")
    assert beat.fetched == heartbeat(1).article.fetched
    assert beat.id != detect(None, heartbeat(2), RULES)[1][0].id


@st.composite
def tellings(draw):
    """Any story: origins, copies, acts that flap, modalities that flap, an end or none."""
    telling = Telling(background=draw(st.sampled_from([0.0, 0.02, 0.5])))
    minute, updates = 0.0, []
    for _ in range(draw(st.integers(1, 14))):
        minute += draw(st.sampled_from([0, 1, 10, 600]))
        updates.append(
            telling.article(
                draw(st.sampled_from("ABCDEFGHIJKL")),
                minute,
                copy_of=draw(st.sampled_from([None, None, "a0"])),
                act=draw(st.sampled_from([None, "consult", "agree"])),
                modality=draw(st.sampled_from([None, "planned", "done", "denied"])),
                diplomatic=draw(st.sampled_from([0.2, 0.9])),
            )
        )
    end = draw(st.sampled_from(["", "close", "merge"]))
    if end:
        updates.append(telling.close(minute + 5000) if end == "close" else telling.merge_into("other", minute + 1))
    return updates


def delivered(updates, data):
    """At least once: now and then the stream goes back and starts again from an earlier record."""
    sequence, position = [], 0
    for _ in range(4):
        upto = data.draw(st.integers(position, len(updates)))
        sequence += updates[position:upto]
        position = data.draw(st.integers(0, upto))
    return sequence + updates[position:]


def by_id(alerts):
    found = {}
    for alert in alerts:
        found.setdefault(alert.id, alert)
    return list(found.values())


@settings(max_examples=60, deadline=None)
@given(updates=tellings(), data=st.data())
def test_delivery_at_least_once_rings_exactly_as_once(updates, data):
    once = run(updates)[1]
    again = run(delivered(updates, data))[1]
    assert by_id(again) == once
    assert all(alert in once for alert in again), "a repeat is the same in every field"


@settings(max_examples=40, deadline=None)
@given(updates=tellings(), data=st.data())
def test_whatever_comes_in_whatever_order_one_story_is_detected_once(updates, data):
    sequence = data.draw(st.permutations(updates + updates[: data.draw(st.integers(0, len(updates)))]))
    alerts = by_id(run(sequence)[1])
    states = [alert.state for alert in alerts]
    assert states.count("detected") <= 1
    assert states.count("resolved") <= 1
    if states:
        assert states[0] == "detected"
    if "resolved" in states:
        assert states[-1] == "resolved"
    assert len(states) <= 2 + RULES.max_updates


@settings(max_examples=40, deadline=None)
@given(updates=tellings(), data=st.data())
def test_a_death_at_any_moment_loses_no_alert(updates, data):
    """The worker dies before an update's alerts are sent, with the state kept or not; the update comes again."""
    once = run(updates)[1]
    state, sent = None, []
    for update in updates:
        kept, alerts = detect(state, update, RULES)
        if data.draw(st.booleans()):
            state = kept if data.draw(st.booleans()) else state
            kept, alerts = detect(state, update, RULES)
        state, sent = kept, sent + alerts
    assert by_id(sent) == once


@pytest.mark.parametrize("origins", [3, 4, 5])
def test_delay_is_none_the_alert_comes_with_the_origin_that_decides(origins):
    telling = Telling()
    updates = [telling.article(f"O{i}", i * 3) for i in range(origins)]
    _, alerts = run(updates, BurstRules(min_origins=origins))
    assert [alert.at for alert in alerts] == [updates[-1].at]
