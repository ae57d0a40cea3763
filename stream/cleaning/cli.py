"""`tocsin clean`: what the clean step makes of one document."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from stream.cleaning.clean import Cleaned, clean_article
from stream.errors import TocsinError
from stream.records import RawArticle

FETCHED = 0.0
"""The command has no clock: nothing it prints depends on the time."""


def clean_command(
    file: Annotated[Path, typer.Argument(help="The document, UTF-8; - reads standard input.", metavar="FILE")],
    html: Annotated[bool, typer.Option("--html", help="The document is HTML: a page or a feed's fragment.")] = False,
    title: Annotated[
        str | None, typer.Option(help="The headline, when it is known apart from the text.", metavar="T")
    ] = None,
    site: Annotated[str | None, typer.Option(help="The outlet's domain, such as example.org.", metavar="S")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print title, text, lang, credit and every removed span with its reason.")
    ] = False,
) -> None:
    """Print an article's own words: its headline and paragraphs, without what the page put around them."""
    cleaned = clean_article(
        RawArticle(
            site=site or "",
            outlet=site or "",
            title=title or "",
            content=read(file),
            content_type="html" if html else "text",
            fetched=FETCHED,
        )
    )
    typer.echo(as_json_text(cleaned) if as_json else as_text(cleaned))


def read(file: Path) -> str:
    """Return the text of a file, or of standard input for `-`.

    Raises:
        TocsinError: the file is missing, cannot be read or is not UTF-8.
    """
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise TocsinError(f"{file} cannot be read ({error.strerror}); give the path of a text or HTML file") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TocsinError(
            f"{file} is not UTF-8 (byte {error.start}); convert it first, for example with iconv -t UTF-8"
        ) from error


def as_text(cleaned: Cleaned) -> str:
    """Return headline and paragraphs with an empty line between them."""
    article = cleaned.article
    return "\n\n".join(part for part in (article.title, *article.text.split("\n")) if part)


def as_json_text(cleaned: Cleaned) -> str:
    """Return headline, text, language, agency and the removed spans as JSON."""
    article = cleaned.article
    document = {
        "title": article.title,
        "text": article.text,
        "lang": article.lang,
        "credit": article.credit,
        "removed": [{"reason": span.reason, "text": span.text} for span in cleaned.removed],
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode()
