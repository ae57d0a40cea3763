import base64

import msgspec
import pytest
from recordings import WordEmbedder, line, stream_of, three_topics

from stream.bursts import BurstRules
from stream.records import DeadLetter, encode
from stream.replay.ledger import Ledger, Understood
from stream.replay.pipeline import Pipeline
from stream.replay.recorded import RecordedStream

ANY = BurstRules(min_diplomatic=0.0)


@pytest.fixture
def steps(tmp_path):
    lines = [*three_topics(21), line(40, "talks", minute=20_000), line(41, "storm", minute=20_001)]
    raws = [each.article for each in RecordedStream(stream_of(lines, tmp_path / "s.jsonl"))]
    return list(Pipeline(WordEmbedder(), ANY).run(raws))


def understood(step):
    return msgspec.json.decode(encode(step.embedded), type=Understood)


def letter(payload):
    return DeadLetter(
        stream="articles.raw",
        stage="clean",
        reason="too_long",
        detail="2 characters",
        key=None,
        payload=base64.b64encode(payload).decode(),
        at=0.0,
    )


def test_lines_come_in_the_order_of_the_file_whatever_arrives_first(steps):
    ledger = Ledger(ANY)
    for number, step in enumerate(steps):
        ledger.sent(number, step.raw.id)
    for step in reversed(steps):
        ledger.understood(understood(step))
    assert list(ledger.lines()) == []
    for step in steps[1:]:
        ledger.story(step.updates[0])
    assert list(ledger.lines()) == []
    assert ledger.missing == ["a0"]
    ledger.story(steps[0].updates[0])
    assert [row.id for row in ledger.lines()] == [step.raw.id for step in steps]
    assert len(ledger) == 0
    assert "a0" not in ledger


def test_the_story_may_come_before_the_understanding(steps):
    ledger = Ledger(ANY)
    ledger.sent(0, "a0")
    ledger.story(steps[0].updates[0])
    assert ledger.missing == ["a0"]
    ledger.understood(understood(steps[0]))
    [row] = ledger.lines()
    assert (row.id, row.story, row.reason) == ("a0", steps[0].assigned.update.story, None)


@pytest.mark.parametrize("what", ["raw", "clean", "embedded"])
def test_a_dead_letter_accounts_for_its_article(steps, what):
    step = steps[0]
    record = {"raw": step.raw, "clean": step.clean.article, "embedded": step.embedded}[what]
    ledger = Ledger(ANY)
    ledger.sent(0, "a0")
    ledger.rejected(letter(encode(record)))
    [row] = ledger.lines()
    assert (row.story, row.reason) == (None, "too_long: 2 characters")


@pytest.mark.parametrize("payload", [b"", b"\xff", b"[]", b"{}", b'{"id": 5}', b'{"id": "other"}'])
def test_other_dead_letters_change_nothing(payload):
    ledger = Ledger(ANY)
    ledger.sent(0, "a0")
    ledger.rejected(letter(payload))
    assert ledger.missing == ["a0"]


def test_a_letter_that_is_not_base64_changes_nothing():
    ledger = Ledger(ANY)
    broken = letter(b"")
    broken.payload = "%%%"
    ledger.rejected(broken)
    assert len(ledger) == 0


def test_stories_and_alerts_are_those_of_the_pipeline_however_often_they_are_delivered(steps):
    ledger, lines = Ledger(ANY), {}
    for number, step in enumerate(steps):
        ledger.sent(number, step.raw.id)
    for step in steps:
        for update in step.updates * 2:
            news = ledger.story(update)
            if news is not None:
                row, closed, number = news
                lines[row.story] = (row, closed, number)
    for update in steps[3].updates:
        assert ledger.story(update) is None, "an update that is delivered again much later is no news"
    alerts = [alert for step in steps for alert in step.alerts]
    assert {alert.state for alert in alerts} >= {"detected", "resolved"}
    assert ledger.missing_alerts == sorted(alert.id for alert in alerts)
    for alert in reversed(alerts * 2):
        ledger.alert(alert)
    assert ledger.missing_alerts == []
    assert {alert.id: alert for alert in ledger.alerts} == {alert.id: alert for alert in alerts}
    assert [alert.at for alert in ledger.alerts] == sorted(alert.at for alert in alerts)
    founders = {row.founder: number for row, _, number in lines.values()}
    assert {name: number for name, number in founders.items() if name in {"a0", "a1", "a2"}} == {
        "a0": 0,
        "a1": 1,
        "a2": 2,
    }
    assert sum(closed for _, closed, _ in lines.values()) == 3


def test_news_of_others_is_left_out(steps):
    ledger = Ledger(ANY)
    assert ledger.story(steps[0].updates[0]) is None
    ledger.understood(understood(steps[0]))
    for step in steps:
        for alert in step.alerts:
            ledger.alert(alert)
    assert ledger.alerts == []
    assert list(ledger.lines()) == []


def test_refused_lines_keep_their_place(steps):
    ledger = Ledger(ANY)
    ledger.refused(1, None, "undecodable: x")
    ledger.sent(2, "a0")
    ledger.refused(3, "b", "no_words")
    assert [row.reason for row in ledger.lines()] == ["undecodable: x"]
    ledger.understood(understood(steps[0]))
    ledger.story(steps[0].updates[0])
    assert [(row.id, row.reason) for row in ledger.lines()] == [("a0", None), ("b", "no_words")]
