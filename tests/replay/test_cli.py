import json

import pytest
import typer
from golds import gold_line, replay_folder, write
from recordings import WordEmbedder, rows, stream_of, three_topics
from typer.testing import CliRunner

from stream.embedding import embedders
from stream.errors import TocsinError
from stream.replay.cli import evaluate_command, replay_command

app = typer.Typer()
app.command("replay")(replay_command)
app.command("evaluate")(evaluate_command)


@pytest.fixture
def invoke(monkeypatch, tmp_path):
    asked = []

    def load_embedder(name):
        asked.append(name)
        return WordEmbedder()

    monkeypatch.setattr(embedders, "load_embedder", load_embedder)
    monkeypatch.setenv("TOCSIN_DATA", str(tmp_path / "data"))

    def call(*arguments):
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    call.asked = asked
    return call


def test_replay_writes_the_files_and_says_what_it_did(invoke, tmp_path):
    file = stream_of([*three_topics(9), "{bad"], tmp_path / "s.jsonl")
    result = invoke("replay", file, "--out", tmp_path / "out", "--embedder", "use", "--limit", 10)
    assert result.exit_code == 0, result.output
    assert "10 articles in" in result.stdout
    assert "3 stories" in result.stdout
    assert "refused 1 undecodable" in result.stdout
    assert len(rows(tmp_path / "out" / "assignments.jsonl")) == 10
    assert invoke.asked == ["use"]
    assert (tmp_path / "data" / "vectors" / "vectors.sqlite").exists()


def test_the_cache_can_be_elsewhere(invoke, tmp_path):
    file = stream_of(three_topics(3), tmp_path / "s.jsonl")
    result = invoke("replay", file, "--out", tmp_path / "out", "--cache", tmp_path / "kept", "-q")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "kept" / "vectors.sqlite").exists()
    refused = invoke("replay", file, "--out", tmp_path / "out", "--cache", file)
    assert isinstance(refused.exception, TocsinError)


@pytest.mark.parametrize(
    "arguments", [["replay"], ["replay", "f"], ["replay", "f", "--out", "o", "--embedder", "bert"], ["evaluate", "d"]]
)
def test_wrong_usage_is_exit_code_2(invoke, arguments):
    assert invoke(*arguments).exit_code == 2


def test_a_missing_file_is_an_error_for_people(invoke, tmp_path):
    result = invoke("replay", tmp_path / "none", "--out", tmp_path / "out")
    assert isinstance(result.exception, TocsinError)


def test_evaluate_prints_a_table_or_json(invoke, tmp_path):
    folder = replay_folder(tmp_path / "out", {"a": "s"})
    gold = write(tmp_path / "g.jsonl", [gold_line("a", "x")])
    table = invoke("evaluate", folder, "--gold", gold)
    assert table.exit_code == 0
    assert "B-cubed" in table.stdout
    report = json.loads(invoke("evaluate", folder, "--gold", gold, "--json").stdout)
    assert report["clustering"]["b_cubed"]["f1"] == 1
    assert report["alerts"] == "the gold file has no `diplomatic`"


def test_help_names_every_option(invoke):
    text = invoke("replay", "--help").stdout
    for option in ("--out", "--kafka", "--embedder", "--limit", "--cache", "--quiet"):
        assert option in text
