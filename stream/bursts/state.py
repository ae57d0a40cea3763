"""What is remembered of a story between its changes, and the rules of ringing."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from stream.bursts.significance import Window
from stream.records import AlertState, ArticleRef, Modality, StoryUpdate
from stream.settings import Settings

MAX_EVIDENCE = 10


@dataclass(frozen=True, slots=True)
class BurstRules:
    """When a story rings.

    Attributes:
        min_origins: independent origins that an alert needs.
        min_diplomatic: probability of being diplomatic that an alert needs.
        min_significance: -log10 of the probability by chance that a burst needs.
        update_factor: an alert is updated when the origins have grown by this factor since it last rang.
        max_updates: how many updates one alert may have; a story that runs for days must not wear its readers out.
    """

    min_origins: int = 3
    min_diplomatic: float = 0.5
    min_significance: float = 3.0
    update_factor: float = 2.0
    max_updates: int = 8

    @classmethod
    def of(cls, settings: Settings) -> BurstRules:
        """Return the rules that the settings ask for."""
        return cls(
            min_origins=settings.min_origins,
            min_diplomatic=settings.min_diplomatic,
            min_significance=settings.min_significance,
        )


class Ring(msgspec.Struct, frozen=True):
    """One alert that was raised: enough to raise the very same again if its cause is delivered again."""

    state: AlertState
    number: int
    """Which of this state, from 0; part of the alert's id."""
    cause: str
    """`cause_of` the update that raised it."""
    origins: int
    act: str | None
    modality: Modality | None
    window: Window
    before: int
    """Origins at the ring before; 0 for the first."""
    why: str
    """What made an update worth it, in words; empty for the other states."""


class Report(msgspec.Struct, frozen=True, array_like=True):
    """An article in an origin's own words: a copy is none."""

    origin: str
    time: float


class BurstState(msgspec.Struct, frozen=True, kw_only=True):
    """A story's memory in the burst step. All of it is bounded: references, reports and a ring for each alert."""

    articles: int = 0
    """Articles of the newest update seen: a story only grows, so fewer mean that an update is late or a repeat."""
    cause: str = ""
    """`cause_of` the newest update seen."""
    burst_at: float | None = None
    """Event time at which the story first burst, whatever its subject."""
    reports: tuple[Report, ...] = ()
    """The latest reports that count towards a burst, oldest first; kept until there is one."""
    peak: Window | None = None
    """The most significant stretch of growth in origins so far."""
    evidence: tuple[ArticleRef, ...] = ()
    """The first article of each of the first `MAX_EVIDENCE` origins."""
    rings: tuple[Ring, ...] = ()
    closed: bool = False
    """The story's window has closed or another story took it in: nothing can ring any more."""

    @property
    def rang(self) -> bool:
        """Whether an alert was ever raised."""
        return bool(self.rings)


def cause_of(update: StoryUpdate) -> str:
    """Return what tells one change of a story from another; the same update delivered twice gives the same."""
    article = update.article.id if update.article else ""
    return f"{update.change}:{update.articles}:{article}:{update.merged_into or ''}"
