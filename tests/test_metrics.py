import re

import pytest
from prometheus_client import REGISTRY

from stream import metrics
from stream.errors import Refused


def value(name, **labels):
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_names_follow_the_rules():
    for family in REGISTRY.collect():
        if family.name.startswith("tocsin_"):
            assert re.fullmatch(r"tocsin_[a-z_]+", family.name)
            assert not family.name.endswith(("_milliseconds", "_ms", "_minutes", "_kb"))
            assert family.documentation


def test_a_stage_counts_what_goes_in_and_what_it_refuses():
    before = value("tocsin_records_in_total", stage="t"), value("tocsin_records_rejected_total", stage="t", reason="r")
    with metrics.stage("t"):
        assert value("tocsin_records_in_progress", stage="t") == 1
    with pytest.raises(Refused), metrics.stage("t"):
        raise Refused("r")
    assert value("tocsin_records_in_total", stage="t") == before[0] + 2
    assert value("tocsin_records_rejected_total", stage="t", reason="r") == before[1] + 1
    assert value("tocsin_records_in_progress", stage="t") == 0
    assert value("tocsin_stage_duration_seconds_count", stage="t") >= 2
