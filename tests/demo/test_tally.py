import pytest

from stream import topics
from stream.demo.tally import Tally, Truth, alert_line
from stream.records import Alert, ArticleRef, DeadLetter, StoryUpdate, encode

TRUTH = {
    "a1": Truth("talks", True),
    "a2": Truth("talks", True),
    "b1": Truth("treaty", True),
    "c1": Truth("quake", False),
    "d1": Truth(None, False),
}


def ref(article):
    return ArticleRef(
        id=article, site="s", outlet="O", url=None, title="t", lang="en", origin="s", event_time=0.0, fetched=0.0
    )


def alert(*articles, state="detected", number="x", kind="article"):
    return encode(
        Alert(
            kind=kind,
            id=number,
            state=state,
            story="s",
            at=0.0,
            title="Title",
            lang="en",
            articles=3,
            origins=[],
            languages=[],
            parties=[],
            place=None,
            event_date=None,
            act=None,
            modality=None,
            diplomatic=1.0,
            significance=9.0,
            background=0.1,
            reason="",
            evidence=[ref(article) for article in articles],
            fetched=0.0,
        )
    )


def update(article, story="s", change="founded", origins=("o",)):
    return encode(
        StoryUpdate(
            story=story,
            change=change,
            article=ref(article),
            at=0.0,
            founder=article,
            title="Title",
            lang="en",
            first=0.0,
            last=0.0,
            articles=1,
            origins=list(origins),
            origin_times=[0.0] * len(origins),
            languages=["en"],
            parties=[],
            place=None,
            event_date=None,
            act=None,
            modality=None,
            diplomatic=0.0,
            background=0.1,
        )
    )


@pytest.fixture
def tally():
    return Tally(TRUTH)


def test_each_due_event_once_and_nothing_else_is_exact(tally):
    tally.take(topics.ALERTS.name, alert("a1", "a2", number="1"))
    assert not tally.exact
    assert "missed: treaty" in tally.summary()
    tally.take(topics.ALERTS.name, alert("b1", number="2"))
    assert tally.exact
    assert "2 of 2 diplomatic events rang exactly once" in tally.summary()


def test_a_second_ring_is_seen_and_a_repeated_record_is_not_one(tally):
    tally.take(topics.ALERTS.name, alert("a1", number="1"))
    tally.take(topics.ALERTS.name, alert("a1", number="1"))
    tally.take(topics.ALERTS.name, alert("a1", number="1u", state="updated"))
    tally.take(topics.ALERTS.name, alert("b1", number="2"))
    assert tally.exact
    tally.take(topics.ALERTS.name, alert("a2", number="3"))
    assert not tally.exact
    assert "rang more than once: talks" in tally.summary()


@pytest.mark.parametrize(("article", "name"), [("c1", "quake"), ("d1", "unknown: Title"), ("zz", "unknown: Title")])
def test_a_false_ring_is_seen(tally, article, name):
    tally.take(topics.ALERTS.name, alert("a1", number="1"))
    tally.take(topics.ALERTS.name, alert("b1", number="2"))
    tally.take(topics.ALERTS.name, alert(article, number="3"))
    assert not tally.exact
    assert f"rang without being one: {name}" in tally.summary()


def test_articles_stories_refusals_and_heartbeats_are_counted(tally):
    tally.take(topics.STORIES.name, update("a1"))
    tally.take(topics.STORIES.name, update("a1"))
    assert "2 origins" in tally.take(topics.STORIES.name, update("a2", change="joined", origins=("o", "p")))
    letter = DeadLetter(stream="x", stage="clean", reason="empty_text", detail="", key=None, payload="", at=0.0)
    assert "empty_text" in tally.take(topics.REJECTED.name, encode(letter))
    tally.take(topics.ALERTS.name, alert(kind="heartbeat"))
    assert (len(tally.articles), len(tally.stories), tally.refused, tally.heartbeats) == (2, 1, 1, 1)
    assert tally.rung == {}


def test_an_alerts_line_says_who_where_and_what():
    data = {"act": "agree", "parties": ["KZ", "TR"], "place": "Ankara", "title": "Treaty signed"}
    assert alert_line({"type": "alert.detected", "data": data}) == "DETECTED  agree · KZ, TR · Ankara — Treaty signed"
