import filecmp

import pytest
from recordings import WordEmbedder, line, rows, stream_of, three_topics

from stream.bursts import BurstRules
from stream.embedding.cache import VectorCache
from stream.errors import TocsinError
from stream.replay.run import replay

FILES = ["alerts.jsonl", "assignments.jsonl", "stories.jsonl"]
ASSIGNMENT = ["id", "story", "origin", "diplomatic", "act", "parties"]
STORY = [
    *("story", "founder", "articles", "origins", "languages", "diplomatic", "act", "modality", "parties", "place"),
    *("event_date", "burst_at", "merged_into"),
]
ALERT = ["id", "state", "story", "at", "articles", "origins", "act", "parties", "reason"]
ANY = BurstRules(min_diplomatic=0.0)
"""Rules by which every burst rings: what is diplomatic is not decided here."""


def run(lines, out, rules=ANY, **options):
    file = stream_of(lines, out.parent / f"{out.name}.jsonl")
    return replay(file, out, options.pop("embedder", None) or WordEmbedder(), rules=rules, progress=False, **options)


def test_writes_the_three_files_with_their_fields(tmp_path):
    summary = run(three_topics(30), tmp_path / "out")
    assignments, stories, alerts = (
        rows(tmp_path / "out" / name) for name in sorted(FILES, key=FILES.index)[1:] + FILES[:1]
    )
    assert [list(row) for row in assignments] == [ASSIGNMENT] * 30
    assert [row["id"] for row in assignments] == [f"a{i}" for i in range(30)]
    assert [list(row) for row in stories] == [STORY] * 3
    assert [row["founder"] for row in stories] == ["a0", "a1", "a2"], "in order of founding"
    assert all(list(row) == ALERT for row in alerts)
    assert {row["story"] for row in stories} == {row["story"] for row in assignments}
    assert sum(row["articles"] for row in stories) == 30
    assert (summary.articles, summary.stories) == (30, 3)
    assert summary.alerts["detected"] == len([row for row in alerts if row["state"] == "detected"]) == 3


def test_a_burst_is_dated_by_the_origin_that_decides(tmp_path):
    run([line(i, outlet=i, minute=i * 5) for i in range(4)], tmp_path / "out")
    [story] = rows(tmp_path / "out" / "stories.jsonl")
    assert story["burst_at"] == "2023-03-10T00:10:00Z"
    assert rows(tmp_path / "out" / "alerts.jsonl")[0]["at"] == "2023-03-10T00:10:00Z"


def test_two_replays_write_the_same_bytes_whatever_the_cache_knows(tmp_path):
    lines = [*three_topics(60), line(60, "storm", minute=20_000), "{bad"]
    for name in ("one", "two", "three"):
        with VectorCache(tmp_path / "vectors" / "v.sqlite", WordEmbedder()) as cache:
            run(lines, tmp_path / name, embedder=cache)
        same, different, odd = filecmp.cmpfiles(tmp_path / "one", tmp_path / name, FILES, shallow=False)
        assert (sorted(same), different, odd) == (FILES, [], [])
    assert cache.misses == 0


def test_stories_that_closed_and_stories_that_live_are_all_told_once(tmp_path):
    days = 1440
    lines = [line(i, "talks", outlet=i % 5, minute=i * 5) for i in range(10)]
    lines += [line(20 + i, "storm", outlet=i % 5, minute=8 * days + i) for i in range(5)]
    run(lines, tmp_path / "out")
    stories = rows(tmp_path / "out" / "stories.jsonl")
    assert [row["founder"] for row in stories] == ["a0", "a20"]
    states = [(row["state"], row["story"]) for row in rows(tmp_path / "out" / "alerts.jsonl")]
    assert states.count(("resolved", stories[0]["story"])) == 1
    assert ("resolved", stories[1]["story"]) not in states


def test_refused_lines_are_told_with_their_reason(tmp_path):
    lines = [line(0), "{bad", '{"id": "b2"}', line(3, title="12:30", text="..."), line(4)]
    summary = run(lines, tmp_path / "out")
    found = [
        (row["id"], row["story"] is None, row.get("reason", "")) for row in rows(tmp_path / "out" / "assignments.jsonl")
    ]
    assert [(name, none, reason.partition(":")[0]) for name, none, reason in found] == [
        ("a0", False, ""),
        (None, True, "undecodable"),
        ("b2", True, "no_words"),
        ("a3", True, "empty_text"),
        ("a4", False, ""),
    ]
    assert summary.refused == {"undecodable": 1, "no_words": 1, "empty_text": 1}


def test_an_article_told_twice_is_of_one_story_and_counts_once(tmp_path):
    run([line(0), line(1, outlet=1, minute=1), line(1, outlet=1, minute=1)], tmp_path / "out")
    assert len({row["story"] for row in rows(tmp_path / "out" / "assignments.jsonl")}) == 1
    assert [row["articles"] for row in rows(tmp_path / "out" / "stories.jsonl")] == [2]


def test_limit_stops_early(tmp_path):
    assert run(three_topics(30), tmp_path / "out", limit=5).articles == 5
    assert len(rows(tmp_path / "out" / "assignments.jsonl")) == 5


def test_an_empty_stream_gives_empty_files(tmp_path):
    summary = run([""], tmp_path / "out")
    assert summary.articles == 0
    assert [(tmp_path / "out" / name).stat().st_size for name in FILES] == [0, 0, 0]


def test_a_broken_file_leaves_no_output(tmp_path):
    file = stream_of([line(i, text="x" * i) for i in range(300)], tmp_path / "s.jsonl.gz")
    file.write_bytes(file.read_bytes()[:-30])
    with pytest.raises(TocsinError, match="cut off"):
        replay(file, tmp_path / "out", WordEmbedder(), progress=False)
    assert list((tmp_path / "out").iterdir()) == []
