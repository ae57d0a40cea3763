from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stream.embedding.understand import embed_article, embed_articles, understand
from stream.records import CleanArticle, decode, encode, unpack_dense

AT = 1728658800.0


class Letters:
    """Embeds a text by its letters."""

    name = "letters"
    dim = 26

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        rows = np.array([[text.lower().count(chr(97 + n)) + 0.01 for n in range(26)] for text in texts], np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _article(title: str = "Kenya and Ghana sign treaty in Geneva", **more: object) -> CleanArticle:
    given: dict[str, object] = {
        "id": "1", "site": "example.org", "outlet": "Example", "url": None, "title": title, "lang": "en",
        "text": "The foreign ministers met on Friday. They shook hands. Nobody else came.",
        "published": AT, "fetched": AT, "event_time": AT,
    }  # fmt: skip
    return CleanArticle(**(given | more))  # type: ignore[arg-type]


def test_everything_of_an_article() -> None:
    known = understand(_article())
    assert known.parties == ["KE", "GH"]
    assert known.places == ["Geneva", "Switzerland"]
    assert known.event_date == "2024-10-11"
    assert (known.act, known.modality) == ("agree", "done")
    assert known.diplomatic > 0.5


def test_an_embedded_article_carries_the_gist_and_survives_the_wire() -> None:
    model = Letters()
    article = embed_article(_article(), model)
    assert model.asked == [
        "Kenya and Ghana sign treaty in Geneva. The foreign ministers met on Friday. They shook hands."
    ]
    assert article.lead == "The foreign ministers met on Friday. They shook hands."
    assert abs(float(np.linalg.norm(unpack_dense(article.dense))) - 1) < 1e-3
    assert decode(type(article), encode(article)) == article


def test_a_batch_gives_what_single_articles_give_and_one_call_to_the_model() -> None:
    articles = [_article(f"Headline {word}") for word in ("one", "two", "three")]
    together = embed_articles(articles, Letters())
    assert [encode(article) for article in together] == [encode(embed_article(a, Letters())) for a in articles]
    assert embed_articles([], Letters()) == []


def test_a_heartbeat_passes_without_a_model() -> None:
    model = Letters()
    beat, real = embed_articles([_article(kind="heartbeat"), _article()], model)
    assert beat.kind == "heartbeat"
    assert not unpack_dense(beat.dense).any()
    assert len(beat.lexical.arrays()[0]) == 0
    assert (beat.parties, beat.diplomatic) == ([], 0.0)
    assert unpack_dense(real.dense).any()
    assert len(model.asked) == 1
