import json

import pytest
from typer.testing import CliRunner, Result

from stream.errors import TocsinError
from stream.feeds.cli import app
from stream.feeds.opml import Outline, parse, write

A, B = "https://a.example/rss", "https://b.example/rss"


@pytest.fixture
def feeds(tmp_path, monkeypatch):
    """Run `tocsin feeds …` on a state of its own, with a list of one feed."""
    listed = tmp_path / "list.opml"
    listed.write_bytes(write([Outline(A, "A", "ar", "SA")]))
    monkeypatch.setenv("TOCSIN_DATA", str(tmp_path / "var"))
    monkeypatch.setenv("TOCSIN_FEEDS", str(listed))
    monkeypatch.setenv("TOCSIN_ALLOW_PRIVATE", "true")
    monkeypatch.setenv("TOCSIN_POLL_TIMEOUT", "5")

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, list(arguments))

    return run


def rows(result: Result) -> list[dict]:
    return json.loads(result.stdout)


@pytest.mark.parametrize("command", ["list", "add", "remove", "check", "import", "export"])
def test_every_command_explains_itself(feeds, command):
    result = feeds(command, "--help")
    assert result.exit_code == 0
    assert len(result.stdout) > 200


def test_a_wrong_use_is_exit_code_two(feeds):
    assert feeds("add").exit_code == 2
    assert feeds("nonsense").exit_code == 2


def test_the_list_is_there_from_the_start(feeds):
    first = feeds("list", "--json")
    assert [row["url"] for row in rows(first)] == [A]
    assert "1 feeds came" in first.stderr
    result = feeds("list")
    assert result.exit_code == 0
    assert A in result.stdout
    assert "new" in result.stdout
    assert "1 feeds" in result.stderr


def test_a_command_does_not_put_its_list_in_place_of_the_pollers(feeds, tmp_path, monkeypatch):
    feeds("list")
    other = tmp_path / "other.opml"
    other.write_bytes(write([Outline(B)]))
    monkeypatch.setenv("TOCSIN_FEEDS", str(other))
    assert [row["url"] for row in rows(feeds("list", "--json"))] == [A]


def test_feeds_are_added_updated_and_removed(feeds):
    assert "added " + B in feeds("add", B, "--title", "Bee", "--language", "en", "--country", "GB").stdout
    assert "updated " + B in feeds("add", B).stdout
    listed = {row["url"]: row for row in rows(feeds("list", "--json"))}
    assert (listed[B]["title"], listed[B]["language"], listed[B]["country"]) == ("Bee", "en", "GB")
    assert feeds("remove", A, B).exit_code == 0
    assert rows(feeds("list", "--json")) == []
    assert [(row["url"], row["health"]) for row in rows(feeds("list", "--all", "--json"))] == [(A, "disabled")]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["add", "ftp://a.example/"], "not an http"),
        (["remove", B], "no such feed"),
        (["import", "no-such-file.opml"], "cannot be read"),
    ],
)
def test_errors_say_what_is_wrong(feeds, arguments, message):
    result = feeds(*arguments)
    assert result.exit_code == 1
    assert isinstance(result.exception, TocsinError)
    assert message in str(result.exception)


def test_a_list_goes_in_and_out(feeds, tmp_path):
    source = tmp_path / "mine.opml"
    source.write_bytes(
        b'<opml><body><outline text="A & B" xmlUrl="https://b.example/rss"/><outline type="rss"/></body></opml>'
    )
    result = feeds("import", str(source))
    assert "1 feeds, 1 of them new" in result.stdout
    assert "bare &" in result.stderr
    assert "no address" in result.stderr
    target = tmp_path / "out.opml"
    assert feeds("export", str(target)).exit_code == 0
    assert [feed.url for feed in parse(target.read_bytes()).feeds] == [A, B]
    assert parse(feeds("export").stdout.encode()).feeds[1].title == "A & B"


def test_a_file_that_cannot_be_written_is_named(feeds, tmp_path):
    result = feeds("export", str(tmp_path / "no" / "such" / "folder.opml"))
    assert isinstance(result.exception, TocsinError)


def test_checking_tells_each_feeds_answer_and_fails_if_one_does(feeds, httpserver, make_rss, make_story):
    httpserver.expect_request("/good").respond_with_data(make_rss(make_story(1), make_story(2)))
    httpserver.expect_request("/page").respond_with_data("<html><body>404")
    good, page = httpserver.url_for("/good"), httpserver.url_for("/page")
    result = feeds("check", good)
    assert result.exit_code == 0
    assert "fetched" in result.stdout
    assert "1 of 1" in result.stderr
    result = feeds("check", good, page, "--json")
    assert result.exit_code == 1
    first, second = rows(result)
    assert (first["outcome"], first["items"], first["title"], first["latest"]) == ("fetched", 2, "Outlet", 1751277600.0)
    assert (second["outcome"], second["reason"], second["good"]) == ("refused", "html_page", False)


def test_checking_without_a_network_says_so_and_remembers_nothing(feeds):
    feeds("add", "http://no-such-name.invalid/rss")
    feeds("remove", A)
    result = feeds("check")
    assert result.exit_code == 1
    assert "dns" in result.stdout
    assert "0 of 1" in result.stderr
    assert [row["health"] for row in rows(feeds("list", "--json"))] == ["new"]
