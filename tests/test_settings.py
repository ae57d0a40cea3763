import pytest

from stream.errors import TocsinError
from stream.settings import load


def test_the_environment_sets_and_an_option_wins(monkeypatch):
    monkeypatch.setenv("TOCSIN_WEB_PORT", "9000")
    assert load().web_port == 9000
    assert load(web_port=9001).web_port == 9001
    assert load(web_port=None).web_port == 9000


def test_a_bad_value_names_its_variable(monkeypatch):
    monkeypatch.setenv("TOCSIN_WEB_PORT", "many")
    with pytest.raises(TocsinError, match="TOCSIN_WEB_PORT='many' is not valid"):
        load()


def test_the_embedded_broker_is_used_unless_a_cluster_is_named():
    assert load(broker_port=1234).bootstrap == "127.0.0.1:1234"
    assert load(kafka="k1:9092,k2:9092").bootstrap == "k1:9092,k2:9092"
