"""What a person meets on the command line: complete help, one clear line for each mistake."""

import os
import socket
import subprocess
import sys

import pytest
import typer.main

from stream.cli import app

pytestmark = pytest.mark.e2e


def tocsin(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "stream", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "TERM": "dumb", "COLUMNS": "200", **environment},
        check=False,
    )


def commands(group, path=()):
    yield path, group
    for name, command in getattr(group, "commands", {}).items():
        yield from commands(command, (*path, name))


ALL = dict(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("path", ALL, ids=lambda path: "-".join(path) or "tocsin")
def test_every_command_and_option_is_explained(path):
    command = ALL[path]
    assert command.help, "a command without help"
    for parameter in command.params:
        if parameter.param_type_name == "option":
            assert parameter.help, f"option {parameter.name} without help"


@pytest.mark.parametrize("path", [(), ("demo",), ("feeds",), ("topics", "create")])
def test_help_is_shown(path):
    shown = tocsin(*path, "--help")
    assert shown.returncode == 0
    assert "Usage:" in shown.stdout


@pytest.fixture
def taken_port():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


def one_line(finished):
    lines = [line for line in finished.stderr.splitlines() if line.startswith("tocsin: ")]
    assert len(lines) == 1, finished.stderr
    assert "Traceback" not in finished.stderr
    return lines[0]


@pytest.mark.parametrize(
    "arguments", [["run", "--no-such"], ["run", "--feeds", "missing.opml"], ["run", "--workers", "0"], ["nonsense"]]
)
def test_a_wrong_call_is_a_usage_error(arguments):
    finished = tocsin(*arguments)
    assert finished.returncode == 2
    assert "Traceback" not in finished.stderr


@pytest.mark.parametrize(
    "arguments",
    [["clean", "none.txt"], ["replay", "none.txt", "--out", "out"], ["evaluate", "out", "--gold", "none.txt"]],
)
def test_a_missing_file_is_named(arguments, tmp_path):
    finished = tocsin(*arguments, TOCSIN_DATA=str(tmp_path))
    assert finished.returncode == 1
    assert "none.txt" in one_line(finished) or "out" in one_line(finished)


@pytest.mark.parametrize(
    ("arguments", "variable"),
    [
        (["run", "--port", "PORT"], "TOCSIN_WEB_PORT"),
        (["broker", "--port", "PORT"], "TOCSIN_BROKER_PORT"),
        (["demo", "--port", "PORT"], "--port"),
    ],
)
def test_a_taken_port_is_named_with_the_setting_that_moves_it(arguments, variable, taken_port, tmp_path):
    filled = [str(taken_port) if word == "PORT" else word for word in arguments]
    finished = tocsin(*filled, TOCSIN_DATA=str(tmp_path), TOCSIN_METRICS_PORT="0")
    assert finished.returncode == 1
    line = one_line(finished)
    assert str(taken_port) in line
    assert variable in line


def test_a_taken_metrics_port_is_named(taken_port, tmp_path):
    finished = tocsin("work", TOCSIN_DATA=str(tmp_path), TOCSIN_METRICS_PORT=str(taken_port))
    assert finished.returncode == 1
    assert "TOCSIN_METRICS_PORT" in one_line(finished)


def test_an_unreachable_broker_is_named(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    finished = tocsin("topics", "create", "--kafka", f"127.0.0.1:{port}", TOCSIN_DATA=str(tmp_path))
    assert finished.returncode == 1
    assert f"127.0.0.1:{port}" in one_line(finished)


def test_a_bad_setting_is_named(tmp_path):
    finished = tocsin("run", TOCSIN_WEB_PORT="many", TOCSIN_DATA=str(tmp_path))
    assert finished.returncode == 1
    assert "TOCSIN_WEB_PORT" in one_line(finished)
