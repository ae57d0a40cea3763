"""The whole path from a raw article to alerts as one object, with no broker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from stream.bursts import BurstRules, BurstState, detect
from stream.cleaning import Cleaned, clean_article
from stream.embedding.embedders import Embedder
from stream.embedding.understand import embed_articles
from stream.errors import Refused
from stream.records import Alert, CleanArticle, EmbeddedArticle, RawArticle, StoryUpdate
from stream.windows import Assigned, StoryWindows


@dataclass(slots=True)
class Step:
    """What became of one article; the parts it did not come to are None.

    Attributes:
        raw: the article as it came.
        clean: its own words, and what was removed.
        embedded: its vectors and what was understood of it.
        assigned: its story, and the stories that closed because time went on.
        updates: every change of a story that it made, in the order in which they happened.
        bursts: what is remembered of those stories' bursts, parallel to `updates`.
        alerts: what rang because of it.
        stage: the stage that refused it.
        refused: why.
    """

    raw: RawArticle
    clean: Cleaned | None = None
    embedded: EmbeddedArticle | None = None
    assigned: Assigned | None = None
    updates: list[StoryUpdate] = field(default_factory=list)
    bursts: list[BurstState] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    stage: str | None = None
    refused: Refused | None = None


class Pipeline:
    """The stages in a row, each the very function that its agent calls.

    ```
     RawArticle ─▶ clean_article ─▶ embed_articles ─▶ StoryWindows.assign ─▶ detect ─▶ Alert
                        │            (in batches)      │ one story's change,    │ keeps a BurstState
                        ▼                  ▼           ▼ closings of others     ▼ for each live story
                     Refused            Refused     StoryUpdate …           StoryUpdate …
    ```

    Articles come out in the order in which they went in, whatever the batch: a batch only saves model calls. There is
    no clock: time is the articles' own.

    Args:
        embedder: the dense model, perhaps behind a `VectorCache`.
        rules: when stories ring.
        windows: the desk's windows; fresh ones by default.
        batch: articles embedded at once.
    """

    def __init__(
        self,
        embedder: Embedder,
        rules: BurstRules | None = None,
        windows: StoryWindows | None = None,
        batch: int = 64,
    ) -> None:
        self.embedder = embedder
        self.rules = rules or BurstRules()
        self.windows = windows or StoryWindows()
        self.batch = batch
        self._bursts: dict[str, BurstState] = {}

    def feed(self, raw: RawArticle) -> Step:
        """Take one article all the way."""
        return next(self.run([raw]))

    def run(self, articles: Iterable[RawArticle]) -> Iterator[Step]:
        """Take articles all the way, in their order, a batch at a time."""
        source = iter(articles)
        while steps := [_clean(raw) for raw in islice(source, self.batch)]:
            self._embed(steps)
            for step in steps:
                self._assign(step)
                yield step

    def _embed(self, steps: list[Step]) -> None:
        waiting = [(step, step.clean.article) for step in steps if step.clean is not None]
        for (step, _), result in zip(waiting, self._embedded([article for _, article in waiting]), strict=True):
            if isinstance(result, Refused):
                step.stage, step.refused = "embed", result
            else:
                step.embedded = result

    def _embedded(self, articles: list[CleanArticle]) -> list[EmbeddedArticle | Refused]:
        if not articles:
            return []
        try:
            return list(embed_articles(articles, self.embedder))
        except Refused as refusal:
            if len(articles) == 1:
                return [refusal]
            # One article spoils its batch: alone, only it is refused.
            return [result for article in articles for result in self._embedded([article])]

    def _assign(self, step: Step) -> None:
        if step.embedded is None:
            return
        try:
            step.assigned = self.windows.assign(step.embedded)
        except Refused as refusal:
            step.stage, step.refused = "assign", refusal
            return
        step.updates = [step.assigned.update, *step.assigned.closed]
        for update in step.updates:
            state, alerts = detect(self._bursts.get(update.story), update, self.rules)
            step.alerts += alerts
            step.bursts.append(state)
            if state.closed:
                self._bursts.pop(update.story, None)
            elif update.kind == "article":
                self._bursts[update.story] = state


def _clean(raw: RawArticle) -> Step:
    try:
        return Step(raw, clean=clean_article(raw))
    except Refused as refusal:
        return Step(raw, stage="clean", refused=refusal)
