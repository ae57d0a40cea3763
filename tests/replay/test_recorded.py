import gzip
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recordings import line, stream_of

from stream.errors import TocsinError
from stream.replay.recorded import RecordedStream, looks_like_html

NOON = 1678449600.0  # 2023-03-10T12:00:00Z


def read(lines, tmp_path, name="s.jsonl"):
    return list(RecordedStream(stream_of(lines, tmp_path / name)))


@pytest.mark.parametrize("name", ["s.jsonl", "s.jsonl.gz"])
def test_a_line_becomes_a_raw_article(tmp_path, name):
    row = line(1, outlet=3, published="2023-03-10T12:00:00Z", event="e1", country="au")
    [recorded] = read([row], tmp_path, name)
    article = recorded.article
    assert (recorded.line, recorded.id, recorded.refused) == (1, "a1", None)
    assert (article.id, article.site, article.outlet) == ("a1", "outlet3.example", "Outlet 3")
    assert (article.title, article.content, article.content_type) == (row["title"], row["text"], "text")
    assert (article.published, article.fetched, article.lang) == (NOON, NOON, "en")


def test_gzip_is_known_by_its_bytes_not_its_name(tmp_path):
    path = tmp_path / "s.jsonl"
    path.write_bytes(gzip.compress(json.dumps(line(1)).encode()))
    assert [recorded.id for recorded in RecordedStream(path)] == ["a1"]


def test_only_the_id_and_some_words_are_needed(tmp_path):
    bare = {
        "id": "x",
        "url": None,
        "source": None,
        "title": "A headline",
        "text": None,
        "lang": None,
        "published": None,
    }
    [full, bare_line, least] = read(
        [line(0, published="2023-03-10T12:00:00Z"), bare, {"id": 7, "text": "Words."}], tmp_path
    )
    assert full.article.fetched == NOON
    assert bare_line.article.published is None
    assert bare_line.article.fetched == NOON, "the line before sets the time"
    assert (least.id, least.article.title, least.article.content) == ("7", "", "Words.")


def test_articles_without_an_outlet_are_not_of_one_outlet(tmp_path):
    first, second = read([{"id": "x", "title": "A"}, {"id": "y", "title": "B"}], tmp_path)
    assert first.article.site != second.article.site


def test_the_first_lines_have_the_first_time_there_is(tmp_path):
    lines = [line(0, published=None), line(1, published="soon"), "{bad", line(2, published="2023-03-10T12:00:00Z")]
    recorded = read(lines, tmp_path)
    assert [each.article.fetched for each in recorded if each.article] == [NOON] * 3


def test_a_stream_without_any_time_starts_at_zero(tmp_path):
    assert [each.article.fetched for each in read([line(0, published=None)] * 2, tmp_path)] == [0.0, 0.0]


@pytest.mark.parametrize(
    ("url", "source", "site"),
    [
        ("https://www.news.example.co.uk/a", "The News", "example.co.uk"),
        (None, "www.bbc.co.uk", "bbc.co.uk"),
        (None, "MD Magazine", "MD Magazine"),
        ("not an address", "MD Magazine", "MD Magazine"),
        ("https://example.com/a", None, "example.com"),
        (None, "الجزيرة", "الجزيرة"),
    ],
)
def test_the_site_is_the_domain_else_the_source(tmp_path, url, source, site):
    [recorded] = read([line(0, url=url, source=source)], tmp_path)
    assert recorded.article.site == site
    assert recorded.article.outlet == (source or site)


@pytest.mark.parametrize(
    ("bad", "reason", "known_id"),
    [
        ("{not json", "undecodable", None),
        ("[1, 2]", "undecodable", None),
        ('"text"', "undecodable", None),
        ('{"title": "no id"}', "undecodable", None),
        ('{"id": null, "title": "x"}', "undecodable", None),
        ('{"id": "  ", "title": "x"}', "no_id", None),
        ('{"id": "b", "title": 5}', "undecodable", "b"),
        ('{"id": "b"}', "no_words", "b"),
        ('{"id": "b", "title": " ", "text": null}', "no_words", "b"),
        ('{"id": "b", "published": {}, "title": "x"}', "undecodable", "b"),
    ],
)
def test_a_bad_line_is_refused_and_never_stops_the_stream(tmp_path, bad, reason, known_id):
    recorded = read([line(0), bad, line(2)], tmp_path)
    assert [each.article is not None for each in recorded] == [True, False, True]
    assert recorded[1].refused.reason == reason
    assert recorded[1].id == known_id


def test_bytes_that_are_no_text_are_refused(tmp_path):
    path = tmp_path / "s.jsonl"
    lines = [b'\xef\xbb\xbf{"id": "a", "title": "x"}', b"", b'{"id": "b", "title": "\xff\xfe"}', b"\0\0"]
    path.write_bytes(b"\n".join([*lines, b'{"id": "c", "title": "y"}']))
    recorded = list(RecordedStream(path))
    assert [(each.line, each.id, bool(each.refused)) for each in recorded] == [
        (1, "a", False),
        (3, None, True),
        (4, None, True),
        (5, "c", False),
    ]


@settings(max_examples=60)
@given(st.lists(st.binary(max_size=60), max_size=5))
def test_no_bytes_break_the_reader(tmp_path_factory, chunks):
    path = tmp_path_factory.mktemp("any") / "s.jsonl"
    path.write_bytes(b"x" + b"\n".join(chunks) + b'\n{"id": "last", "title": "x"}\n')
    recorded = list(RecordedStream(path))
    assert recorded[-1].id == "last"
    assert all((each.article is None) != (each.refused is None) for each in recorded)


def test_a_file_that_is_cut_off_is_an_error_that_says_so(tmp_path):
    path = stream_of([line(i, text=str(i) * 50) for i in range(500)], tmp_path / "s.jsonl.gz")
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(TocsinError, match="cut off"):
        list(RecordedStream(path))


def test_a_missing_file_is_an_error_that_names_it(tmp_path):
    with pytest.raises(TocsinError, match=r"none\.jsonl cannot be read"):
        RecordedStream(tmp_path / "none.jsonl")


def test_the_fraction_grows_to_one(tmp_path):
    stream = RecordedStream(stream_of([line(i) for i in range(2000)], tmp_path / "s.jsonl.gz"))
    seen = [stream.fraction for _ in stream]
    assert seen == sorted(seen)
    assert 0 < seen[0] < 1
    assert seen[-1] == 1


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<p>One.</p><p>Two.</p>", True),
        ('<div class="x">Text<br/></div>', True),
        ("Plain words, 3 < 4 and 5 > 2", False),
        ("He wrote <p> in his notes", False),
        ("", False),
    ],
)
def test_looks_like_html(text, html):
    assert looks_like_html(text) is html
