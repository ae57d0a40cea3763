"""How well articles were understood: diplomatic or not, which act, which parties."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from stream.replay.clustering import Score
from stream.replay.gold import Gold, Replayed


class UnderstandingScore(msgspec.Struct, frozen=True):
    """Article by article; None where the gold file does not say. A refused article counts as not understood."""

    diplomatic: Score | None
    act_macro_f1: float | None
    """Mean F1 over the acts that the gold file names, over articles it judges."""
    acts: dict[str, Score]
    parties_exact: float | None
    """Share of articles whose set of parties is exactly the gold one."""
    parties_articles: int


def score_understanding(gold: Gold, replayed: Replayed) -> UnderstandingScore | str:
    """Return how well articles were understood, or why that cannot be said."""
    if not gold.fields & {"diplomatic", "act", "parties"}:
        return "the gold file has none of `diplomatic`, `act` and `parties`"
    pairs = [(article, replayed.assignments.get(article.key)) for article in gold.articles]
    judged = [
        (bool(article.diplomatic), bool(line and line.diplomatic))
        for article, line in pairs
        if article.diplomatic is not None
    ]
    # An article that is judged not to be diplomatic has no act: finding one is a mistake.
    acts = [
        (article.act, line.act if line and line.diplomatic else None)
        for article, line in pairs
        if article.act is not None or article.diplomatic is False
    ]
    parties = [
        set(article.parties) == set(line.parties if line else ())
        for article, line in pairs
        if article.parties is not None
    ]
    by_act = _by_class(acts) if "act" in gold.fields else {}
    return UnderstandingScore(
        diplomatic=_by_class(judged).get("True", Score.of(0.0, 0.0, 0)) if judged else None,
        act_macro_f1=sum(score.f1 for score in by_act.values()) / len(by_act) if by_act else None,
        acts=by_act,
        parties_exact=sum(parties) / len(parties) if parties else None,
        parties_articles=len(parties),
    )


def _by_class(pairs: Sequence[tuple[object, object]]) -> dict[str, Score]:
    """Return the score of each class that occurs in the truth, None left out; pairs are (true, said)."""
    true, said = Counter(t for t, _ in pairs), Counter(s for _, s in pairs)
    hits = Counter(t for t, s in pairs if t == s)
    return {
        str(name): Score.of(hits[name] / said[name] if said[name] else 0.0, hits[name] / count, count)
        for name, count in sorted(true.items(), key=lambda item: str(item[0]))
        if name is not None
    }
