"""The demo as a person runs it: everything real, every due alert once, nothing else."""

import re
from itertools import pairwise

import psutil
import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]


def summary(text):
    return [line.split("] ", 1)[1] for line in text.splitlines() if "] " in line][-30:]


def rung(text):
    """Return the ids of the `detected` messages, in order, as their receiver saw them."""
    lines = text.splitlines()
    return [
        re.search(r"\((msg_\w+), signature verified\)", after).group(1)
        for line, after in pairwise(lines)
        if "] DETECTED" in line
    ]


def test_every_diplomatic_event_rings_once_and_nothing_else(start, tmp_path):
    demo = start("demo", "--once", "--port", "0", "--data", str(tmp_path / "data"))
    code = demo.process.wait(300)
    assert code == 0, demo.text()
    ids = rung(demo.text())
    assert len(ids) == len(set(ids)) == 11
    assert "11 of 11 diplomatic events rang exactly once" in demo.text()
    assert "264 articles" in summary(demo.text())[-3], summary(demo.text())


def test_a_killed_worker_changes_no_alert(start, tmp_path):
    demo = start("demo", "--once", "--port", "0", "--data", str(tmp_path / "data"))
    demo.until(lambda text: len(rung(text)) >= 3, 200)
    demo.child("work").kill()
    code = demo.process.wait(300)
    assert code == 0, demo.text()
    ids = rung(demo.text())
    assert len(ids) == len(set(ids)) == 11
    assert "part died" in (tmp_path / "data" / "demo.log").read_text()


def test_it_stops_after_the_alerts_asked_for_and_leaves_nothing_behind(start, tmp_path):
    demo = start("demo", "--exit-after", "1", "--port", "0", TMPDIR=str(tmp_path))
    demo.until(lambda text: "the page: http://127.0.0.1:" in text, 200)
    family = psutil.Process(demo.process.pid).children(recursive=True)
    assert len(family) == 5
    assert demo.process.wait(200) == 0, demo.text()
    assert len(rung(demo.text())) == 1
    assert not any(process.is_running() for process in family)
    assert not list(tmp_path.glob("tocsin-demo-*"))
