"""From an item to the page its outlet shows, and from a page to HTML, plain text or XHTML."""

from __future__ import annotations

import datetime
from html import escape

from stream.newswire.dates import fill
from stream.newswire.habits import Block, Earlier, Page, dress, plain_page
from stream.newswire.model import Item, Outlet, Wire

_POINTED_AT = 4
"""How many earlier articles an outlet's habits can point at."""


def page_of(item: Item, earlier: list[Item], start_time: float) -> Page:
    """Return the page of `item` in a demo that started at `start_time` (epoch seconds).

    Args:
        item: the article.
        earlier: items of the same outlet that appeared before, in order of appearance.
        start_time: when the demo started, seconds since the epoch.
    """
    day, locale = day_of(item, start_time), item.outlet.locale
    page = plain_page(fill(item.title, day, locale), [fill(text, day, locale) for text in item.paragraphs])
    uses = [(use.name, fill(use.text, day, locale)) for use in item.outlet.habits]
    others = tuple(_earlier(other, start_time) for other in reversed(earlier[-_POINTED_AT:]))
    return dress(page, uses, others)


def earlier_items(wire: Wire, item: Item) -> list[Item]:
    """Return the items of the same outlet that appeared before `item`."""
    return [other for other in wire.by_outlet(item.outlet.key) if (other.at, other.key) < (item.at, item.key)]


def day_of(item: Item, start_time: float) -> datetime.date:
    """Return the UTC date from which the item's date words count."""
    return datetime.datetime.fromtimestamp(start_time + item.day_of, datetime.UTC).date()


def html_of(page: Page, *, xhtml: bool = False) -> str:
    """Return the page's blocks as HTML; with `xhtml`, well-formed."""
    return "\n".join(_block_html(block, "<br/>" if xhtml else "<br>") for block in page.blocks)


def text_of(page: Page) -> str:
    """Return the page's blocks as lines of plain text, as sloppy feeds give them."""
    return "\n".join(block.text for block in page.blocks)


def excerpt_of(page: Page, outlet: Outlet) -> str:
    """Return the first own paragraph, cut at a word near 160 characters as excerpt makers do."""
    own = next(block.text for block in page.blocks if block.own)
    if len(own) <= 160:
        return own
    return own[:160].rsplit(" ", 1)[0] + (" [...]" if outlet.lang == "en" else "…")


def _earlier(item: Item, start_time: float) -> Earlier:
    day, locale = day_of(item, start_time), item.outlet.locale
    return Earlier(fill(item.title, day, locale), item.url, fill(item.paragraphs[0], day, locale))


def _block_html(block: Block, line_break: str) -> str:
    text = escape(block.text, quote=False)
    match block.kind:
        case "heading":
            return f"<h2>{text}</h2>"
        case "caption":
            return f'<figure><img src="/img/cover.jpg" alt=""/><figcaption>{text}</figcaption></figure>'
        case "link":
            return f'<p><strong><a href="{escape(block.href or "")}">{text}</a></strong></p>'
        case "points":
            return "<ul>" + "".join(f"<li>{line}</li>" for line in text.split("\n")) + "</ul>"
        case "note":
            return f"<div>{text}{line_break}</div>"
        case _:
            return f"<p>{text}</p>"
