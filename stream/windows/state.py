"""What of the windows is kept, so that they can be rebuilt exactly after a restart.

A story's state is self-contained. Everything the desk derives from its stories (language means, word frequencies, the
indices) is a sum of integers over them and is rebuilt from them; the desk's own state is only what no live story holds.
"""

from __future__ import annotations

import msgspec


class MemberState(msgspec.Struct, array_like=True):
    """One article of a story, as later articles are compared with it."""

    vector: str
    """Centred dense vector on the grid, base64 int8."""
    words: str
    """Hashes of the headline's words, ascending, base64 uint32."""
    lang: str
    site: str
    time: float


class OriginalState(msgspec.Struct, array_like=True):
    """An article whose copies are recognised."""

    id: str
    fingerprint: str
    time: float
    origin: int


class StoryState(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A story's window."""

    version: int = 1
    story: str
    founder: str
    title: str
    lang: str
    has_body: bool
    first: float
    last: float
    articles: int
    raw: str
    """The founder's dense vector before centring, on the grid, base64 int8."""
    founding: MemberState
    recent: list[MemberState]
    total: str
    """Sum of the first members' vectors, base64 int16."""
    summed: int
    words: str
    """Indices of the story's words, base64 uint32."""
    weights: str
    """Their weights, base64 uint32."""
    keys: str
    """Hashes of the latest articles' ids, base64 uint64."""
    key_origins: str
    """Which origin each of them has, base64 uint16."""
    key_originals: str
    """Which of `originals` each of them copies, or -1, base64 int16."""
    originals: list[OriginalState]
    origins: list[str]
    origin_times: list[float]
    languages: dict[str, int]
    votes: dict[str, dict[str, int]]
    weight: int
    diplomatic: float


class BackgroundState(msgspec.Struct, array_like=True):
    """What past stories of one kind gained: sums that decay from the time `at`."""

    origins: float
    hours: float
    at: float


class DeskState(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What a desk knows beside its live stories."""

    version: int = 1
    watermark: float | None = None
    """Latest event time seen."""
    background: dict[str, BackgroundState] = {}
