import pytest

from stream.errors import TocsinError
from stream.workers import slots
from stream.workers.slots import take_slot


def test_each_worker_takes_the_first_free_folder(tmp_path):
    with take_slot(tmp_path) as one, take_slot(tmp_path) as two:
        assert (one.name, two.name) == ("1", "2")
    with take_slot(tmp_path) as again:
        assert again.name == "1"


def test_it_says_so_when_all_are_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(slots, "SLOTS", 1)
    with take_slot(tmp_path), pytest.raises(TocsinError, match="TOCSIN_DATA"), take_slot(tmp_path):
        pass
