import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recordings import rows

from stream.errors import TocsinError
from stream.replay.outputs import Outputs, StoryLine, StorySpill, refused_line


def story(name, articles=1):
    return StoryLine(
        story=name,
        founder=f"{name}-founder",
        articles=articles,
        origins=["A"],
        languages=["ar"],
        diplomatic=False,
        act=None,
        modality=None,
        parties=[],
        place="بكين",
        event_date=None,
        burst_at=None,
        merged_into=None,
    )


def names(spill):
    import msgspec

    return [(row["story"], row["articles"]) for row in map(msgspec.json.decode, spill.lines())]


@settings(max_examples=80)
@given(st.lists(st.tuples(st.integers(0, 8), st.booleans()), max_size=40))
def test_the_newest_line_of_every_story_in_order_of_founding(changes):
    spill, newest, ended = StorySpill(io.BytesIO()), {}, set()
    for number, (which, closed) in enumerate(changes):
        if which in ended:
            continue
        spill.put(story(f"s{which}", number), closed=closed)
        newest[f"s{which}"] = number
        if closed:
            ended.add(which)
    assert len(spill) == len(newest)
    assert names(spill) == list(newest.items())


def test_a_place_among_the_stories_can_be_given():
    spill = StorySpill(io.BytesIO())
    for name, number in [("c", 9), ("a", 2), ("b", 4)]:
        spill.put(story(name), closed=name == "a", number=number)
    spill.put(story("c", 3), closed=True)
    assert names(spill) == [("a", 1), ("b", 1), ("c", 3)]


def test_files_appear_only_when_they_are_complete(tmp_path):
    out = tmp_path / "deep" / "out"
    with Outputs(out) as outputs:
        outputs.assignment(refused_line("a", "empty_text: no words"))
        outputs.stories.put(story("s"), closed=False)
        assert not list(out.glob("*.jsonl"))
        outputs.commit()
    assert sorted(path.name for path in out.iterdir()) == ["alerts.jsonl", "assignments.jsonl", "stories.jsonl"]
    assert rows(out / "assignments.jsonl")[0]["story"] is None
    assert rows(out / "stories.jsonl")[0]["place"] == "بكين"


def test_a_run_that_fails_leaves_the_old_files_and_no_scratch(tmp_path):
    (tmp_path / "stories.jsonl").write_text("old\n")

    def fail():
        with Outputs(tmp_path) as outputs:
            outputs.stories.put(story("s"), closed=True)
            raise KeyError("x")

    with pytest.raises(KeyError):
        fail()
    assert [path.name for path in tmp_path.iterdir()] == ["stories.jsonl"]
    assert (tmp_path / "stories.jsonl").read_text() == "old\n"


def test_a_folder_that_cannot_be_written_is_an_error_that_says_what_to_do(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(TocsinError, match="--out"):
        Outputs(tmp_path / "file" / "out")
