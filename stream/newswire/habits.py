"""The junk that outlets put around their articles: each habit is a pure function from a page to a page.

None of it is stored with the articles: what a cleaner should give back is exactly what `data/` holds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from stream.errors import TocsinError

Kind = Literal["paragraph", "heading", "caption", "note", "link", "points"]
"""`note` is a line of the site's own; `link` leads to another article; `points` is a list, one item a line."""


class Block(msgspec.Struct, frozen=True):
    """A block of an article's page; `own` marks the article's own words."""

    kind: Kind
    text: str
    href: str | None = None
    own: bool = False


class Page(msgspec.Struct, frozen=True):
    """An article as its outlet shows it."""

    title: str
    blocks: tuple[Block, ...]

    def before(self, *blocks: Block) -> Page:
        """Return the page with `blocks` at its top."""
        return Page(self.title, (*blocks, *self.blocks))

    def after(self, *blocks: Block) -> Page:
        """Return the page with `blocks` at its end."""
        return Page(self.title, (*self.blocks, *blocks))

    def within(self, paragraphs: int, *blocks: Block) -> Page:
        """Return the page with `blocks` after its first `paragraphs` own paragraphs, or at its end if it has fewer."""
        places = [place for place, block in enumerate(self.blocks, 1) if block.own]
        place = places[paragraphs - 1] if len(places) > paragraphs else len(self.blocks)
        return Page(self.title, (*self.blocks[:place], *blocks, *self.blocks[place:]))


class Earlier(msgspec.Struct, frozen=True):
    """An earlier article of the same outlet, to point at."""

    title: str
    link: str
    lead: str


Habit = Callable[[Page, str, tuple[Earlier, ...]], Page]
"""Takes the page, the outlet's own words for the habit and its earlier articles, newest first."""


def plain_page(title: str, paragraphs: list[str]) -> Page:
    """Return the page that holds nothing but the article."""
    return Page(title, tuple(Block("paragraph", text, own=True) for text in paragraphs))


def dress(page: Page, uses: list[tuple[str, str]], earlier: tuple[Earlier, ...]) -> Page:
    """Return `page` with the habits of `uses` (name, the outlet's words) applied in order.

    Raises:
        TocsinError: a habit's name is not known.
    """
    for name, text in uses:
        if name not in HABITS:
            raise TocsinError(f"no habit is called {name!r}; known are {', '.join(HABITS)}")
        page = HABITS[name](page, text, earlier)
    return page


def _title_suffix(page: Page, text: str, _: tuple[Earlier, ...]) -> Page:
    return Page(page.title + text, page.blocks)


def _doubled_title(page: Page, _: str, __: tuple[Earlier, ...]) -> Page:
    return page.before(Block("heading", page.title))


def _caption(page: Page, text: str, _: tuple[Earlier, ...]) -> Page:
    return page.before(Block("caption", text))


def _line_before(page: Page, text: str, _: tuple[Earlier, ...]) -> Page:
    return page.before(Block("note", text))


def _line_after(page: Page, text: str, _: tuple[Earlier, ...]) -> Page:
    return page.after(Block("note", text))


def _newsletter(page: Page, text: str, _: tuple[Earlier, ...]) -> Page:
    return page.within(2, Block("note", text))


def _read_also(page: Page, text: str, earlier: tuple[Earlier, ...]) -> Page:
    if not earlier:
        return page
    if text.endswith((":", "|")):
        return page.within(1, Block("link", f"{text} {earlier[0].title}", earlier[0].link))
    return page.within(1, Block("note", text), Block("link", earlier[0].title, earlier[0].link))


def _read_also_late(page: Page, text: str, earlier: tuple[Earlier, ...]) -> Page:
    links = [Block("link", other.title, other.link) for other in earlier[1:4]]
    return page.after(Block("note", text), *links) if links else page


def _related_teaser(page: Page, text: str, earlier: tuple[Earlier, ...]) -> Page:
    if not earlier:
        return page
    other = earlier[-1]
    return page.after(Block("note", text), Block("link", other.title, other.link), Block("note", other.lead))


def _key_points(page: Page, text: str, _: tuple[Earlier, ...]) -> Page:
    own = [block.text for block in page.blocks if block.own]
    points = [paragraph.split(". ")[0].rstrip(".") + "." for paragraph in own[1:3]]
    return page.before(Block("note", text), Block("points", "\n".join(points))) if len(points) > 1 else page


def _appeared_first(page: Page, text: str, _: tuple[Earlier, ...]) -> Page:
    return page.after(Block("note", text.replace("{title}", page.title)))


HABITS: dict[str, Habit] = {
    "appeared_first": _appeared_first,
    "byline": _line_before,
    "caption": _caption,
    "copyright": _line_after,
    "dateline": _line_before,
    "doubled_title": _doubled_title,
    "follow": _line_after,
    "key_points": _key_points,
    "newsletter": _newsletter,
    "published_line": _line_before,
    "read_also": _read_also,
    "read_also_late": _read_also_late,
    "reading_time": _line_before,
    "related_teaser": _related_teaser,
    "share": _line_after,
    "tags": _line_after,
    "title_suffix": _title_suffix,
}
"""Every habit an outlet can have."""
