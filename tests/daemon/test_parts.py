from stream.daemon.parts import environment, parts
from stream.settings import load


def test_the_broker_comes_first_and_only_without_a_cluster():
    assert [part.name for part in parts(load(), common={})] == ["broker", "worker", "courier", "web", "poller"]
    assert parts(load(kafka="k:9092"), common={})[0].name == "worker"


def test_every_part_has_a_metrics_port_of_its_own_or_none():
    ports = [part.environment["TOCSIN_METRICS_PORT"] for part in parts(load(metrics_port=9000), workers=3, common={})]
    assert ports == [str(9001 + n) for n in range(len(ports))]
    assert {part.environment["TOCSIN_METRICS_PORT"] for part in parts(load(metrics_port=0), common={})} == {"0"}


def test_children_get_the_same_settings(monkeypatch, tmp_path):
    settings = load(data=tmp_path, broker_port=1234, allow_private=True, poll_interval=1.5, metrics_port=0)
    for name, value in environment(settings).items():
        monkeypatch.setenv(name, value)
    assert load(metrics_port=0) == settings
