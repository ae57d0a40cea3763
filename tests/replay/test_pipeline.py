import pytest
from recordings import WordEmbedder, line, stream_of, three_topics

from stream.bursts import BurstRules
from stream.errors import Refused
from stream.replay import pipeline as module
from stream.replay.pipeline import Pipeline
from stream.replay.recorded import RecordedStream


@pytest.fixture
def raws(tmp_path):
    return [each.article for each in RecordedStream(stream_of(three_topics(30), tmp_path / "s.jsonl"))]


def shape(steps):
    return [(step.raw.id, step.assigned.update.story, [alert.id for alert in step.alerts]) for step in steps]


def test_articles_go_all_the_way_and_topics_stay_apart(raws):
    steps = [Pipeline(WordEmbedder()).feed(raw) for raw in raws[:3]]
    assert [step.clean.article.id for step in steps] == ["a0", "a1", "a2"]
    assert len({step.assigned.update.story for step in steps}) == 3
    pipeline = Pipeline(WordEmbedder())
    stories = [step.assigned.update.story for step in pipeline.run(raws)]
    assert stories[:3] * 10 == stories


@pytest.mark.parametrize("batch", [1, 7, 64])
def test_the_batch_changes_nothing_and_order_is_kept(raws, batch):
    embedder = WordEmbedder()
    steps = shape(Pipeline(embedder, batch=batch).run(raws))
    assert [article for article, _, _ in steps] == [raw.id for raw in raws]
    assert steps == shape(Pipeline(WordEmbedder(), batch=13).run(raws))
    assert max(embedder.calls) == min(batch, 30)


def test_one_article_at_a_time_is_the_same_as_many(raws):
    pipeline = Pipeline(WordEmbedder())
    assert shape(map(pipeline.feed, raws)) == shape(Pipeline(WordEmbedder()).run(raws))


def test_a_refused_article_says_where_and_why_and_the_rest_goes_on(tmp_path):
    lines = [line(0), line(1, title="12:30", text="..."), line(2)]
    raws = [each.article for each in RecordedStream(stream_of(lines, tmp_path / "s.jsonl"))]
    steps = list(Pipeline(WordEmbedder()).run(raws))
    assert [step.stage for step in steps] == [None, "clean", None]
    assert steps[1].refused.reason == "empty_text"
    assert steps[1].assigned is None


def test_an_article_that_spoils_its_batch_is_refused_alone(raws, monkeypatch):
    def picky(articles, embedder):
        if any(article.id == "a4" for article in articles):
            raise Refused("unembeddable", "a4")
        return original(articles, embedder)

    original = module.embed_articles
    monkeypatch.setattr(module, "embed_articles", picky)
    steps = list(Pipeline(WordEmbedder()).run(raws[:9]))
    assert [step.stage for step in steps] == [None] * 4 + ["embed"] + [None] * 4
    assert steps[4].refused.reason == "unembeddable"


def test_bursts_are_told_with_each_change_and_forgotten_when_the_story_closes(tmp_path):
    lines = [*three_topics(30), line(40, "talks", minute=20_000)]
    raws = [each.article for each in RecordedStream(stream_of(lines, tmp_path / "s.jsonl"))]
    pipeline = Pipeline(WordEmbedder(), BurstRules(min_significance=1.0))
    steps = list(pipeline.run(raws))
    story = steps[0].assigned.update.story
    told = [
        burst.burst_at
        for step in steps
        for update, burst in zip(step.updates, step.bursts, strict=True)
        if update.story == story
    ]
    assert told[0] is None
    assert told[-1] == told[-2] is not None
    assert len(steps[-1].updates) == 4, "its own founding, and three stories that closed"
    assert list(pipeline._bursts) == [steps[-1].assigned.update.story]
