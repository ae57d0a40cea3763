import pytest
from golds import gold_line, replay_folder, write

from stream.replay.gold import Gold, Replayed
from stream.replay.understanding import score_understanding


def score(tmp_path, lines, understood, refused=()):
    stories = {row["id"]: None if row["id"] in refused else "s" for row in lines}
    gold = Gold.load(write(tmp_path / "g.jsonl", lines))
    return score_understanding(gold, Replayed.load(replay_folder(tmp_path / "out", stories, understood=understood)))


def test_every_part_by_hand(tmp_path):
    lines = [
        gold_line("a", diplomatic=True, act="consult", parties=["IR", "SA"]),
        gold_line("b", diplomatic=True, act="agree", parties=["FR"]),
        gold_line("c", diplomatic=False, parties=[]),
        gold_line("d", diplomatic=True, act="consult", parties=["US"]),
    ]
    understood = {
        "a": {"diplomatic": True, "act": "consult", "parties": ["SA", "IR"]},
        "b": {"diplomatic": True, "act": "consult", "parties": ["FR", "DE"]},
        "c": {"diplomatic": True, "act": "agree"},
        "d": {"diplomatic": False, "act": "consult", "parties": ["US"]},
    }
    result = score(tmp_path, lines, understood)
    assert (result.diplomatic.precision, result.diplomatic.recall) == (pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert (result.acts["consult"].precision, result.acts["consult"].recall) == (0.5, 0.5)
    assert (result.acts["agree"].precision, result.acts["agree"].recall) == (0.0, 0.0)
    assert result.act_macro_f1 == pytest.approx((0.5 + 0) / 2)
    assert (result.parties_exact, result.parties_articles) == (3 / 4, 4)


def test_a_refused_article_is_not_understood(tmp_path):
    lines = [gold_line("a", diplomatic=True, parties=["IR"]), gold_line("unseen", diplomatic=True)]
    result = score(tmp_path, lines, {}, refused=("a",))
    assert result.diplomatic.recall == 0
    assert result.parties_exact == 0
    assert result.act_macro_f1 is None


def test_what_the_gold_file_does_not_tell_is_not_measured(tmp_path):
    assert "none of `diplomatic`" in score(tmp_path, [gold_line("a", "e")], {})
    only_parties = score(tmp_path, [gold_line("a", parties=[])], {})
    assert (only_parties.diplomatic, only_parties.act_macro_f1, only_parties.parties_exact) == (None, None, 1.0)
