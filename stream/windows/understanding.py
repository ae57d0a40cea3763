"""What a story is about: the votes of its articles.

The founder counts most, a further origin more than another article of one already heard, and a copy not at all: a
mistake that a hundred outlets reprint is still one mistake.
"""

from __future__ import annotations

from collections.abc import Iterable

from stream.records import EmbeddedArticle, Modality

FOUNDER_WEIGHT = 4
ORIGIN_WEIGHT = 2
REPEAT_WEIGHT = 1

MAX_PARTIES = 6
MAX_BALLOTS = 12
"""Different answers kept per question; the weakest go."""

_QUESTIONS = ("parties", "place", "event_date", "act", "modality")
_QUORUM = {"parties": 1 / 3, "place": 1 / 4, "event_date": 1 / 4, "act": 1 / 4, "modality": 0.0}
"""The share of all votes an answer needs; an article without an answer votes against all of them."""


class Understanding:
    """Running votes on who, where, when and what.

    Args:
        votes: answers with their weights, by question.
        weight: sum of all articles' weights.
        diplomatic: weighted sum of the articles' probabilities of being diplomatic.
    """

    __slots__ = ("diplomatic_sum", "votes", "weight")

    def __init__(
        self, votes: dict[str, dict[str, int]] | None = None, weight: int = 0, diplomatic: float = 0.0
    ) -> None:
        self.votes = votes if votes is not None else {question: {} for question in _QUESTIONS}
        self.weight = weight
        self.diplomatic_sum = diplomatic

    def hear(self, article: EmbeddedArticle, weight: int) -> None:
        """Count an article's votes."""
        self._cast("parties", article.parties, weight)
        self._cast("place", article.places[:1], weight)
        self._cast("event_date", _given(article.event_date), weight)
        self._cast("act", _given(article.act), weight)
        self._cast("modality", _given(article.modality), weight)
        self.weight += weight
        self.diplomatic_sum += weight * article.diplomatic

    @property
    def parties(self) -> list[str]:
        """Parties that at least a third of the votes name, most named first."""
        return self._ranked("parties")[:MAX_PARTIES]

    @property
    def place(self) -> str | None:
        """Where most say it happens."""
        return self._first("place")

    @property
    def event_date(self) -> str | None:
        """When most say it happens."""
        return self._first("event_date")

    @property
    def act(self) -> str | None:
        """The kind of diplomatic event, unless most see none."""
        return self._first("act")

    @property
    def modality(self) -> Modality | None:
        """Whether it is planned, under way, done or denied."""
        return self._first("modality")  # type: ignore[return-value]  # only modalities are cast

    @property
    def diplomatic(self) -> float:
        """Weighted mean probability of being a diplomatic event."""
        return self.diplomatic_sum / self.weight if self.weight else 0.0

    def _cast(self, question: str, answers: Iterable[str], weight: int) -> None:
        ballots = self.votes[question]
        for answer in answers:
            ballots[answer] = ballots.get(answer, 0) + weight
        if len(ballots) > MAX_BALLOTS:
            kept = sorted(ballots.items(), key=lambda item: -item[1])[:MAX_BALLOTS]
            self.votes[question] = dict(kept)

    def _ranked(self, question: str) -> list[str]:
        quorum = _QUORUM[question] * self.weight
        ballots = [item for item in self.votes[question].items() if item[1] >= quorum]
        return [answer for answer, _ in sorted(ballots, key=lambda item: -item[1])]

    def _first(self, question: str) -> str | None:
        return next(iter(self._ranked(question)), None)


def _given(answer: str | None) -> list[str]:
    return [] if answer is None else [answer]
