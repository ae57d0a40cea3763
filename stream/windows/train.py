"""Make the join model: `python -m stream.windows.train --data GOLD.jsonl.gz --out stream/windows/data/join_model.json`.

The windows themselves make the examples, so that the model sees in training what it will see at work. In the first
round every article goes where the gold file says; in each later one where the model made so far sends it, mistakes
included, and the examples of all rounds are learned from (dataset aggregation, Ross, Gordon and Bagnell 2011). An
example is right when most of the candidate's articles tell of the article's event.
"""

from __future__ import annotations

import gzip
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
import numpy as np
import typer
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from stream.cleaning import clean_article
from stream.embedding.cache import VectorCache
from stream.embedding.embedders import Embedder, load_embedder
from stream.embedding.understand import embed_articles
from stream.errors import Refused
from stream.records import EmbeddedArticle, RawArticle, unpack_dense
from stream.windows.centring import ANY, BODY, mean_key
from stream.windows.engine import Assigned, StoryWindows
from stream.windows.features import NAMES, Matrix
from stream.windows.model import JoinModel, ModelFile, Tree
from stream.windows.params import WindowParams
from stream.windows.reading import Reading
from stream.windows.story import Story
from stream.windows.vectors import SCALE, pack

JOINS = (0.3, 0.4, 0.5, 0.6)
"""Least probabilities tried."""
MEAN_SAMPLE = 250
"""Articles of a language and file that its mean is taken of."""
FEWEST = 100
"""Articles that a language's mean needs."""


NOISE_START = 1_700_000_000.0
NOISE_GAP = 120.0
"""Seconds between two articles of general news."""


class Line(msgspec.Struct):
    """A line of a gold file; those without `event` serve for the means of languages only."""

    id: str
    published: str
    url: str | None = None
    source: str | None = None
    title: str | None = None
    text: str | None = None
    lang: str | None = None
    event: str | None = None


Stream = list[tuple[EmbeddedArticle, str]]
"""Articles in order of time, each with its event."""


class Teacher(StoryWindows):
    """Windows that note an example for every candidate they compare.

    Args:
        events: gold event by article id.
        model: decides where articles go; its means centre the vectors.
        follow: let the gold events decide instead.
    """

    def __init__(self, events: dict[str, str], model: JoinModel, *, follow: bool, params: WindowParams) -> None:
        super().__init__(params, model)
        self._events = events
        self._follow = follow
        self._told: dict[str, Counter[str]] = defaultdict(Counter)
        self.rows: list[Matrix] = []
        self.labels: list[NDArray[np.bool_]] = []

    def assign(self, article: EmbeddedArticle) -> Assigned:
        """Assign an article and note which event it told its story of."""
        assigned = super().assign(article)
        self._told[assigned.update.story][self._events[article.id]] += 1
        return assigned

    def _decide(self, reading: Reading, stories: Sequence[Story], matrix: Matrix) -> int | None:
        event = self._events[reading.article.id]
        right = np.array([self._told[story.id].most_common(1)[0][0] == event for story in stories])
        self.rows.append(matrix)
        self.labels.append(right)
        if not self._follow:
            return super()._decide(reading, stories, matrix)
        sizes = np.array([story.articles for story in stories]) * right
        return int(np.argmax(sizes)) if right.any() else None


def run(
    streams: Iterable[Stream], model: JoinModel, *, follow: bool, params: WindowParams
) -> tuple[Matrix, Any, float]:
    """Return the examples that the streams give, their labels, and the mean B-cubed F1 of the assignments."""
    rows, labels, scores = [], [], []
    for stream in streams:
        teacher = Teacher({article.id: event for article, event in stream}, model, follow=follow, params=params)
        stories = [teacher.assign(article).update.story for article, _ in stream]
        rows += teacher.rows
        labels += teacher.labels
        scores.append(b_cubed(stories, [event for _, event in stream]))
    return np.concatenate(rows), np.concatenate(labels), float(np.mean(scores))


def b_cubed(stories: Sequence[str], events: Sequence[str]) -> float:
    """Return the B-cubed F1 (Bagga and Baldwin 1998)."""
    both, story, event = Counter(zip(stories, events, strict=True)), Counter(stories), Counter(events)
    precision = sum(n * n / story[s] for (s, _), n in both.items()) / len(stories)
    recall = sum(n * n / event[e] for (_, e), n in both.items()) / len(stories)
    return 2 * precision * recall / (precision + recall)


def learn(streams: Sequence[Stream], blank: ModelFile, rounds: int, params: WindowParams) -> ModelFile:
    """Return a model learned from streams; `blank` has its means."""
    rows, labels, _ = run(streams, JoinModel(blank), follow=True, params=params)
    for number in range(rounds):
        forest = HistGradientBoostingClassifier(
            max_iter=150,
            learning_rate=0.07,
            max_leaf_nodes=12,
            max_depth=5,
            min_samples_leaf=30,
            l2_regularization=5.0,
            early_stopping=False,
            random_state=0,
        ).fit(rows, labels)
        made = written(forest, blank)
        if number < rounds - 1:
            more, right, score = run(streams, JoinModel(made), follow=False, params=params)
            typer.echo(f"  round {number + 1}: {len(rows)} examples, B-cubed F1 on them {score:.4f}")
            rows, labels = np.concatenate([rows, more]), np.concatenate([labels, right])
    return made


def written(forest: Any, blank: ModelFile) -> ModelFile:
    """Return a forest in the form of the file: thresholds and leaves rounded to what matters."""
    trees = []
    for (predictor,) in forest._predictors:  # noqa: SLF001 - scikit-learn has no public way to a tree's nodes
        nodes = predictor.nodes
        leaf = nodes["is_leaf"].astype(bool)
        trees.append(
            Tree(
                feature=np.where(leaf, -1, nodes["feature_idx"]).tolist(),
                threshold=[
                    0.0 if end else float(f"{x:.5g}") for end, x in zip(leaf, nodes["num_threshold"], strict=True)
                ],
                left=nodes["left"].tolist(),
                right=nodes["right"].tolist(),
                value=[float(f"{x:.4g}") if end else 0.0 for end, x in zip(leaf, nodes["value"], strict=True)],
            )
        )
    intercept = float(np.ravel(forest._baseline_prediction)[0])  # noqa: SLF001 - as above
    return msgspec.structs.replace(blank, trees=trees, intercept=intercept)


def means_of(articles: Iterable[EmbeddedArticle]) -> dict[str, str]:
    """Return the mean vectors of general news by `mean_key`, and of all of them.

    Where a language's articles with a body are too few, its mean of headlines moves by what a body moves the others'.
    """
    vectors: dict[str, list[NDArray[np.float32]]] = defaultdict(list)
    for article in articles:
        vectors[mean_key(article.lang, bool(article.lead))].append(unpack_dense(article.dense))
    means = {key: SCALE * np.mean(some, axis=0) for key, some in sorted(vectors.items()) if len(some) >= FEWEST}
    titles = {key: mean for key, mean in means.items() if not key.endswith(BODY)}
    bodies = {key: mean for key, mean in means.items() if key.endswith(BODY)}
    if titles:
        titles[ANY] = np.mean(list(titles.values()), axis=0)
    if bodies:
        bodies[ANY + BODY] = np.mean(list(bodies.values()), axis=0)
    shifts = [bodies[key + BODY] - mean for key, mean in titles.items() if key != ANY and key + BODY in bodies]
    if shifts:
        moved = {key + BODY: mean + np.mean(shifts, axis=0) for key, mean in titles.items()}
        bodies = moved | {key: mean for key, mean in bodies.items() if key != ANY + BODY}
    means = titles | bodies
    return {key: pack(np.rint(mean), "i1") for key, mean in sorted(means.items())}


def noise(path: Path, count: int, embedder: Embedder) -> tuple[Stream, list[EmbeddedArticle]]:
    """Return articles drawn from a recorded stream without gold events: headlines as a stream, and whole for the means.

    In the stream they come in random order, each an event of its own: drawn thinly and shuffled over time, two of them
    hardly ever tell of one event. They teach what general news looks like, which a gold set on one subject cannot. It
    has headlines only, as most of the gold does: from bodies that never match the model would learn that none does.
    """
    with gzip.open(path) as file:
        lines = [msgspec.json.decode(line, type=Line) for line in file]
    headlines, whole = [], []
    for number, index in enumerate(np.random.default_rng(0).permutation(len(lines))[:count]):
        time = datetime.fromtimestamp(NOISE_START + NOISE_GAP * number, UTC).isoformat()
        line = msgspec.structs.replace(lines[index], published=time)
        with suppress(Refused):
            whole.append(clean_article(_raw(line)).article)
            headlines.append(clean_article(_raw(msgspec.structs.replace(line, text=None))).article)
    stream = [(article, article.id) for article in embed_articles(headlines, embedder)]
    return stream, embed_articles(whole, embedder)


def read(path: Path, embedder: Embedder) -> tuple[Stream, list[EmbeddedArticle]]:
    """Return a file's articles with gold events, and a sample of the others."""
    with gzip.open(path) as file:
        lines = [msgspec.json.decode(line, type=Line) for line in file]
    sampled: Counter[str | None] = Counter()
    kept = []
    for line in lines:
        sampled[line.lang] += 1
        if line.event is not None or sampled[line.lang] <= MEAN_SAMPLE:
            kept.append(line)
    cleaned = []
    for line in kept:
        with suppress(Refused):
            cleaned.append((clean_article(_raw(line)).article, line.event))
    articles = embed_articles([article for article, _ in cleaned], embedder)
    events = [event for _, event in cleaned]
    told = [(article, event) for article, event in zip(articles, events, strict=True) if event is not None]
    return told, [article for article, event in zip(articles, events, strict=True) if event is None]


def _raw(line: Line) -> RawArticle:
    time = datetime.fromisoformat(line.published).timestamp()
    return RawArticle(
        id=line.id,
        # A gold file that names no outlets must not make all its articles one outlet's.
        site=line.source or line.id,
        outlet=line.source or "",
        url=line.url,
        title=line.title or "",
        content=line.text or "",
        lang=line.lang,
        published=time,
        fetched=time,
    )


def split(stream: Stream, share: float) -> tuple[Stream, Stream]:
    """Return a stream's earlier and later part, the later one with `share` of the articles."""
    cut = round(len(stream) * (1 - share))
    return stream[:cut], stream[cut:]


def main(
    data: Annotated[list[Path], typer.Option(help="gold file, JSONL, gzipped; may be given several times")],
    out: Annotated[Path, typer.Option(help="the model file; other embedders' models in it are kept")],
    general: Annotated[
        list[Path] | None, typer.Option(help="recorded stream of general news without gold events, JSONL, gzipped")
    ] = None,
    sample: Annotated[int, typer.Option(help="articles drawn of each of them")] = 1500,
    embedder: Annotated[str, typer.Option(help="dense model: e5 or use")] = "e5",
    cache: Annotated[Path | None, typer.Option(help="file that remembers vectors between runs")] = None,
    holdout: Annotated[float, typer.Option(help="share of each file's end that chooses the threshold")] = 0.4,
    rounds: Annotated[int, typer.Option(help="rounds of learning")] = 3,
) -> None:
    """Train the join-or-new decision on recorded streams with gold events and write it."""
    params = WindowParams()
    with VectorCache(cache, load_embedder(embedder)) as vectors:  # type: ignore[arg-type]  # typer gives str
        name, dim = vectors.name, vectors.dim
        parts = [read(path, vectors) for path in data]
        background = [noise(path, sample, vectors) for path in general or []]
    streams = [stream for stream, _ in parts if stream]
    usual = [article for _, articles in [*parts, *background] for article in articles]
    streams += [stream for stream, _ in background]
    usual += [article for stream in streams for article, _ in stream[:: max(1, len(stream) // 2000)]]
    blank = ModelFile(
        embedder=name.split("/")[0], dim=dim, features=list(NAMES), join=0.5, intercept=0.0, means=means_of(usual)
    )
    earlier, later = zip(*(split(stream, holdout) for stream in streams), strict=True)
    typer.echo(f"{name}: learning from the earlier parts, {[len(part) for part in earlier]} articles")
    trial = learn(earlier, blank, rounds, params)
    scores = {}
    for join in JOINS:
        model = JoinModel(msgspec.structs.replace(trial, join=join))
        by_stream = [run([part], model, follow=False, params=params)[2] for part in later]
        scores[join] = float(np.mean(by_stream))
        typer.echo(f"  join at {join}: held-out B-cubed F1 {', '.join(f'{score:.4f}' for score in by_stream)}")
    best = max(JOINS, key=lambda join: scores[join])
    typer.echo(f"learning from all, join at {best}")
    made = msgspec.structs.replace(learn(streams, blank, rounds, params), join=best)
    others = msgspec.json.decode(out.read_bytes(), type=list[ModelFile]) if out.exists() else []
    kept = [file for file in others if file.embedder != made.embedder and file.features == made.features]
    out.write_bytes(msgspec.json.encode([made, *kept]))
    typer.echo(f"{out}: {out.stat().st_size} bytes")


if __name__ == "__main__":
    typer.run(main)
