"""A recorded stream through the whole path with no broker, in event time, at full speed."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from stream.bursts import BurstRules
from stream.embedding.embedders import Embedder
from stream.records import RawArticle
from stream.replay.outputs import Outputs, alert_line, assigned_line, refused_line, story_line
from stream.replay.pipeline import Pipeline, Step
from stream.replay.progress import ProgressReport
from stream.replay.recorded import Recorded, RecordedStream


@dataclass(slots=True)
class Summary:
    """What a replay did.

    Attributes:
        articles: lines read.
        refused: how many were refused, by reason.
        stories: stories founded.
        alerts: alerts by state.
        seconds: wall time it took.
    """

    articles: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    stories: int = 0
    alerts: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


def replay(
    file: Path,
    out: Path,
    embedder: Embedder,
    limit: int | None = None,
    rules: BurstRules | None = None,
    progress: bool = True,
) -> Summary:
    """Replay a recorded stream and write `assignments.jsonl`, `stories.jsonl` and `alerts.jsonl`.

    Memory grows with the live stories, not with the stream. Two replays of one file write the same bytes.

    Args:
        file: the recorded stream.
        out: folder of the output.
        embedder: the dense model; a `VectorCache` makes the next replay quick.
        limit: stop after so many lines.
        rules: when stories ring.
        progress: report on stderr.

    Raises:
        TocsinError: the file cannot be read or the folder not be written.
    """
    started = time.perf_counter()
    recorded = RecordedStream(file)
    pipeline = Pipeline(embedder, rules)
    summary = Summary()
    with Outputs(out) as outputs, ProgressReport(f"replay {file.name}") as report:
        for line, step in _steps(islice(recorded, limit), pipeline):
            _write(line, step, pipeline.rules.min_diplomatic, outputs, summary)
            if progress and summary.articles % 64 == 0:
                report.at(summary.articles, fraction_done(recorded, summary.articles, limit))
        summary.stories = len(outputs.stories)
        outputs.commit()
    summary.seconds = time.perf_counter() - started
    return summary


def fraction_done(recorded: RecordedStream, done: int, limit: int | None) -> float:
    """Return how much of a replay is done: of the file, or of the lines asked for where that is more."""
    return max(recorded.fraction, done / limit if limit else 0.0)


def _steps(lines: Iterator[Recorded], pipeline: Pipeline) -> Iterator[tuple[Recorded, Step | None]]:
    """Yield each line with what became of it, in order; lines without an article have no step."""
    while batch := list(islice(lines, pipeline.batch)):
        articles: list[RawArticle] = [line.article for line in batch if line.article is not None]
        steps = pipeline.run(articles)
        for line in batch:
            yield line, (None if line.article is None else next(steps))


def _write(line: Recorded, step: Step | None, threshold: float, outputs: Outputs, summary: Summary) -> None:
    summary.articles += 1
    refused = line.refused or (step.refused if step else None)
    if refused is not None:
        summary.refused[refused.reason] += 1
        outputs.assignment(refused_line(line.id, str(refused)))
    if step is None or step.assigned is None or step.embedded is None:
        return
    outputs.assignment(assigned_line(step.embedded, step.assigned.update, threshold))
    for update, burst in zip(step.updates, step.bursts, strict=True):
        outputs.stories.put(story_line(update, burst.burst_at, threshold), closed=burst.closed)
    for alert in step.alerts:
        summary.alerts[alert.state] += 1
        outputs.alert(alert_line(alert))
