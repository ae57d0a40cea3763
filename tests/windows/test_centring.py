import numpy as np
from articles import direction

from stream.windows.centring import ANY, PRIOR_STORIES, LanguageMeans
from stream.windows.vectors import SCALE, to_grid

COMMON, ARABIC = direction(1), direction(2)


def said(seed: int, common: np.ndarray) -> np.ndarray:
    return to_grid(3 * common + direction(seed))


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    return float(a @ b / np.sqrt((a @ a) * (b @ b)))


def test_what_all_have_in_common_is_taken_off() -> None:
    means = LanguageMeans(64, {})
    for seed in range(100, 600):
        means.add("en", said(seed, COMMON))
    a, b = said(1000, COMMON), said(1001, COMMON)
    assert cosine(a, b) > 0.8
    assert abs(cosine(means.centre("en", a), means.centre("en", b))) < 0.3


def test_languages_come_onto_one_scale() -> None:
    means = LanguageMeans(64, {})
    for seed in range(100, 600):
        means.add("en", said(seed, COMMON))
        means.add("ar", said(seed, ARABIC))
    same = cosine(means.centre("en", said(1000, COMMON)), means.centre("ar", said(1000, ARABIC)))
    other = cosine(means.centre("en", said(1000, COMMON)), means.centre("ar", said(1001, ARABIC)))
    assert same > 0.8
    assert abs(other) < 0.3


def test_general_news_stands_in_until_a_language_has_stories() -> None:
    means = LanguageMeans(64, {ANY: to_grid(COMMON).astype(float), "ar": to_grid(ARABIC).astype(float)})
    raw = to_grid(COMMON + direction(9))
    assert np.array_equal(means.centre("xx", raw), to_grid(raw - to_grid(COMMON)))
    assert np.array_equal(means.centre("ar", raw), to_grid(raw - to_grid(ARABIC)))
    for _ in range(100 * PRIOR_STORIES):
        means.add("ar", raw)
    assert np.abs(means.centre("ar", 2 * raw) - to_grid(raw)).max() < SCALE / 50


def test_what_is_counted_out_leaves_nothing_behind() -> None:
    means, fresh = LanguageMeans(64, {}), LanguageMeans(64, {})
    for seed in range(50):
        means.add("en", said(seed, COMMON))
    for seed in range(50):
        means.add("en", said(seed, COMMON), -1)
    raw = said(99, COMMON)
    assert np.array_equal(means.centre("en", raw), fresh.centre("en", raw))
