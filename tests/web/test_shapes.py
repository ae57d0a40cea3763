import msgspec
import pytest

from stream.errors import Refused
from stream.web.shapes import StoryDetail, story_data, story_detail
from stream.web.view import View
from tests.web.conftest import T0, alert, article, story_update


def test_a_story_with_everything_known_of_it() -> None:
    view = View()
    view.apply_story(story_update(article=article("a", url="ftp://example.org/a")))
    view.apply_alert(alert())
    story = view.story("s1")
    assert story is not None
    detail = msgspec.json.decode(msgspec.json.encode(story_detail(story, view)), type=StoryDetail)
    assert detail.story.id == "s1"
    assert detail.story.heat == 1.0
    assert detail.story.alerts == ["al1"]
    assert detail.articles[0].url is None
    assert detail.alerts[0].story == "s1"


def test_a_time_that_no_calendar_holds_is_refused() -> None:
    view = View()
    view.apply_story(story_update(last=float("nan")))
    story = view.story("s1")
    assert story is not None
    with pytest.raises(Refused, match="absurd_time"):
        story_data(story, T0, [])
