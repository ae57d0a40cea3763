import msgspec
import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from stream.errors import TocsinError
from stream.windows.features import NAMES
from stream.windows.model import JoinModel, ModelFile
from stream.windows.train import written

BLANK = ModelFile(embedder="test", dim=8, features=list(NAMES), join=0.5, intercept=0.0)


def test_the_file_decides_as_the_forest_it_was_made_of() -> None:
    random = np.random.RandomState(0)
    rows = random.standard_normal((3000, len(NAMES)))
    labels = rows[:, 0] * rows[:, 1] + rows[:, 2] > 0.3
    forest = HistGradientBoostingClassifier(max_iter=30, max_leaf_nodes=12, random_state=0).fit(rows, labels)
    model = JoinModel(written(forest, BLANK))
    tried = random.standard_normal((500, len(NAMES)))
    assert np.abs(model.probabilities(tried) - forest.predict_proba(tried)[:, 1]).max() < 0.01


def test_a_row_is_judged_alike_in_any_company() -> None:
    model = JoinModel.load("e5")
    rows = np.random.RandomState(1).standard_normal((9, len(NAMES)))
    together = model.probabilities(rows)
    assert together.tolist() == [float(model.probabilities(row[None])[0]) for row in rows]


def test_the_linear_part_counts() -> None:
    model = JoinModel(msgspec.structs.replace(BLANK, intercept=-1.0, linear={"lexical": 2.0}))
    rows = np.zeros((2, len(NAMES)))
    rows[1, NAMES.index("lexical")] = 1.0
    assert model.probabilities(rows) == pytest.approx([1 / (1 + np.e), np.e / (1 + np.e)])


def test_a_model_of_other_features_is_refused() -> None:
    with pytest.raises(TocsinError, match="train"):
        JoinModel(msgspec.structs.replace(BLANK, features=["other"]))


def test_models_are_found_by_embedder_and_by_length() -> None:
    e5, use = JoinModel.load("e5-small-q4/0.3/query"), JoinModel.load("use-multilingual-3/0.2")
    assert (e5.file.dim, use.file.dim) == (384, 512)
    assert JoinModel.load("e5").file == JoinModel.for_dimension(384).file == e5.file
    assert JoinModel.load("use").file == JoinModel.for_dimension(512).file == use.file
    assert JoinModel.load("something-else/1").file == JoinModel.for_dimension(77).file
    assert JoinModel.load("something-else/1").file.embedder == "*"
    assert set(e5.means) >= {"*", "en", "ar"}
