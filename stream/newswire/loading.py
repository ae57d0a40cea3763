"""Load the newswire from `data/`, and lay its tellings on the clock."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TypeVar

import msgspec

from stream.errors import TocsinError
from stream.newswire.model import Brief, Copy, Dispatch, Happening, Item, Outlet, Phase, Wire

T = TypeVar("T")


@lru_cache(maxsize=1)
def load() -> Wire:
    """Return the newswire shipped with Tocsin.

    Raises:
        TocsinError: a data file is broken; the message names it.
    """
    data = files("stream.newswire") / "data"
    phases = {phase.key: phase for phase in read(data / "phases.json", list[Phase])}
    outlets = {outlet.key: outlet for outlet in read(data / "outlets.json", list[Outlet])}
    happenings = [read(path, Happening) for path in _json_files(data / "events")]
    items = [item for happening in happenings for item in _of_happening(happening, phases, outlets)]
    for path in _json_files(data / "background"):
        outlet = outlets[path.name.removesuffix(".json")]
        items.extend(_of_brief(brief, phases[brief.phase], outlet) for brief in read(path, list[Brief]))
    items.sort(key=lambda item: (item.at, item.key))
    return Wire(phases=phases, outlets=outlets, happenings=happenings, items=items)


def read(path: Traversable, kind: type[T]) -> T:
    """Return the data in the file `path`.

    Raises:
        TocsinError: the file is not a valid `kind`.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except msgspec.DecodeError as error:
        raise TocsinError(f"the newswire's data file {path.name} is broken: {error}; install Tocsin again") from error


def _json_files(folder: Traversable) -> list[Traversable]:
    return sorted((entry for entry in folder.iterdir() if entry.name.endswith(".json")), key=lambda entry: entry.name)


def _of_happening(happening: Happening, phases: dict[str, Phase], outlets: dict[str, Outlet]) -> Iterator[Item]:
    phase = phases[happening.phase]
    minutes = [telling.minute for telling in happening.tellings]
    if happening.dispatch:
        minutes += [copy.minute for copy in happening.dispatch.copies]
    day_of = _published(phase, min(minutes))
    for telling in happening.tellings:
        outlet = outlets[telling.outlet]
        yield Item(
            key=f"{outlet.key}/{happening.key}",
            slug=happening.key,
            outlet=outlet,
            title=telling.title,
            paragraphs=telling.paragraphs,
            published=_published(phase, telling.minute),
            at=_appears(phase, telling.minute + outlet.lag),
            day_of=day_of,
            event=happening.key,
            truth=happening,
            origin=outlet.key,
        )
    if happening.dispatch:
        yield from _of_dispatch(happening, happening.dispatch, phase, outlets, day_of)


def _of_dispatch(
    happening: Happening, dispatch: Dispatch, phase: Phase, outlets: dict[str, Outlet], day_of: int
) -> Iterator[Item]:
    first: str | None = None
    for copy in sorted(dispatch.copies, key=lambda copy: copy.minute):
        outlet = outlets[copy.outlet]
        item = Item(
            key=f"{outlet.key}/{happening.key}",
            slug=happening.key,
            outlet=outlet,
            title=copy.title or dispatch.title,
            paragraphs=_reprint(dispatch, copy),
            published=_published(phase, copy.minute),
            at=_appears(phase, copy.minute + outlet.lag),
            day_of=day_of,
            event=happening.key,
            truth=happening,
            origin=dispatch.agency,
            copy_of=first,
            credit=dispatch.agency,
        )
        first = first or item.key
        yield item


def _reprint(dispatch: Dispatch, copy: Copy) -> list[str]:
    kept = dispatch.paragraphs[: copy.keep]
    opened = [f"{dispatch.lead} {kept[0]}", *kept[1:]]
    # An outlet that trims the end usually trims the agency's closing line with it.
    return opened if copy.keep else [*opened, dispatch.credit]


def _of_brief(brief: Brief, phase: Phase, outlet: Outlet) -> Item:
    published = _published(phase, brief.minute)
    return Item(
        key=f"{outlet.key}/{brief.slug}",
        slug=brief.slug,
        outlet=outlet,
        title=brief.title,
        paragraphs=brief.paragraphs,
        published=published,
        at=_appears(phase, brief.minute + outlet.lag),
        day_of=published,
        event=brief.event or brief.slug,
        truth=brief,
        origin=outlet.key,
    )


def _published(phase: Phase, minute: int) -> int:
    return phase.begins + minute * 60


def _appears(phase: Phase, minute: int) -> float:
    share = min(minute / phase.minutes, 1.0)
    return round(phase.served_from + share * (phase.served_to - phase.served_from), 3)
