import msgspec
import numpy as np
import pytest
from articles import DIM, article

from stream.windows import WindowParams
from stream.windows.features import NAMES
from stream.windows.model import JoinModel, ModelFile
from stream.windows.train import Stream, b_cubed, learn, means_of, run, split
from stream.windows.vectors import unpack

BLANK = ModelFile(embedder="test", dim=DIM, features=list(NAMES), join=0.5, intercept=0.0)


def stream(first: int, events: int, size: int) -> Stream:
    order = [(n, event) for n in range(size) for event in range(events)]
    return [
        (article(first + i, first + event, hours=i / 20, noise=0.7, title=f"own{first + i}", text=""), f"event{event}")
        for i, (_, event) in enumerate(order)
    ]


def test_b_cubed_by_hand() -> None:
    assert b_cubed(["a", "a", "b"], ["x", "x", "y"]) == 1.0
    # Precision 1, recall (1/2 + 1/2 + 1) / 3.
    assert b_cubed(["a", "b", "c"], ["x", "x", "y"]) == pytest.approx(2 * (2 / 3) / (1 + 2 / 3))


def test_following_the_gold_events_gives_them_back() -> None:
    rows, labels, score = run([stream(0, 6, 5)], JoinModel(BLANK), follow=True, params=WindowParams())
    assert score == 1.0
    assert len(rows) == len(labels)
    assert 0 < labels.sum() < len(labels)


def test_what_is_learned_holds_on_news_not_seen() -> None:
    params = WindowParams()
    model = learn([stream(0, 20, 12)], BLANK, rounds=2, params=params)
    unseen = stream(10_000, 20, 6)
    before = run([unseen], JoinModel(BLANK), follow=False, params=params)[2]
    after = run([unseen], JoinModel(model), follow=False, params=params)[2]
    assert before < 0.5
    assert after > 0.9


def test_a_share_of_the_end_is_held_out() -> None:
    whole = stream(0, 5, 4)
    earlier, later = split(whole, 0.25)
    assert (len(earlier), len(later)) == (15, 5)
    assert earlier + later == whole


def test_means_are_of_languages_with_enough_articles() -> None:
    articles = [article(n, n, lang="en") for n in range(120)] + [article(n, n, lang="sl") for n in range(5)]
    means = means_of(articles)
    assert set(means) == {"en+", "*+"}
    JoinModel(msgspec.structs.replace(BLANK, means=means))


def test_a_body_moves_every_languages_mean_alike() -> None:
    whole = [article(n, n, lang="en") for n in range(120)]
    headlines = [article(n, n + 7, lang=lang, text="") for lang in ("en", "ar") for n in range(120)]
    means = {key: unpack(mean, "i1") for key, mean in means_of([*whole, *headlines]).items()}
    assert set(means) == {"en", "en+", "ar", "ar+", "*", "*+"}
    shift = means["en+"] - means["en"]
    assert np.abs(means["ar"] + shift - means["ar+"]).max() <= 2
