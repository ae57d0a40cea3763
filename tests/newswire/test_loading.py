from pathlib import Path

import pytest

from stream.errors import TocsinError
from stream.newswire.loading import load, read
from stream.newswire.model import Phase


def test_items_are_in_order_of_appearance() -> None:
    order = [(item.at, item.key) for item in load().items]
    assert order == sorted(order)


def test_a_lagging_outlet_shows_an_article_later_than_a_prompt_one() -> None:
    items = {item.key: item for item in load().items}
    lagging, prompt = items["deccan/nepal-earthquake"], items["pacific/nepal-earthquake"]
    phase = load().phases["forty_days_ago"]
    second = (phase.served_to - phase.served_from) / phase.minutes
    assert lagging.outlet.lag == 5
    assert lagging.at == pytest.approx(phase.served_from + (18 + 5) * second, abs=0.001)
    assert prompt.at == pytest.approx(phase.served_from + 33 * second, abs=0.001)


def test_a_trimmed_reprint_loses_the_agencys_closing_line() -> None:
    items = {item.key: item for item in load().items}
    whole, trimmed = items["qantara/nouakchott-agency-only"], items["shurfa/nouakchott-agency-only"]
    assert whole.paragraphs[-1] == "المصدر: وكالة سند المشرق"
    assert len(whole.paragraphs) == 6
    assert trimmed.paragraphs == whole.paragraphs[:3]
    assert trimmed.title != whole.title


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "phases.json"
    path.write_text('[{"key": "a", "begins": -1, "minutes": 1, "served_from": 0, "served_too": 1}]')
    with pytest.raises(TocsinError, match=r"phases\.json is broken.*served_too"):
        read(path, list[Phase])
