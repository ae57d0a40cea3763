import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream.web.view import HEAT_HALF_LIFE, MAX_ARTICLES, View
from tests.web.conftest import T0, alert, article, story_update


def test_a_story_stands_as_its_last_change_left_it() -> None:
    view = View()
    view.apply_story(story_update("s", articles=1))
    view.apply_story(story_update("s", articles=2, article=article("other")))
    [story] = view.stories(10)
    assert story.latest.articles == 2
    assert list(story.articles) == ["s-a1", "other"]


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=80))
@settings(max_examples=40, deadline=None)
def test_the_view_is_bounded_whatever_comes(changes: list[tuple[int, bool]]) -> None:
    view = View(max_stories=5, max_alerts=3)
    for number, closing in changes:
        view.apply_story(story_update(f"s{number}", change="closed" if closing else "joined"))
        view.apply_alert(alert(f"a{number}", story=f"s{number}"))
    assert view.sizes()["stories"] <= 5
    assert view.sizes()["alerts"] <= 3
    assert len(view.stories(100)) <= 5


def test_the_story_changed_longest_ago_goes_first() -> None:
    view = View(max_stories=2)
    for name in ("a", "b", "a", "c"):
        view.apply_story(story_update(name))
    assert view.story("b") is None
    assert view.story("a") is not None


def test_articles_of_one_story_are_bounded_and_the_rest_counted() -> None:
    view = View()
    for number in range(MAX_ARTICLES + 20):
        view.apply_story(story_update("s", article=article(f"a{number}"), articles=number + 1))
    story = view.story("s")
    assert story is not None
    assert len(story.articles) == MAX_ARTICLES
    assert story.unseen == 20


def test_hot_means_recent_origins() -> None:
    view = View()
    old = T0 - 4 * HEAT_HALF_LIFE
    view.apply_story(story_update("many-but-old", origins=list("abcdef"), origin_times=[old] * 6, at=old, last=old))
    view.apply_story(story_update("few-but-new", origins=list("ab"), origin_times=[T0] * 2))
    assert [s.latest.story for s in view.stories(10)] == ["few-but-new", "many-but-old"]
    assert [round(s.heat(view.now), 3) for s in view.stories(10)] == [2.0, 0.375]


def test_closed_stories_are_not_live_but_can_still_be_read() -> None:
    view = View()
    view.apply_story(story_update("s"))
    view.apply_story(story_update("s", change="closed", article=None))
    assert view.stories(10) == []
    assert view.story("s") is not None


def test_a_merged_story_hands_over_its_articles_and_alerts() -> None:
    view = View()
    view.apply_story(story_update("small"))
    view.apply_story(story_update("big"))
    view.apply_alert(alert("x", story="small"))
    view.apply_story(story_update("small", change="merged", article=None, merged_into="big"))
    view.apply_story(story_update("big", change="merged", article=None, merged_into="final"))
    assert view.resolve("small") == "final"
    assert view.stories(10) == []
    view.apply_story(story_update("final"))
    assert [a.id for a in view.alerts_of("final")] == ["x"]
    assert view.rings(10)[0].first.id == "x"


def test_a_circle_of_merges_ends() -> None:
    view = View()
    view.apply_story(story_update("a", change="merged", merged_into="b"))
    view.apply_story(story_update("b", change="merged", merged_into="a"))
    assert view.resolve("a") in {"a", "b"}


def test_articles_are_folded_by_origin() -> None:
    view = View()
    for name, origin, minutes in (("own", "x.org", 5), ("wire", "reuters", 0), ("copy", "reuters", 2)):
        view.apply_story(story_update("s", article=article(name, origin=origin, event_time=T0 + minutes * 60)))
    view.apply_story(story_update("s", article=None))
    story = view.story("s")
    assert story is not None
    folded = story.by_origin()
    names = [(o.name, o.first.id, [a.id for a in o.others]) for o in folded if o.first.id != "s-a1"]
    assert names == [("reuters", "wire", ["copy"]), ("x.org", "own", [])]


def test_the_same_alert_twice_is_one() -> None:
    view = View()
    assert view.apply_alert(alert("x"))
    version = view.version
    assert not view.apply_alert(alert("x"))
    assert view.version == version


def test_alerts_since_and_in_order() -> None:
    view = View()
    for number in range(5):
        view.apply_alert(alert(f"x{number}", story=f"s{number}", at=T0 + number))
    assert [a.id for a in view.alerts(2)] == ["x4", "x3"]
    assert [a.id for a in view.alerts(10, since=T0 + 3)] == ["x4", "x3"]


def test_a_ring_is_one_event_with_its_first_and_last_alert() -> None:
    view = View()
    view.apply_alert(alert("later", state="updated", at=T0 + 60))
    view.apply_alert(alert("first", at=T0))
    view.apply_alert(alert("end", state="resolved", at=T0 + 90))
    [ring] = view.rings(10)
    assert (ring.first.id, ring.last.id) == ("first", "end")


@given(st.lists(st.floats(0, 10 * HEAT_HALF_LIFE), max_size=20))
def test_the_logarithm_of_heat_is_heat(ages: list[float]) -> None:
    view = View()
    view.apply_story(story_update("s", origin_times=sorted(T0 - age for age in ages)))
    [story] = view.stories(1)
    assert story.heat(T0) == pytest.approx(sum(2.0 ** (-age / HEAT_HALF_LIFE) for age in ages), rel=1e-6)
