"""What the newswire has to tell: outlets, happenings and their tellings, as `data/` holds them.

A *happening* is one real-world event of the invented world; a *telling* is one outlet's article on it, in its own
words; a *dispatch* is an agency's text that several outlets reprint. Tellings are laid on *phases*: stretches of event
time before the demo's start, each played in a few seconds, in order.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from stream.ids import derive
from stream.records import Modality

Format = Literal["rss", "atom"]
Body = Literal["encoded", "html", "text", "xhtml"]
"""Where an outlet puts its text: content:encoded beside an excerpt, the main element as HTML or text, or XHTML."""
Guid = Literal["link", "permalink", "number", "urn", "tag", "none"]
DateStyle = Literal["local", "gmt", "local_as_gmt", "dublin", "none"]
"""`local_as_gmt` is a mistake some outlets make: the local clock with the letters GMT."""


class Data(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A piece of `data/`; a misspelt field is an error."""


class Phase(Data, kw_only=True, frozen=True):
    """A stretch of event time and the seconds in which it is played.

    Attributes:
        begins: seconds from the demo's start to the phase's first minute; negative.
        minutes: how much event time it holds.
        served_from: seconds after the demo's start at which its first item appears.
        served_to: seconds after the demo's start by which all its items have appeared.
    """

    key: str
    begins: int
    minutes: int
    served_from: float
    served_to: float


class HabitUse(Data, kw_only=True, frozen=True):
    """A habit of `stream.newswire.habits` with the outlet's own words for it."""

    name: str
    text: str


class Outlet(Data, kw_only=True, frozen=True):
    """An invented outlet and how its feed looks.

    Attributes:
        utc_offset: hours its clock is ahead of UTC.
        link: template of an article's path; knows `{slug}` and `{number}`.
        tracking: query parameters its feed adds to links; knows `{number}`.
        lag: minutes of event time between an article's publishing and its appearance in the feed.
    """

    key: str
    name: str
    domain: str
    lang: str
    locale: str
    city: str
    utc_offset: float
    format: Format
    encoding: str
    body: Body
    guid: Guid
    date: DateStyle
    link: str
    tracking: str
    lag: int
    habits: list[HabitUse]


class Telling(Data, kw_only=True, frozen=True):
    """One outlet's article on a happening, `minute` minutes into its phase."""

    outlet: str
    minute: int
    title: str
    paragraphs: list[str]


class Copy(Data, kw_only=True, frozen=True):
    """One outlet's reprint of a dispatch: the first `keep` paragraphs (None: all), perhaps under another headline."""

    outlet: str
    minute: int
    title: str | None = None
    keep: int | None = None


class Dispatch(Data, kw_only=True, frozen=True):
    """An agency's text and its reprints; `lead` opens the first paragraph, `credit` may close the article."""

    agency: str
    lang: str
    lead: str
    credit: str
    title: str
    paragraphs: list[str]
    copies: list[Copy]


class Truth(Data, kw_only=True, frozen=True):
    """What an analyst would say of a happening; `day` counts from the day of its first telling to its date."""

    diplomatic: bool = False
    act: str | None = None
    modality: Modality | None = None
    parties: list[str] = []
    place: str | None = None
    day: int = 0


class Happening(Truth, kw_only=True, frozen=True):
    """One event of the invented world, told by several outlets."""

    key: str
    phase: str
    about: str
    tellings: list[Telling]
    dispatch: Dispatch | None = None


class Brief(Truth, kw_only=True, frozen=True):
    """A background article: a happening of its own unless `event` names one shared with another outlet."""

    slug: str
    phase: str
    minute: int
    title: str
    paragraphs: list[str]
    event: str | None = None


class Item(msgspec.Struct, kw_only=True, frozen=True):
    """One article of the newswire, ready to be rendered.

    Attributes:
        key: unique name, outlet and slug.
        published: seconds from the demo's start to its publishing; negative or zero.
        at: seconds after the demo's start at which it appears in its feed.
        day_of: offset in seconds whose UTC date the article's date words count from: the happening's first telling.
        origin: the outlet's key, or the agency's whose words they are.
        copy_of: key of the reprint of the same dispatch that appeared first, if this is a later one.
    """

    key: str
    slug: str
    outlet: Outlet
    title: str
    paragraphs: list[str]
    published: int
    at: float
    day_of: int
    event: str
    truth: Truth
    origin: str
    copy_of: str | None = None
    credit: str | None = None

    @property
    def number(self) -> int:
        """A stable article number, as content management systems give."""
        return int(derive("newswire", self.key)[:12], 16) % 9_000_000 + 1_000_000

    @property
    def url(self) -> str:
        """The article's address without tracking parameters."""
        return f"https://{self.outlet.domain}" + self.outlet.link.format(slug=self.slug, number=self.number)

    @property
    def link(self) -> str:
        """The article's address as the feed gives it."""
        if not self.outlet.tracking:
            return self.url
        joint = "&" if "?" in self.url else "?"
        return self.url + joint + self.outlet.tracking.format(number=self.number)


class Wire(msgspec.Struct, kw_only=True, frozen=True):
    """The whole newswire; items in order of appearance."""

    phases: dict[str, Phase]
    outlets: dict[str, Outlet]
    happenings: list[Happening]
    items: list[Item]

    def by_outlet(self, key: str) -> list[Item]:
        """Return an outlet's items in order of appearance."""
        return [item for item in self.items if item.outlet.key == key]
