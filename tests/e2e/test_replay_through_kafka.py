"""A recorded stream gives the same stories and alerts offline and through a broker and two workers."""

import json

import pytest
from sklearn.metrics import adjusted_rand_score

from stream.newswire import recorded_stream

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

START = 1_795_388_221.0


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def rang(alerts, assignments, gold):
    """Return the events that rang, by the events of the articles in each story."""
    stories = {alert["story"] for alert in alerts if alert["state"] == "detected"}
    events = {line["id"]: line["event"] for line in gold}
    votes = {}
    for line in assignments:
        if line["story"] in stories:
            votes.setdefault(line["story"], []).append(events[line["id"]])
    return sorted(max(set(names), key=names.count) for names in votes.values())


def replay(start, recorded, out, *options):
    command = start("replay", str(recorded), "--out", str(out), "--embedder", "use", "-q", *options)
    assert command.process.wait(200) == 0, command.text()


def test_broker_and_workers_change_nothing(start, tmp_path):
    recorded = tmp_path / "wire.jsonl"
    gold = list(recorded_stream(START))
    recorded.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in gold), encoding="utf-8")
    replay(start, recorded, tmp_path / "direct", "--cache", str(tmp_path / "cache"))
    replay(start, recorded, tmp_path / "kafka", "--kafka", "--workers", "2")

    direct, through = (lines(tmp_path / name / "assignments.jsonl") for name in ("direct", "kafka"))
    assert [line["id"] for line in direct] == [line["id"] for line in through] == [line["id"] for line in gold]
    assert all(line["story"] for line in through)
    assert adjusted_rand_score([line["story"] for line in direct], [line["story"] for line in through]) >= 0.98
    alerts = [lines(tmp_path / name / "alerts.jsonl") for name in ("direct", "kafka")]
    assert rang(alerts[0], direct, gold) == rang(alerts[1], through, gold)
