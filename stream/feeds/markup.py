"""Make a feed's text fit for an XML parser, and refuse what only an attacker writes."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from stream.errors import Refused

LONGEST_ENTITY = 64
"""Characters an entity may stand for: with a few letters per reference a body can then grow about tenfold at most."""

LONGEST_HEAD = 32_768
"""Characters before the first element (comments, document type), where patterns may take quadratic time."""
MOST_TAGS = 50_000
MOST_REFERENCES = 500_000
"""Tags and references a document may have: a hundred times those of a full feed. The tolerant parser takes a tenth of a
millisecond for a tag, so this bounds what one hostile feed costs to a few seconds."""

DECLARATION = re.compile(r"^\s*<\?xml\b[^>]*?\?>", re.IGNORECASE)
FIRST_TAG = re.compile(r"<(?=[A-Za-z_])")
ENTITY = re.compile(r"<!ENTITY\s+(?P<parameter>%\s+)?(?P<name>[\w:.\-]+)\s*(?P<value>\"[^\"]*\"|'[^']*'|[^>]*)")
CHARACTER_REFERENCES = re.compile(r"&#(?:\d+|x[0-9a-fA-F]+);")
DOCTYPE = re.compile(r"<!DOCTYPE\b[^\[>]*(?:\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL)
# XML 1.0, production 2: everything else may not appear, not even as a character reference.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
REFERENCE = re.compile(r"&#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,8}));")
TAG = re.compile(r"<(?=[A-Za-z_])")
ENTITY = re.compile(r"<!ENTITY\s+(?P<parameter>%\s+)?(?P<name>[\w:.\-]+)\s*(?P<value>\"[^\"]*\"|'[^']*'|[^>]*)")
CHARACTER_REFERENCES = re.compile(r"&#(?:\d+|x[0-9a-fA-F]+);")
DOCTYPE = re.compile(r"<!DOCTYPE\b[^\[>]*(?:\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL)
# XML 1.0, production 2: everything else may not appear, not even as a character reference.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
FORBIDDEN_REFERENCE = re.compile(
    r"&#(?:0*(?:[0-8]|1[1245-9]|2\d|3[01])|x0*(?:[0-8bcBC]|0?[eEfF]|1[0-9a-fA-F])|x?0*d[89a-f][0-9a-f]{2});",
    re.IGNORECASE,
)
TAG = re.compile(r"</?[A-Za-z][^<>]{0,2000}>")
SPACE = re.compile(r"\s+")
ITEM = re.compile(r"<(?:[A-Za-z_][\w.\-]*:)?(?:item|entry)(?=[\s/>])", re.IGNORECASE)
HIDING = re.compile(r"<!(?:\[CDATA\[|--)")


def document(text: str) -> tuple[str, list[str]]:
    """Return the XML document in `text` and what was mended to get it.

    Everything before the first `<` goes, as do the old declaration (the text is no longer in that encoding), the
    document type and characters that XML forbids.

    Raises:
        Refused: `entities` when the document type declares an entity that is external, parametric, nested or long;
            `too_complex` when the document has more tags than any feed needs.
    """
    mended = []
    start = text.find("<")
    if start > 0 and text[:start].strip("\ufeff \t\r\n\x00"):
        mended.append("text before the prolog")
    text = DECLARATION.sub("", text[max(start, 0) :], count=1)
    first = FIRST_TAG.search(text)
    head, body = (text[: first.start()], text[first.start() :]) if first else (text, "")
    if len(head) > LONGEST_HEAD:
        raise Refused("entities", f"{len(head)} characters before the first element")
    entities = _entities(head)
    tags = sum(part.count("<") for part in _shown(body))
    references = sum(part.count("&") for part in _shown(body))
    if tags > MOST_TAGS or references > MOST_REFERENCES:
        raise Refused("too_complex", f"{tags} tags and {references} references")
    text = DOCTYPE.sub("", head) + _expand(body, entities)
    clean = REFERENCE.sub(_allowed, FORBIDDEN.sub("", text))
    if clean != text:
        mended.append("characters that XML forbids")
    return clean, mended


def _allowed(reference: re.Match[str]) -> str:
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    return "" if number > 0x10FFFF or FORBIDDEN.match(chr(number)) else reference[0]


def _entities(head: str) -> dict[str, str]:
    found = {}
    for declaration in ENTITY.finditer(head):
        value, name = declaration["value"], declaration["name"]
        inner = value[1:-1] if value[:1] in {'"', "'"} else None
        if declaration["parameter"] or inner is None:
            raise Refused("entities", f"the feed declares the external entity {name}")
        if len(inner) > LONGEST_ENTITY or "&" in CHARACTER_REFERENCES.sub("", inner):
            raise Refused("entities", f"the feed declares the entity {name}, which is nested or long")
        found[name] = inner
    if "<!ENTITY" in head.upper() and not found:
        raise Refused("entities", "the feed declares entities that cannot be read")
    return found


def _expand(body: str, entities: dict[str, str]) -> str:
    if not entities:
        return body
    names = "|".join(re.escape(name) for name in entities)
    return re.sub(f"&({names});", lambda reference: entities[reference[1]], body)


def is_html(document: str) -> bool:
    """Return whether the document is a web page rather than a feed."""
    first = FIRST_TAG.search(document)
    return first is not None and document[first.start() : first.start() + 5].lower() == "<html"


def count_items(document: str) -> int:
    """Return how many items the document opens, as a reader of the source would count them."""
    return sum(len(ITEM.findall(part)) for part in _shown(document))


def _shown(document: str) -> Iterator[str]:
    """Give the stretches outside CDATA and comments; a pattern would take quadratic time where they never end."""
    at = 0
    while hiding := HIDING.search(document, at):
        yield document[at : hiding.start()]
        end = "]]>" if hiding[0] == "<![CDATA[" else "-->"
        at = document.find(end, hiding.end())
        if at < 0:
            return
    yield document[at:]


def plain(text: str) -> str:
    """Return a headline without tags, with references resolved (many feeds escape twice) and single spaces."""
    for _ in range(2):
        text = html.unescape(TAG.sub("", text)) if "&" in text or "<" in text else text
    return SPACE.sub(" ", FORBIDDEN.sub("", text)).strip()


def looks_like_html(text: str) -> bool:
    """Return whether the text holds tags or references that a reader should not see."""
    return TAG.search(text) is not None or html.unescape(text) != text
