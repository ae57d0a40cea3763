import gzip

import pytest
from golds import gold_line, replay_folder, write

from stream.errors import TocsinError
from stream.replay.gold import Gold, Replayed


def test_a_gold_file_tells_which_fields_it_has(tmp_path):
    lines = [
        gold_line(1, "e", published="2023-03-10T12:00:00Z", imputed=True),
        gold_line("b", None, published=None, parties=[]),
    ]
    gold = Gold.load(write(tmp_path / "g.jsonl", lines))
    assert gold.fields == {"event", "published", "parties"}
    assert gold.times == [1678449600.0, 1678449600.0]
    assert [article.key for article in gold.articles] == ["1", "b"]


def test_a_gzipped_gold_file_is_read(tmp_path):
    path = tmp_path / "g.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"id": "a", "event": "e"}\n'))
    assert Gold.load(path).fields == {"event"}


@pytest.mark.parametrize(
    ("content", "message"),
    [('{"event": "e"}', "line 1 of .* is not valid"), ('{"id": "a"}\n{', "line 2"), ("", "has no articles")],
)
def test_a_wrong_gold_file_is_an_error_that_names_the_line(tmp_path, content, message):
    (tmp_path / "g.jsonl").write_text(content)
    with pytest.raises(TocsinError, match=message):
        Gold.load(tmp_path / "g.jsonl")


def test_a_folder_without_a_replay_is_an_error_that_says_what_makes_one(tmp_path):
    with pytest.raises(TocsinError, match="tocsin replay FILE --out"):
        Replayed.load(tmp_path)


def test_merged_stories_are_followed_to_their_end_even_in_a_ring(tmp_path):
    merged = {"s1": "s2", "s2": "s3", "r1": "r2", "r2": "r1"}
    folder = replay_folder(tmp_path, {"a": "s1", "b": "s2", "c": "s3", "d": "r1", "e": None}, merged=merged)
    replayed = Replayed.load(folder)
    assert [replayed.story_of(name) for name in "abc"] == ["s3"] * 3
    assert replayed.story_of("d") in {"r1", "r2"}
    assert replayed.story_of("e") is None
    assert replayed.story_of("unheard of") is None
