import pytest
from golds import gold_line, replay_folder, write

from stream.replay.alerting import score_alerts
from stream.replay.gold import Gold, Replayed


def minute(number):
    return f"2023-03-10T12:{number:02d}:00Z"


def telling(event, diplomatic=True, origins="ABC", start=0, **fields):
    """Return an event's gold articles, one a minute."""
    return [
        gold_line(f"{event}{i}", event, diplomatic=diplomatic, origin=origin, published=minute(start + i), **fields)
        for i, origin in enumerate(origins)
    ]


def score(tmp_path, lines, stories, alerts, merged=None):
    gold = Gold.load(write(tmp_path / "g.jsonl", lines))
    return score_alerts(gold, Replayed.load(replay_folder(tmp_path / "out", stories, alerts, merged)))


def own_stories(lines):
    return {row["id"]: f"story of {row['event']}" for row in lines}


def test_every_part_of_the_score_by_hand(tmp_path):
    """x rings twice (in two stories), y a minute late, z not at all; a sports alert and a quiet event's are wrong."""
    lines = [
        *telling("x", origins="AABC"),
        *telling("y", start=10),
        *telling("z", start=20),
        *telling("sport", diplomatic=False, start=30),
        *telling("few", origins="AAB", start=40),
    ]
    stories = own_stories(lines) | {"x3": "x again"}
    alerts = [
        ("detected", "story of x", minute(3)),
        ("updated", "story of x", minute(4)),
        ("detected", "x again", minute(5)),
        ("detected", "story of y", minute(13)),
        ("detected", "story of sport", minute(32)),
        ("detected", "story of few", minute(42)),
        ("resolved", "story of x", minute(59)),
        ("detected", "a story of unknown news", minute(59)),
    ]
    result = score(tmp_path, lines, stories, alerts)
    assert (result.events, result.detected, result.alerts, result.right, result.unknown) == (3, 2, 5, 3, 1)
    assert result.precision == 3 / 5
    assert result.recall == 2 / 3
    assert result.duplicates_per_event == 1 / 2
    assert result.updates == 1
    assert (result.delay_p50_seconds, result.delay_p90_seconds, result.delay_max_seconds) == (30, 60, 60)
    assert result.origins_from == "origin"


def test_the_third_origin_counts_by_time_not_by_place_in_the_file(tmp_path):
    lines = list(reversed(telling("x", origins="ABCD")))
    result = score(tmp_path, lines, own_stories(lines), [("detected", "story of x", minute(2))])
    assert result.delay_p50_seconds == 0


def test_sources_stand_in_for_origins(tmp_path):
    lines = [{**row, "source": row["origin"], "origin": None} for row in telling("x")]
    result = score(tmp_path, lines, own_stories(lines), [("detected", "story of x", minute(2))])
    assert (result.origins_from, result.recall, result.precision) == ("source", 1, 1)


def test_an_alert_in_a_merged_story_belongs_to_where_it_ended(tmp_path):
    lines = telling("x")
    alerts = [("detected", "early", minute(2))]
    result = score(tmp_path, lines, own_stories(lines), alerts, {"early": "story of x"})
    assert (result.right, result.detected) == (1, 1)


def test_a_mixed_story_belongs_to_the_event_of_most_of_its_articles(tmp_path):
    lines = [*telling("x"), *telling("y", diplomatic=False, origins="A", start=9)]
    stories = dict.fromkeys(own_stories(lines), "heap")
    assert score(tmp_path, lines, stories, [("detected", "heap", minute(9))]).right == 1


def test_news_of_no_event_that_is_known_not_to_be_diplomatic_is_a_false_alert(tmp_path):
    lines = [*telling("x"), gold_line("n", None, diplomatic=False, origin="A", published=minute(9))]
    result = score(tmp_path, lines, {**own_stories(telling("x")), "n": "noise"}, [("detected", "noise", minute(9))])
    assert (result.alerts, result.right, result.precision) == (1, 0, 0)


@pytest.mark.parametrize(
    ("missing", "why"),
    [("event", "no `event`"), ("diplomatic", "no `diplomatic`"), ("origin", "neither `origin` nor `source`")],
)
def test_what_cannot_be_measured_says_why(tmp_path, missing, why):
    lines = [row | {missing: None} for row in telling("x")]
    assert why in score(tmp_path, lines, {"x0": "s"}, [])
