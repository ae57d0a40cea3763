"""An evaluation for people."""

from __future__ import annotations

from collections.abc import Iterator

from stream.replay.alerting import AlertScore
from stream.replay.clustering import Score
from stream.replay.evaluate import ClusteringScore, Report
from stream.replay.understanding import UnderstandingScore

_HEAD = f"{'':34}{'precision':>10}{'recall':>10}{'F1':>10}{'count':>10}"


def render(report: Report) -> str:
    """Return the report as a table in plain text."""
    lines = ["Clustering", *_section(report.clustering), "", "Alerts", *_section(report.alerts), ""]
    return "\n".join([*lines, "Understanding", *_section(report.understanding)])


def _section(section: ClusteringScore | AlertScore | UnderstandingScore | str) -> Iterator[str]:
    match section:
        case str():
            yield f"  not measured: {section}"
        case ClusteringScore():
            yield from _clustering(section)
        case AlertScore():
            yield from _alerts(section)
        case UnderstandingScore():
            yield from _understanding(section)


def _clustering(score: ClusteringScore) -> Iterator[str]:
    unassigned = f", {score.unassigned} unassigned" if score.unassigned else ""
    yield f"  {score.articles} articles of {score.events} events in {score.stories} stories{unassigned}"
    yield _HEAD
    yield _row("B-cubed", score.b_cubed)
    for language, each in score.b_cubed_by_language.items():
        yield _row(f"  {language} alone", each)
    across = score.b_cubed_across_languages
    yield _row("  across languages", across) if isinstance(across, Score) else f"  across languages: {across}"
    yield _row("pairs", score.pairs)
    yield _value("adjusted Rand index", f"{score.adjusted_rand:.4f}")
    split = score.stories_per_event
    if isinstance(split, str):
        yield _value("stories per event", f"not measured: {split}")
    else:
        yield _value("stories per event", f"{split.mean:.3f} mean, {split.worst} at worst, over {split.events} events")


def _alerts(score: AlertScore) -> Iterator[str]:
    unknown = f", {score.unknown} more of unknown stories" if score.unknown else ""
    yield f"  {score.detected} of {score.events} events rang (origins from `{score.origins_from}`)"
    yield f"  {score.right} of {score.alerts} alerts right{unknown}, {score.updates} updates"
    yield _value("precision, recall, F1", f"{score.precision:.4f}  {score.recall:.4f}  {score.f1:.4f}")
    yield _value("duplicates per event", f"{score.duplicates_per_event:.4f}")
    if score.delay_p50_seconds is not None and score.delay_p90_seconds is not None:
        delays = f"{score.delay_p50_seconds:.0f} s median, {score.delay_p90_seconds:.0f} s p90"
        yield _value("delay after the third origin", f"{delays}, {score.delay_max_seconds:.0f} s at most")


def _understanding(score: UnderstandingScore) -> Iterator[str]:
    if score.diplomatic or score.acts:
        yield _HEAD
    if score.diplomatic:
        yield _row("diplomatic", score.diplomatic)
    for act, each in score.acts.items():
        yield _row(f"  act {act}", each)
    if score.act_macro_f1 is not None:
        yield _value("act, macro F1", f"{score.act_macro_f1:.4f}")
    if score.parties_exact is not None:
        yield _value("parties exactly right", f"{score.parties_exact:.4f} of {score.parties_articles} articles")


def _row(name: str, score: Score) -> str:
    return f"  {name:32}{score.precision:10.4f}{score.recall:10.4f}{score.f1:10.4f}{score.count:10}"


def _value(name: str, value: str) -> str:
    return f"  {name:32}    {value}"
