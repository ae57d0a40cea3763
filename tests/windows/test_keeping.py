import msgspec
import pytest
from articles import article

from stream.windows.centring import LanguageMeans
from stream.windows.keeping import keep, restore
from stream.windows.reading import read
from stream.windows.state import StoryState
from stream.windows.story import MAX_KEYS, MAX_ORIGINALS, MAX_RECENT, MAX_SUMMED, Story


def grown(size: int, copies: int = 0) -> Story:
    means = LanguageMeans(64, {})
    first = read(article(0))
    story = Story.found(first, means.centre("en", first.raw))
    for n in range(1, size):
        more = read(article(n, hours=n, lang=("en", "ar")[n % 2], act="consult", parties=["IR", "RU"], diplomatic=0.3))
        story.join(more, means.centre("en", more.raw))
    for n in range(copies):
        story.join_copy(read(article(10_000 + n, hours=size)), n % len(story.originals))
    return story


@pytest.mark.parametrize("size", [1, 2, MAX_RECENT, MAX_RECENT + 1, MAX_SUMMED + 5])
@pytest.mark.parametrize("copies", [0, 3])
def test_what_is_kept_comes_back(size: int, copies: int) -> None:
    story = grown(size, copies)
    wire = msgspec.json.encode(keep(story))
    again = restore(msgspec.json.decode(wire, type=StoryState))
    assert msgspec.json.encode(keep(again)) == wire
    assert again.update("joined", 0.0, None, 0.1) == story.update("joined", 0.0, None, 0.1)
    assert again.view.vectors.tolist() == story.view.vectors.tolist()
    assert again.view.titles.tolist() == story.view.titles.tolist()
    assert [member is again.founding for member in again.recent] == [m is story.founding for m in story.recent]


def test_a_grown_story_grows_on_alike_after_coming_back() -> None:
    means = LanguageMeans(64, {})
    story = grown(6)
    again = restore(keep(story))
    for n in range(6, 12):
        more = read(article(n, hours=n))
        for one in (story, again):
            one.join(more, means.centre("en", more.raw))
        assert keep(again) == keep(story)


def test_what_is_remembered_is_bounded() -> None:
    story = grown(MAX_SUMMED + 50, copies=100)
    assert len(story.keys) == MAX_KEYS
    assert len(story.originals) == MAX_ORIGINALS
    assert len(story.recent) == MAX_RECENT
    assert story.articles == MAX_SUMMED + 150
    # Nearly all of it is the list of 306 origins, which every update carries.
    assert len(msgspec.json.encode(keep(story))) < 30_000


def test_a_small_story_is_small() -> None:
    assert len(msgspec.json.encode(keep(grown(1)))) < 3_000
