"""The rolling windows of one desk.

```
            read, centre                      candidates          gates       model
 article ───────────────▶ known? ─▶ copy? ─▶ words │ vectors ─▶ date, … ─▶ join or new ─▶ story grows
    │                       │         │                                                       │
    ▼ watermark             ▼         ▼                                                       ▼
 stories past their      repeated   inherits its original's story and origin           StoryUpdate
 window are closed
```
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from stream.cleaning.copies import CopyIndex
from stream.errors import Refused
from stream.records import EmbeddedArticle, StoryUpdate
from stream.windows.background import Background, kind_of
from stream.windows.desk import LiveStories
from stream.windows.features import Matrix, compare
from stream.windows.gates import another_date, drifted, takes
from stream.windows.keeping import keep, restore
from stream.windows.model import JoinModel
from stream.windows.origins import origin_of
from stream.windows.params import WindowParams
from stream.windows.reading import Reading, read
from stream.windows.state import DeskState, StoryState
from stream.windows.story import Original, Story, ref_of
from stream.windows.vectors import Grid

HEARTBEAT = "heartbeat"


@dataclass(frozen=True, slots=True)
class Assigned:
    """What became of an article.

    Attributes:
        update: the change of its story (`founded` or `joined`).
        changed: ids of the stories whose state must be kept anew.
        closed: stories whose windows closed because event time moved on, in order; their states can go.
        known: the article had been assigned before: `update` repeats its story as it stands, nothing changed.
    """

    update: StoryUpdate
    changed: list[str] = field(default_factory=list)
    closed: list[StoryUpdate] = field(default_factory=list)
    known: bool = False


class StoryWindows:
    """Assigns each article to a live story or founds one; time comes only from articles.

    The same articles in the same order always give the same result, whether or not the windows were rebuilt in between.

    Args:
        params: lengths of the windows.
        model: the join-or-new decision; None takes the shipped one that fits the vectors.
    """

    def __init__(self, params: WindowParams | None = None, model: JoinModel | None = None) -> None:
        self._params = params or WindowParams()
        self._model = model
        self._live: LiveStories | None = None
        self._copies = CopyIndex()
        self._story_of_original: dict[str, str] = {}
        self._background = Background(self._params)
        self._watermark: float | None = None

    def __len__(self) -> int:
        return 0 if self._live is None else len(self._live)

    def assign(self, article: EmbeddedArticle) -> Assigned:
        """Return what becomes of an article, and grow its story.

        Raises:
            Refused: `bad_vector` or `bad_fingerprint` when the article cannot be compared, `other_embedder` when its
                vector is not of the length of those before; nothing has changed then.
        """
        if article.kind == HEARTBEAT:
            # It measures the path and says nothing about the news: a backlog of last month's articles, or a recorded
            # year, must not find every window closed because a heartbeat of today came first.
            return Assigned(_heartbeat(article))
        reading = read(article)
        live = self._ready(len(reading.raw))
        known = live.holding(reading.key)
        if known is not None:
            return Assigned(self._update(known, reading), known=True)
        closed = self._advance(reading.time)
        story = self._place(reading, live)
        return Assigned(self._update(story, reading), [story.id], closed)

    def restore(self, states: Iterable[StoryState], desk: DeskState | None) -> None:
        """Rebuild the windows from what was kept, into a new instance."""
        for state in states:
            story = restore(state)
            self._ready(len(story.raw)).add(story)
            for original in story.originals:
                self._index_original(story, original)
        if desk is not None:
            self._watermark = desk.watermark
            self._background = Background(self._params, desk.background)

    def story_state(self, story: str) -> StoryState | None:
        """Return what must be kept of a story; None when it is not live."""
        found = None if self._live is None else self._live.get(story)
        return None if found is None else keep(found)

    def desk_state(self) -> DeskState:
        """Return what must be kept beside the stories."""
        return DeskState(watermark=self._watermark, background=self._background.state())

    def _ready(self, dim: int) -> LiveStories:
        if self._live is None:
            self._model = self._model or JoinModel.for_dimension(dim)
            self._live = LiveStories(self._params, dim, self._model.means)
        if dim != self._live.dim:
            raise Refused("other_embedder", f"a vector of length {dim}, but the desk's have {self._live.dim}")
        return self._live

    def _advance(self, time: float) -> list[StoryUpdate]:
        """Move the watermark and close what is past its window."""
        self._watermark = time if self._watermark is None else max(self._watermark, time)
        if self._live is None:
            return []
        closed = []
        for at, story in self._live.expired(self._watermark):
            for original in story.originals:
                self._story_of_original.pop(original.id, None)
            closed.append(story.update("closed", at, None, self._background.rate(kind_of(story), at, ())))
            self._background.close(story, at)
        if closed:
            self._copies.expire(self._watermark - self._params.max_age - 2 * self._params.lateness)
        return closed

    def _place(self, reading: Reading, live: LiveStories) -> Story:
        """Grow the article's story, or found it."""
        inherited = self._copied(reading, live)
        if inherited is not None:
            story, original = inherited
            live.grow(story, lambda: story.join_copy(reading, original))
            return story
        centred = live.centre(reading)
        chosen = self._chosen(reading, centred, live)
        if chosen is None:
            story = Story.found(reading, centred)
            live.add(story)
        else:
            story = chosen
            live.grow(story, lambda: story.join(reading, centred))
        if story.originals and story.originals[-1].id == reading.article.id:
            self._index_original(story, story.originals[-1])
        return story

    def _copied(self, reading: Reading, live: LiveStories) -> tuple[Story, int] | None:
        """Return the story of what the article copies, and which of its originals that is."""
        article = reading.article

        def takes_copies(original: str) -> bool:
            story = live.get(self._story_of_original.get(original, ""))
            return story is not None and takes(story, reading.time, self._params)

        hit = self._copies.find(article.id, article.fingerprint, reading.time, takes_copies)
        if hit is None:
            return None
        story = live.get(self._story_of_original[hit[0]])
        original = None if story is None else story.original(hit[0])
        return None if story is None or original is None else (story, original)

    def _chosen(self, reading: Reading, centred: Grid, live: LiveStories) -> Story | None:
        """Return the story that the article joins; None when it is the first of its own."""
        stories = [story for story in live.candidates(reading, centred) if not another_date(reading, story)]
        if not stories:
            return None
        matrix = compare(reading, centred, stories, live.idf, live.party_idf)
        fit = np.flatnonzero(~drifted(matrix)).tolist()
        stories, matrix = [stories[number] for number in fit], matrix[fit]
        choice = self._decide(reading, stories, matrix) if stories else None
        return None if choice is None else stories[choice]

    def _decide(self, reading: Reading, stories: Sequence[Story], matrix: Matrix) -> int | None:  # noqa: ARG002 - for training
        """Return which candidate an article joins; None for none of them."""
        assert self._model is not None
        probabilities = self._model.probabilities(matrix)
        best = int(np.argmax(probabilities))
        return best if probabilities[best] >= self._model.join else None

    def _index_original(self, story: Story, original: Original) -> None:
        self._copies.add(original.id, original.fingerprint, original.time)
        self._story_of_original[original.id] = story.id

    def _update(self, story: Story, reading: Reading) -> StoryUpdate:
        """Return the story as it stands after (or since) the article."""
        assert self._live is not None
        entry = story.key(reading.key)
        assert entry is not None
        ref = story.ref(reading, entry)
        rate = self._background.rate(kind_of(story), reading.time, self._live.like(story))
        return story.update("founded" if story.founder == reading.article.id else "joined", reading.time, ref, rate)


def _heartbeat(article: EmbeddedArticle) -> StoryUpdate:
    """Return a heartbeat in the form of a story's change."""
    return StoryUpdate(
        kind="heartbeat",
        story=HEARTBEAT,
        change="founded",
        article=ref_of(article, origin=origin_of(article.site, article.credit)),
        at=article.event_time,
        founder=article.id,
        title=article.title,
        lang=article.lang,
        first=article.event_time,
        last=article.event_time,
        articles=1,
        origins=[],
        origin_times=[],
        languages=[],
        parties=[],
        place=None,
        event_date=None,
        act=None,
        modality=None,
        diplomatic=0.0,
        background=0.0,
    )
