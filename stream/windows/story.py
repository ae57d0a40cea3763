"""A story: the rolling window of one real-world happening."""

from __future__ import annotations

from dataclasses import dataclass, field
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from stream.ids import story_id
from stream.records import ArticleRef, EmbeddedArticle, StoryChange, StoryUpdate
from stream.windows.reading import Reading
from stream.windows.understanding import FOUNDER_WEIGHT, ORIGIN_WEIGHT, REPEAT_WEIGHT, Understanding
from stream.windows.vectors import SCALE, Grid, to_grid

MAX_RECENT = 8
MAX_SUMMED = 256
"""Articles that shape the centroid; later ones cannot make it drift."""
MAX_FEATURES = 80
MAX_KEYS = 256
MAX_ORIGINALS = 16
"""Articles whose copies are recognised: by the time a story has more, its copies no longer matter."""

Small = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a story, as later ones are compared with it."""

    vector: Small
    words: NDArray[np.uint32]
    lang: str
    site: str
    time: float


@dataclass(frozen=True, slots=True)
class Original:
    """An article whose copies are recognised."""

    id: str
    fingerprint: str
    time: float
    origin: int


@dataclass(frozen=True, slots=True)
class Key:
    """What is remembered of every article: hash of its id, its origin, and what it copies (-1: nothing)."""

    key: int
    origin: int
    original: int = -1


@dataclass(frozen=True, slots=True)
class View:
    """What articles are compared with, in one piece; derived from the rest of the story.

    Attributes:
        vectors: centroid, founder, latest members, a row each.
        titles: the words of the founder's and the latest members' headlines, one after the other.
        title_lengths: number of words of each headline.
        languages: code of each row's language (`language_code`), 0 for the centroid.
    """

    vectors: Small
    titles: NDArray[np.uint32]
    title_lengths: NDArray[np.int64]
    languages: NDArray[np.uint32]
    parties: list[str]
    act: str | None
    event_date: str | None
    coherence: float
    """Mean cosine of the articles with their centroid."""

    @property
    def centre(self) -> Small:
        """The centroid."""
        centre: Small = self.vectors[0]
        return centre


@dataclass(slots=True)
class Story:
    """A live story; grown only by `found`, `join` and `join_copy`.

    Attributes:
        has_body: whether the founder was more than a headline.
        raw: the founder's dense vector before centring.
        total: sum of the first `summed` members' vectors.
        words: the story's words, and their summed `weights`.
    """

    id: str
    founder: str
    title: str
    lang: str
    has_body: bool
    first: float
    last: float
    raw: Small
    founding: Member
    total: NDArray[np.int32]
    articles: int = 0
    summed: int = 0
    recent: list[Member] = field(default_factory=list)
    words: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    weights: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    keys: list[Key] = field(default_factory=list)
    originals: list[Original] = field(default_factory=list)
    origins: dict[str, int] = field(default_factory=dict)
    origin_times: list[float] = field(default_factory=list)
    languages: dict[str, int] = field(default_factory=dict)
    about: Understanding = field(default_factory=Understanding)
    view: View = field(init=False)

    @classmethod
    def found(cls, reading: Reading, centred: Grid) -> Story:
        """Open a story with its first article."""
        article = reading.article
        member = _member(reading, centred)
        story = cls(
            id=story_id(article.id),
            founder=article.id,
            title=article.title,
            lang=article.lang,
            has_body=bool(article.lead),
            first=reading.time,
            last=reading.time,
            raw=reading.raw.astype(np.int8),
            founding=member,
            total=np.zeros(len(centred), dtype=np.int32),
        )
        story._take(reading, member, FOUNDER_WEIGHT)
        return story

    def join(self, reading: Reading, centred: Grid) -> None:
        """Take an article in its own words."""
        weight = REPEAT_WEIGHT if reading.origin in self.origins else ORIGIN_WEIGHT
        self._take(reading, _member(reading, centred), weight)

    def join_copy(self, reading: Reading, original: int) -> None:
        """Take a copy of `originals[original]`: it says nothing new, so only the counts change."""
        self._count(reading, Key(reading.key, self.originals[original].origin, original))

    def _take(self, reading: Reading, member: Member, weight: int) -> None:
        article = reading.article
        origin = self.origins.setdefault(reading.origin, len(self.origins))
        if origin == len(self.origin_times):
            self.origin_times.append(reading.time)
        self._count(reading, Key(reading.key, origin))
        if article.fingerprint and len(self.originals) < MAX_ORIGINALS:
            self.originals.append(Original(article.id, article.fingerprint, reading.time, origin))
        self.about.hear(article, weight)
        self.recent = [*self.recent, member][-MAX_RECENT:]
        if self.summed < MAX_SUMMED:
            self.total = self.total + member.vector
            self.summed += 1
        self._weigh(reading)
        self.view = self.viewed()

    def viewed(self) -> View:
        """Return what articles are compared with."""
        members = [self.founding, *self.recent]
        total = self.total.astype(np.float64)
        centre = to_grid(total).astype(np.int8)
        return View(
            vectors=np.stack([centre, *(member.vector for member in members)]),
            titles=np.concatenate([member.words for member in members]),
            title_lengths=np.array([len(member.words) for member in members]),
            languages=np.array([0, *(language_code(member.lang) for member in members)], dtype=np.uint32),
            parties=self.about.parties,
            act=self.about.act,
            event_date=self.about.event_date,
            coherence=float(np.sqrt(np.square(total).sum())) / (SCALE * self.summed),
        )

    def _count(self, reading: Reading, key: Key) -> None:
        self.articles += 1
        self.first = min(self.first, reading.time)
        self.last = max(self.last, reading.time)
        self.keys = [*self.keys, key][-MAX_KEYS:]
        lang = reading.article.lang
        self.languages[lang] = self.languages.get(lang, 0) + 1

    def _weigh(self, reading: Reading) -> None:
        words, inverse = np.unique(np.concatenate([self.words, reading.features]), return_inverse=True)
        weights = np.zeros(len(words), dtype=np.int64)
        np.add.at(weights, inverse, np.concatenate([self.weights, reading.weights]))
        if len(words) > MAX_FEATURES:
            kept = np.sort(np.lexsort((words, -weights))[:MAX_FEATURES])
            words, weights = words[kept], weights[kept]
        self.words, self.weights = words, weights

    def key(self, key: int) -> Key | None:
        """Return what is remembered of an article."""
        return next((entry for entry in self.keys if entry.key == key), None)

    def original(self, article: str) -> int | None:
        """Return the place of an article among the originals."""
        return next((n for n, original in enumerate(self.originals) if original.id == article), None)

    def ref(self, reading: Reading, key: Key) -> ArticleRef:
        """Return an article of this story as updates and alerts name it."""
        return ref_of(
            reading.article,
            origin=list(self.origins)[key.origin],
            copy_of=self.originals[key.original].id if key.original >= 0 else None,
        )

    def update(self, change: StoryChange, at: float, article: ArticleRef | None, background: float) -> StoryUpdate:
        """Return the story as it stands, as the record of a change."""
        about = self.about
        return StoryUpdate(
            story=self.id,
            change=change,
            article=article,
            at=at,
            founder=self.founder,
            title=self.title,
            lang=self.lang,
            first=self.first,
            last=self.last,
            articles=self.articles,
            origins=list(self.origins),
            origin_times=list(self.origin_times),
            languages=list(self.languages),
            parties=about.parties,
            place=about.place,
            event_date=about.event_date,
            act=about.act,
            modality=about.modality,
            diplomatic=about.diplomatic,
            background=background,
        )


def language_code(lang: str) -> int:
    """Return a language as a number, for comparing many at once."""
    return crc32(lang.encode())


def ref_of(article: EmbeddedArticle, *, origin: str, copy_of: str | None = None) -> ArticleRef:
    """Return an article as stories and alerts name it."""
    return ArticleRef(
        id=article.id,
        site=article.site,
        outlet=article.outlet,
        url=article.url,
        title=article.title,
        lang=article.lang,
        origin=origin,
        copy_of=copy_of,
        event_time=article.event_time,
        fetched=article.fetched,
    )


def _member(reading: Reading, centred: Grid) -> Member:
    article = reading.article
    return Member(centred.astype(np.int8), reading.words, article.lang, article.site, reading.time)
