"""HTML of whole pages and of feeds' fragments to lines of text."""

from __future__ import annotations

import re

import trafilatura
from selectolax.lexbor import LexborHTMLParser, LexborNode

from stream.errors import Refused

_PAGE = re.compile(r"<(?:html|body|main|article)\b", re.IGNORECASE)
_UNWANTED = (
    "script,style,noscript,template,nav,aside,footer,form,button,figure,figcaption,iframe,svg,select,textarea,head,img"
)
_BLOCKS = frozenset({
    "article", "blockquote", "body", "dd", "div", "dl", "dt",
    "h1", "h2", "h3", "h4", "h5", "h6", "header", "li",
    "main", "ol", "p", "pre", "section", "table", "td", "tr", "ul",
})  # fmt: skip
_TRUSTED = (0.5, 0.9)
"""Shares of a fragment's words between which trafilatura's choice of them is believed.

It is made for pages: of short texts it drops too much, and where it drops nothing it breaks lines at inline markup.
"""


def to_text(markup: str) -> str:
    """Return the text of an HTML page or fragment, a line per paragraph, without what is plainly not the article.

    Raises:
        Refused: `bad_markup` when the HTML cannot be read.
    """
    page = _PAGE.search(markup) is not None
    extracted = _extract(markup)
    if page and extracted:
        return extracted
    stripped = strip(markup)
    least, most = _TRUSTED
    kept = len(extracted.split()) / max(1, len(stripped.split()))
    return extracted if least <= kept < most else stripped


def _extract(markup: str) -> str:
    document = markup if _PAGE.search(markup) else f"<html><body><article>{markup}</article></body></html>"
    try:
        found = trafilatura.extract(document, include_comments=False, include_tables=False, output_format="txt")
    except (ValueError, RecursionError) as error:
        raise Refused("bad_markup", f"the HTML cannot be read: {error}") from error
    return found or ""


def strip(markup: str) -> str:
    """Return the text of HTML with its blocks as lines; scripts, forms, figures and navigation left out."""
    tree = LexborHTMLParser(markup)
    for node in tree.css(_UNWANTED):
        if node.tag not in {"html", "body"}:
            node.decompose()
    root = tree.body or tree.root
    pieces: list[str] = []
    if root is not None:
        _walk(root, pieces)
    lines = ("".join(pieces)).split("\n")
    return "\n".join(line for line in (re.sub(r"\s+", " ", line).strip() for line in lines) if line)


def _walk(node: LexborNode, pieces: list[str]) -> None:
    """Collect the text below `node`, with a line end on either side of every block."""
    # A stack instead of recursion: hostile markup nests as deep as it likes.
    todo: list[LexborNode | str] = [node]
    while todo:
        current = todo.pop()
        if isinstance(current, str):
            pieces.append(current)
        elif current.tag == "-text":
            pieces.append(re.sub(r"\s+", " ", current.text(deep=False) or ""))
        elif current.tag == "br":
            pieces.append("\n")
        else:
            border = ["\n"] if current.tag in _BLOCKS else []
            todo.extend([*border, *reversed(list(current.iter(include_text=True))), *border])


def page_title(markup: str) -> str:
    """Return the headline that a page gives itself, the empty string when it gives none."""
    tree = LexborHTMLParser(markup)
    meta = tree.css_first('meta[property="og:title"]')
    if meta is not None and (content := meta.attributes.get("content")):
        return content
    for name in ("h1", "title"):
        node = tree.css_first(name)
        if node is not None and (text := node.text(separator=" ", strip=True)):
            return text
    return ""
