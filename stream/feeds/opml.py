"""Feed lists in OPML, read tolerantly and written strictly."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ElementTree, ParseError, SubElement, indent

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from stream.errors import TocsinError
from stream.feeds.encoding import decode
from stream.feeds.markup import DECLARATION, FORBIDDEN

NAMED = frozenset({"xmlUrl", "text", "title", "type", "language", "country"})
BARE_AMPERSAND = re.compile(r"&(?!(?:#\d+|#x[0-9a-fA-F]+|amp|lt|gt|quot|apos);)")
OUTLINE = re.compile(r"""<outline\b(?P<attributes>(?:[^<>"']|"[^"]*"|'[^']*')*)>""", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""([\w:.\-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed of a list.

    Attributes:
        category: the titles of the outlines around it, joined by `/`.
        extras: every other attribute, kept as it came.
    """

    url: str
    title: str = ""
    language: str | None = None
    country: str | None = None
    category: str = ""
    extras: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FeedList:
    """What a list held, and what in it could not be read."""

    feeds: list[Outline]
    problems: list[str]


def parse(data: bytes) -> FeedList:
    """Return the feeds of an OPML document, each address once.

    A list that is not well-formed is mended where that is sure (bare ampersands, forbidden characters); else each
    outline is read by itself. What was mended or left out is named in `problems`.

    Raises:
        TocsinError: it is not OPML, or declares entities.
    """
    text = FORBIDDEN.sub("", DECLARATION.sub("", decode(data).text.lstrip("\ufeff \t\r\n"), count=1))
    problems: list[str] = []
    try:
        rows = list(_rows(_tree(text, problems)))
    except ParseError as error:
        problems.append(f"not well-formed ({error}): read outline by outline, without categories")
        rows = [(_attributes(found["attributes"]), "") for found in OUTLINE.finditer(text)]
        problems += _unreadable(text)
    except DefusedXmlException as error:
        raise TocsinError("the feed list declares entities, which Tocsin does not read; remove the DOCTYPE") from error
    feeds = _feeds(rows, problems)
    if not feeds and "<opml" not in text[:2000].lower():
        raise TocsinError("this is not an OPML feed list; export one from a feed reader, or see `tocsin feeds export`")
    return FeedList(feeds, problems)


def _tree(text: str, problems: list[str]) -> Element:
    try:
        return _fromstring(text)
    except ParseError as error:
        mended = BARE_AMPERSAND.sub("&amp;", text)
        if mended == text:
            raise
        root = _fromstring(mended)
        problems.append(f"not well-formed ({error}): bare & taken for &amp;")
        return root


def _fromstring(text: str) -> Element:
    root: Element = fromstring(text)
    return root


def _rows(element: Element, path: str = "") -> Iterator[tuple[dict[str, str], str]]:
    for child in element:
        if child.tag.lower() != "outline":
            yield from _rows(child, path)
            continue
        attributes = dict(child.attrib)
        yield attributes, path
        name = "" if _address(attributes) else attributes.get("title") or attributes.get("text") or ""
        yield from _rows(child, f"{path}/{name}".strip("/") if name else path)


def _attributes(text: str) -> dict[str, str]:
    return {name: html.unescape(double or single) for name, double, single in ATTRIBUTE.findall(text)}


def _unreadable(text: str) -> list[str]:
    """Name each outline with an address that the outline-by-outline reading does not cover."""
    lost = OUTLINE.sub(" ", text)
    return [f"unreadable outline: {found[1]}" for found in re.finditer(r"""xmlUrl\s*=\s*["']?([^\s"'<>]+)""", lost)]


def _address(attributes: dict[str, str]) -> str:
    return next((value.strip() for name, value in attributes.items() if name.lower() == "xmlurl"), "")


def _feeds(rows: list[tuple[dict[str, str], str]], problems: list[str]) -> list[Outline]:
    feeds: dict[str, Outline] = {}
    for attributes, category in rows:
        url = _address(attributes)
        title = attributes.get("title") or attributes.get("text") or ""
        title = "" if title == url else title
        if not url:
            if attributes.get("type", "").lower() in {"rss", "atom"}:
                problems.append(f"no address: {title!r}")
        elif not url.startswith(("http://", "https://")):
            problems.append(f"not an http address: {url}")
        elif url in feeds:
            problems.append(f"twice: {url}")
        else:
            extras = {
                name: value for name, value in attributes.items() if name not in NAMED and name.lower() != "xmlurl"
            }
            language, country = attributes.get("language") or None, attributes.get("country") or None
            feeds[url] = Outline(url, title.strip(), language, country, category, extras)
    return list(feeds.values())


def write(feeds: Iterable[Outline], title: str = "Tocsin") -> bytes:
    """Return an OPML 2.0 document of the feeds, in their categories."""
    root = Element("opml", version="2.0")
    SubElement(SubElement(root, "head"), "title").text = FORBIDDEN.sub("", title)
    folders = {"": SubElement(root, "body")}
    for feed in feeds:
        named = {"language": feed.language, "country": feed.country}
        attributes = {"type": "rss", "text": feed.title or feed.url, "title": feed.title, "xmlUrl": feed.url}
        attributes |= {name: value for name, value in named.items() if value} | feed.extras
        SubElement(_folder(folders, feed.category), "outline", {k: FORBIDDEN.sub("", v) for k, v in attributes.items()})
    indent(root)
    return _bytes(root)


def _folder(folders: dict[str, Element], path: str) -> Element:
    if path not in folders:
        above, _, name = path.rpartition("/")
        folders[path] = SubElement(_folder(folders, above), "outline", text=FORBIDDEN.sub("", name))
    return folders[path]


def _bytes(root: Element) -> bytes:
    out = io.BytesIO()
    ElementTree(root).write(out, encoding="utf-8", xml_declaration=True)
    return out.getvalue() + b"\n"
