import io
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from stream.cleaning.cli import clean_command
from stream.errors import TocsinError

DOCUMENT = """Ministers sign the border deal in Silma
Share
SILMA (Reuters) - The ministers signed the deal on Tuesday in Silma.
"""


def run(*arguments: str, stdin: bytes | None = None) -> str:
    app = typer.Typer()
    app.command()(clean_command)
    result = CliRunner().invoke(app, list(arguments), input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.stdout


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "a.txt"
    path.write_text(DOCUMENT, encoding="utf-8")
    return path


def test_text(document: Path) -> None:
    assert run(str(document)).split("\n\n") == [
        "Ministers sign the border deal in Silma",
        "SILMA - The ministers signed the deal on Tuesday in Silma.\n",
    ]


def test_json(document: Path) -> None:
    found = json.loads(run(str(document), "--json", "--site", "outlet.example"))
    assert found["title"] == "Ministers sign the border deal in Silma"
    assert (found["lang"], found["credit"]) == ("en", "reuters")
    assert {"reason": "share", "text": "Share"} in found["removed"]


def test_standard_input_html_and_title() -> None:
    markup = b"<p>The ministers signed the deal on Tuesday.</p><a href='/x'>Read more</a>"
    assert (
        run("-", "--html", "--title", "A deal", stdin=markup) == "A deal\n\nThe ministers signed the deal on Tuesday.\n"
    )


def test_a_missing_file_and_one_that_is_not_utf8(tmp_path: Path) -> None:
    with pytest.raises(TocsinError, match="cannot be read"):
        run(str(tmp_path / "none.txt"))
    (tmp_path / "b.txt").write_bytes("الوزير".encode("cp1256"))
    with pytest.raises(TocsinError, match="not UTF-8"):
        run(str(tmp_path / "b.txt"))
    with pytest.raises(TocsinError, match="cannot be read"):
        run(str(tmp_path))


def test_an_empty_document_says_why() -> None:
    with pytest.raises(TocsinError, match="neither the title nor the body"):
        run("-", stdin=io.BytesIO(b"  ").read())
