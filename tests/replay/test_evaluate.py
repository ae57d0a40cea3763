import pytest
from golds import gold_line, replay_folder, write

from stream.replay.evaluate import evaluate
from stream.replay.render import render


def report(tmp_path, lines, stories, **replay):
    return evaluate(replay_folder(tmp_path / "out", stories, **replay), write(tmp_path / "g.jsonl", lines))


def test_clustering_over_the_articles_that_have_an_event(tmp_path):
    lines = [gold_line(f"x{i}", "x", lang="ar" if i < 2 else "en") for i in range(5)]
    lines += [gold_line("y0", "y", lang="en"), gold_line("noise", None, lang="en")]
    stories = {**{f"x{i}": "s1" for i in range(4)}, "x4": "s2", "y0": "s2", "noise": "s1"}
    clustering = report(tmp_path, lines, stories).clustering
    assert (clustering.articles, clustering.events, clustering.stories, clustering.unassigned) == (6, 2, 2, 0)
    assert clustering.b_cubed.precision == pytest.approx((4 + 0.5 + 0.5) / 6)
    assert clustering.b_cubed.recall == pytest.approx((4 * 0.8 + 0.2 + 1) / 6)
    assert list(clustering.b_cubed_by_language) == ["ar", "en"]
    assert clustering.b_cubed_by_language["ar"].f1 == 1
    assert clustering.b_cubed_across_languages.count == 5
    assert (clustering.stories_per_event.mean, clustering.stories_per_event.worst) == (2, 2)


def test_articles_without_a_story_are_each_alone(tmp_path):
    lines = [gold_line(f"x{i}", "x") for i in range(4)]
    clustering = report(tmp_path, lines, {"x0": None, "x1": None, "x2": "s"}).clustering
    assert (clustering.unassigned, clustering.stories) == (3, 4)
    assert clustering.b_cubed.recall == 1 / 4


def test_merged_stories_count_as_one(tmp_path):
    lines = [gold_line("a", "x"), gold_line("b", "x")]
    assert report(tmp_path, lines, {"a": "s1", "b": "s2"}).clustering.b_cubed.f1 < 1
    assert report(tmp_path, lines, {"a": "s1", "b": "s2"}, merged={"s2": "s1"}).clustering.b_cubed.f1 == 1


def test_sections_without_their_fields_say_why(tmp_path):
    result = report(tmp_path, [gold_line("a", "x")], {"a": "s"})
    assert result.clustering.b_cubed_across_languages == "the gold file has no `lang`"
    assert result.clustering.stories_per_event == "no event has 5 articles"
    assert "no `diplomatic`" in result.alerts
    assert "none of" in result.understanding
    assert "no `event`" in report(tmp_path, [gold_line("a", lang="en")], {"a": "s"}).clustering


def test_the_report_for_people_tells_every_figure_or_why_not(tmp_path):
    lines = [
        gold_line(
            f"x{i}",
            "x",
            lang="ar" if i % 2 else "en",
            diplomatic=True,
            act="consult",
            parties=["IR"],
            origin=f"O{i}",
            published=f"2023-03-10T12:0{i}:00Z",
        )
        for i in range(6)
    ]
    stories = {f"x{i}": "s" for i in range(6)}
    alerts = [("detected", "s", "2023-03-10T12:02:30Z")]
    understood = {"x0": {"diplomatic": True, "act": "consult", "parties": ["IR"]}}
    text = render(report(tmp_path, lines, stories, alerts=alerts, understood=understood))
    assert "  6 articles of 1 events in 1 stories\n" in text
    assert "1 of 1 events rang (origins from `origin`)" in text
    assert "30 s median, 30 s p90, 30 s at most" in text
    assert "act consult" in text
    assert "0.1667 of 6 articles" in text
    bare = render(report(tmp_path, [gold_line("a", "x")], {"a": "s"}))
    assert bare.count("not measured: ") == 3
