from __future__ import annotations

import msgspec
import numpy as np
import pytest
from articles import HOUR, START, article, direction, words
from hypothesis import given, settings
from hypothesis import strategies as st

from stream.records import EmbeddedArticle
from stream.windows import DeskState, StoryState, StoryWindows, WindowParams


def stories(windows: StoryWindows, articles: list[EmbeddedArticle]) -> list[str]:
    return [windows.assign(one).update.story for one in articles]


def test_articles_of_one_subject_are_one_story_and_others_are_not() -> None:
    windows = StoryWindows()
    assigned = stories(windows, [article(n, n % 3, hours=n) for n in range(12)])
    assert assigned[:3] * 4 == assigned
    assert len(set(assigned)) == 3
    assert len(windows) == 3


def test_the_first_article_founds_and_later_ones_join() -> None:
    windows = StoryWindows()
    first, second = (windows.assign(article(n, hours=n)) for n in range(2))
    assert (first.update.change, second.update.change) == ("founded", "joined")
    assert second.changed == [first.update.story]
    update = second.update
    assert (update.founder, update.articles, update.title) == ("a0", 2, article(0).title)
    assert (update.first, update.last) == (START, START + HOUR)
    assert update.origins == ["site0.example", "site1.example"]
    assert update.origin_times == [START, START + HOUR]
    assert update.article is not None
    assert update.article.id == "a1"


def test_an_article_of_another_language_joins_by_its_meaning() -> None:
    windows = StoryWindows()
    # No word in common: only the vectors tell.
    said = [
        article(0, title="minister signs treaty", text="minister signs treaty in capital", noise=0.05),
        article(1, title="وزير يوقع معاهدة", text="وزير يوقع معاهدة في العاصمة", noise=0.05, lang="ar", hours=1),
    ]
    updates = [windows.assign(one).update for one in said]
    assert updates[0].story == updates[1].story
    assert updates[1].languages == ["en", "ar"]


def test_an_article_seen_before_changes_nothing() -> None:
    windows = StoryWindows()
    for n in range(4):
        windows.assign(article(n, hours=n))
    kept = windows.story_state(windows.assign(article(3, hours=3)).update.story)
    again = windows.assign(article(1, hours=1))
    assert again.known
    assert (again.changed, again.closed) == ([], [])
    assert again.update.articles == 4
    assert again.update.change == "joined"
    assert again.update.article is not None
    assert again.update.article.origin == "site1.example"
    assert windows.story_state(again.update.story) == kept
    assert windows.assign(article(0)).update.change == "founded"


def test_a_story_closes_when_event_time_has_left_it_behind() -> None:
    params = WindowParams()
    windows = StoryWindows(params)
    first = windows.assign(article(0)).update.story
    idle_end = params.idle / HOUR
    assert windows.assign(article(1, 1, hours=idle_end + 1)).closed == []
    closing = windows.assign(article(2, 2, hours=idle_end + params.lateness / HOUR + 1)).closed
    assert [(update.story, update.change, update.article) for update in closing] == [(first, "closed", None)]
    assert closing[0].at == START + params.idle + params.lateness
    assert windows.story_state(first) is None


def test_after_the_idle_time_the_same_subject_is_a_new_story() -> None:
    windows = StoryWindows()
    assert len(set(stories(windows, [article(0), article(1, hours=72), article(2, hours=145)]))) == 2


def test_a_subject_that_never_rests_becomes_several_stories() -> None:
    windows = StoryWindows()
    assigned = stories(windows, [article(n, hours=24 * n) for n in range(21)])
    assert len(set(assigned)) == 2
    assert assigned[10] == assigned[0] != assigned[11]


def test_stories_close_in_the_order_of_their_ends() -> None:
    windows = StoryWindows()
    for n in range(5):
        windows.assign(article(n, n, hours=5 - n))
    closed = windows.assign(article(9, 9, hours=500)).closed
    assert [update.founder for update in closed] == ["a4", "a3", "a2", "a1", "a0"]
    assert [update.at for update in closed] == sorted(update.at for update in closed)


def test_a_late_article_joins_the_story_of_its_own_time() -> None:
    windows = StoryWindows()
    old = windows.assign(article(0)).update.story
    windows.assign(article(1, 1, hours=80))
    late = windows.assign(article(2, 0, hours=10))
    assert late.update.story == old
    assert late.update.last == START + 10 * HOUR


def test_an_article_later_than_any_window_founds_its_own_story() -> None:
    windows = StoryWindows()
    windows.assign(article(0, hours=1000))
    late = windows.assign(article(1, 1))
    assert late.update.change == "founded"
    assert windows.story_state(late.update.story) is not None
    closed = windows.assign(article(2, hours=1000)).closed
    assert [update.story for update in closed] == [late.update.story]


def test_an_article_from_before_the_founder_can_still_join() -> None:
    windows = StoryWindows()
    founded = windows.assign(article(0, hours=5)).update
    earlier = windows.assign(article(1, hours=3)).update
    assert earlier.story == founded.story
    assert earlier.first == START + 3 * HOUR
    assert earlier.founder == "a0"


def test_a_wrong_date_in_the_future_closes_nothing() -> None:
    windows = StoryWindows()
    windows.assign(article(0))
    wrong = windows.assign(article(1, 1, hours=100_000, fetched=START + HOUR))
    assert wrong.closed == []
    assert windows.desk_state().watermark == START + HOUR


def test_a_heartbeat_is_passed_on_and_touches_nothing() -> None:
    windows = StoryWindows()
    windows.assign(article(0))
    before = windows.desk_state()
    beat = windows.assign(article(1, hours=1000, kind="heartbeat", vector=np.ones(64)))
    assert (beat.update.kind, beat.update.story, beat.update.change) == ("heartbeat", "heartbeat", "founded")
    assert beat.update.article is not None
    assert beat.update.article.fetched == START + 1000 * HOUR
    # A replayed year must not find all its windows closed because a heartbeat of today came first.
    assert (beat.changed, beat.closed) == ([], [])
    assert windows.desk_state() == before


def test_a_heartbeat_before_any_article_is_harmless() -> None:
    windows = StoryWindows()
    windows.assign(article(0, kind="heartbeat"))
    assert windows.assign(article(1)).update.change == "founded"


def body(seed: int) -> str:
    return " ".join(f"b{seed}n{n}" for n in range(80))


def test_copies_are_one_origin_whoever_prints_them() -> None:
    windows = StoryWindows()
    said = [article(0, text=body(0), site="reuters.com")]
    said += [article(n, text=body(0), site=f"paper{n}.example", hours=n / 10) for n in range(1, 30)]
    updates = [windows.assign(one).update for one in said]
    assert {update.story for update in updates} == {updates[0].story}
    assert updates[-1].origins == ["reuters"]
    assert updates[-1].articles == 30
    assert all(update.article is not None and update.article.copy_of == "a0" for update in updates[1:])


def test_a_copy_of_a_copy_is_a_copy_of_the_original() -> None:
    windows = StoryWindows()
    windows.assign(article(0, text=body(0)))
    windows.assign(article(1, text=body(0)))
    windows.assign(article(2, text=body(0)))
    ref = windows.assign(article(2, text=body(0))).update.article
    assert ref is not None
    assert (ref.copy_of, ref.origin) == ("a0", "site0.example")


def test_a_copy_follows_its_original_even_under_another_headline() -> None:
    windows = StoryWindows()
    first = windows.assign(article(0, 0, text=body(0))).update
    copy = windows.assign(article(1, 7, text=body(0), hours=1)).update
    assert copy.story == first.story


def test_a_text_printed_again_after_its_story_ended_is_news_of_its_own() -> None:
    windows = StoryWindows()
    first = windows.assign(article(0, text=body(0))).update.story
    second = windows.assign(article(1, text=body(0), hours=80)).update
    assert second.story != first
    # Its copies are copies of it, not of the one before.
    third = windows.assign(article(2, text=body(0), hours=90)).update
    assert third.story == second.story
    assert third.article is not None
    assert third.article.copy_of == "a1"


def test_two_credits_of_one_agency_are_one_origin() -> None:
    windows = StoryWindows()
    for n in range(3):
        update = windows.assign(article(n, hours=n, credit="afp")).update
    assert update.articles == 3
    assert update.origins == ["afp"]


MEETING = {"parties": ["IR", "RU"], "places": ["Ashgabat"], "act": "consult", "modality": "done", "diplomatic": 0.9}


def test_the_same_people_on_another_date_are_another_story() -> None:
    windows = StoryWindows()
    one = windows.assign(article(0, event_date="2024-10-11", noise=0.05, **MEETING)).update
    same = windows.assign(article(1, event_date="2024-10-12", noise=0.05, hours=5, **MEETING)).update
    other = windows.assign(article(2, event_date="2024-10-14", noise=0.05, hours=60, **MEETING)).update
    assert same.story == one.story
    assert other.story != one.story
    assert (other.parties, other.place, other.event_date) == (["IR", "RU"], "Ashgabat", "2024-10-14")


def test_months_later_the_same_people_are_another_story() -> None:
    windows = StoryWindows()
    assigned = stories(windows, [article(n, hours=n * 2000, noise=0.0, **MEETING) for n in range(3)])
    assert len(set(assigned)) == 3


def test_a_plan_and_its_fulfilment_are_one_story() -> None:
    windows = StoryWindows()
    planned = {**MEETING, "modality": "planned"}
    one = windows.assign(article(0, event_date="2024-10-11", **planned)).update
    two = windows.assign(article(1, event_date="2024-10-11", hours=30, **MEETING)).update
    assert one.story == two.story


def test_a_slow_drift_does_not_become_one_story() -> None:
    start, end = direction(1), direction(2)
    end = end - (end @ start) * start
    end /= np.linalg.norm(end)
    said = []
    for n in range(60):
        angle = n * np.pi / 59
        vocabulary = " ".join(f"d{n + i}" for i in range(20))
        said.append(
            article(n, vector=np.cos(angle) * start + np.sin(angle) * end, title=vocabulary, text=vocabulary, hours=n)
        )
    assigned = stories(StoryWindows(), said)
    # Neighbours are nearly equal, so some must join, but the two ends have nothing in common.
    assert assigned[1] == assigned[0]
    assert assigned[-1] != assigned[0]
    founders = {story: assigned.index(story) for story in assigned}
    assert all(n - founders[story] < 45 for n, story in enumerate(assigned))


streams = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.floats(0, 40),
        st.sampled_from(["en", "ar", "fr"]),
        st.integers(0, 12),
        st.sampled_from([None, "consult"]),
    ),
    min_size=1,
    max_size=40,
)


def made(stream: list[tuple[int, float, str, int, str | None]]) -> list[EmbeddedArticle]:
    hours = 0.0
    result = []
    for n, (subject, gap, lang, text, act) in enumerate(stream):
        hours += gap - 5
        result.append(
            article(
                n,
                subject,
                hours=hours,
                lang=lang,
                site=f"site{n % 7}.example",
                noise=0.8,
                text=f"{words(subject)} {body(text)}",
                act=act,
                parties=["IR", "RU"] if act else [],
                diplomatic=subject / 7,
            )
        )
    return result


@settings(max_examples=40, deadline=None)
@given(streams, st.integers(0, 40))
def test_rebuilt_windows_decide_as_the_lost_ones(
    stream: list[tuple[int, float, str, int, str | None]], cut: int
) -> None:
    said = made(stream)
    through, before = StoryWindows(), StoryWindows()
    expected = [through.assign(one) for one in said]
    kept: dict[str, bytes] = {}
    for one in said[:cut]:
        assigned = before.assign(one)
        for story in assigned.changed:
            kept[story] = msgspec.json.encode(before.story_state(story))
        for update in assigned.closed:
            del kept[update.story]
    after = StoryWindows()
    # In the order of a hash table, not that of time.
    after.restore(
        [msgspec.json.decode(kept[story], type=StoryState) for story in sorted(kept)],
        msgspec.json.decode(msgspec.json.encode(before.desk_state()), type=DeskState),
    )
    assert [after.assign(one) for one in said[cut:]] == expected[cut:]
    assert after.desk_state() == through.desk_state()


@settings(max_examples=15, deadline=None)
@given(streams)
def test_no_article_is_lost_and_none_counted_twice(stream: list[tuple[int, float, str, int, str | None]]) -> None:
    windows = StoryWindows()
    counts: dict[str, int] = {}
    closed: list[str] = []
    for one in made(stream):
        assigned = windows.assign(one)
        counts[assigned.update.story] = assigned.update.articles
        closed += [update.story for update in assigned.closed]
        assert assigned.update.articles >= len(assigned.update.origins) == len(assigned.update.origin_times)
    assert sum(counts.values()) == len(stream)
    assert len(closed) == len(set(closed))
    assert len(windows) == len(counts) - len(closed)


@pytest.mark.parametrize("size", [1, 3, 40])
def test_a_states_size_is_bounded(size: int) -> None:
    windows = StoryWindows()
    for n in range(size):
        story = windows.assign(article(n, hours=n / 10)).update.story
    assert len(msgspec.json.encode(windows.story_state(story))) < 8_000
