"""The records on the streams: one schema each, JSON on the wire.

Times are seconds since the epoch (UTC, float); dates are ISO 8601 strings; languages are ISO 639-1; parties are
ISO 3166-1 alpha-2 codes or body names such as `EU`, `NATO`, `UN`, `ARAB_LEAGUE` (the African Union is
`AFRICAN_UNION`: `AU` is Australia). Unknown fields are ignored, so that a
newer writer does not stop an older reader; a missing required field is a `Refused`.
"""

from __future__ import annotations

import base64
from typing import Literal, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from stream.errors import Refused

Kind = Literal["article", "heartbeat"]
"""A heartbeat travels the whole path like an article, is counted and timed, and never reaches a subscriber."""

Modality = Literal["planned", "ongoing", "done", "denied"]
AlertState = Literal["detected", "updated", "resolved"]
StoryChange = Literal["founded", "joined", "merged", "closed"]


class Record(msgspec.Struct, kw_only=True, omit_defaults=False):
    """What every record carries."""

    version: int = 1
    kind: Kind = "article"


class RawArticle(Record, kw_only=True):
    """One item of one feed, as the outlet published it."""

    site: str
    """The outlet's registrable domain (for a recorded stream without URLs, the source's name)."""
    outlet: str
    """The outlet's name as people know it."""
    title: str
    content: str
    content_type: Literal["text", "html"] = "text"
    id: str | None = None
    """Given by a recorded stream, or where the address does not tell items apart; else the clean step derives it."""
    feed: str | None = None
    guid: str | None = None
    url: str | None = None
    lang: str | None = None
    """What the feed claims; the clean step judges for itself."""
    credit: str | None = None
    """The feed's own word on who wrote it (`<source>`, `dc:creator`, `<author>`)."""
    published: float | None = None
    fetched: float


class CleanArticle(Record, kw_only=True):
    """An article's own words."""

    id: str
    site: str
    outlet: str
    url: str | None
    title: str
    text: str
    """The body's own paragraphs, separated by newlines; empty when only a headline is known."""
    lang: str
    """ISO 639-1, or `und`."""
    published: float | None
    fetched: float
    event_time: float
    """min(published, fetched), repaired where the feed's date is missing, in the future or absurd."""
    credit: str | None = None
    """The news agency that the article names as its source, as a site-like name such as `reuters`; else None."""
    fingerprint: str = ""
    """Near-copy sketch (`stream.cleaning.fingerprint`), base64."""


class SparseVector(msgspec.Struct):
    """A hashed bag of words: `indices` little-endian uint32, `values` little-endian float16, both base64."""

    indices: str
    values: str

    def arrays(self) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
        """Return the decoded (indices, values)."""
        indices = np.frombuffer(base64.b64decode(self.indices), dtype="<u4")
        values = np.frombuffer(base64.b64decode(self.values), dtype="<f2").astype(np.float32)
        return indices, values

    @classmethod
    def of(cls, indices: NDArray[np.uint32], values: NDArray[np.float32]) -> SparseVector:
        """Encode a sparse vector."""
        return cls(
            indices=base64.b64encode(indices.astype("<u4").tobytes()).decode(),
            values=base64.b64encode(values.astype("<f2").tobytes()).decode(),
        )


def pack_dense(vector: NDArray[np.float32]) -> str:
    """Encode a dense vector as base64 little-endian float16."""
    return base64.b64encode(vector.astype("<f2").tobytes()).decode()


def unpack_dense(text: str) -> NDArray[np.float32]:
    """Decode what `pack_dense` encoded."""
    return np.frombuffer(base64.b64decode(text), dtype="<f2").astype(np.float32)


class EmbeddedArticle(Record, kw_only=True):
    """What the assign step needs of an article: vectors and understanding, without the body."""

    id: str
    site: str
    outlet: str
    url: str | None
    title: str
    lead: str
    """The first sentence or so of the body, for people; may be empty."""
    lang: str
    fetched: float
    event_time: float
    credit: str | None
    fingerprint: str
    dense: str
    """Unit-length dense vector of the gist (headline + lead), see `pack_dense`."""
    lexical: SparseVector
    """Hashed words of headline and body."""
    parties: list[str]
    places: list[str]
    event_date: str | None
    act: str | None
    """PLOVER term such as `consult`, `agree`, `coerce`; None when no diplomatic act was found."""
    modality: Modality | None
    diplomatic: float
    """Probability that the article reports a diplomatic event, 0 to 1."""


class ArticleRef(msgspec.Struct, kw_only=True):
    """An article as a story or an alert names it."""

    id: str
    site: str
    outlet: str
    url: str | None
    title: str
    lang: str
    origin: str
    copy_of: str | None = None
    event_time: float
    fetched: float


class StoryUpdate(Record, kw_only=True):
    """One change of a story, with the story as it stands after it."""

    story: str
    change: StoryChange
    article: ArticleRef | None
    """The article that made the change; None when a window closed or stories merged."""
    at: float
    """Event time of the change."""
    founder: str
    title: str
    """The founder's headline, in its own language."""
    lang: str
    first: float
    last: float
    articles: int
    origins: list[str]
    """In order of first appearance; copies folded."""
    origin_times: list[float]
    """Event time of each origin's first article, parallel to `origins`."""
    languages: list[str]
    parties: list[str]
    place: str | None
    event_date: str | None
    act: str | None
    modality: Modality | None
    diplomatic: float
    background: float
    """Expected new origins per hour of a story like this one (same parties and act), from the desk's recent past."""
    merged_into: str | None = None


class Alert(Record, kw_only=True):
    """What subscribers get: a burst that is new, diplomatic and told by enough origins, or a later state of it."""

    id: str
    state: AlertState
    story: str
    at: float
    """Event time at which the state was reached."""
    title: str
    lang: str
    articles: int
    origins: list[str]
    languages: list[str]
    parties: list[str]
    place: str | None
    event_date: str | None
    act: str | None
    modality: Modality | None
    diplomatic: float
    significance: float
    """-log10 of the probability that the background alone would give as many origins in the time seen."""
    background: float
    reason: str
    """In words and numbers, why it rang."""
    evidence: list[ArticleRef]
    """First article of each origin, at most ten."""
    fetched: float
    """Wall time at which the article that caused this was fetched, for measuring delay."""


class DeadLetter(Record, kw_only=True):
    """A record that a stage refused, kept for a person to look at."""

    stream: str
    stage: str
    reason: str
    detail: str
    key: str | None
    payload: str
    """The record's bytes, base64."""
    at: float


R = TypeVar("R", bound=Record)


def encode(record: msgspec.Struct) -> bytes:
    """Return a record's bytes on the wire; equal records give equal bytes."""
    return msgspec.json.encode(record)


def decode(cls: type[R], data: bytes | None) -> R:
    """Return the record in `data`.

    Raises:
        Refused: `undecodable` when the bytes are not a valid `cls`.
    """
    if data is None:
        raise Refused("undecodable", "the record has no value")
    try:
        return msgspec.json.decode(data, type=cls)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused("undecodable", f"not a {cls.__name__}: {error}") from error
