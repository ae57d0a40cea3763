from articles import article

from stream.windows.understanding import FOUNDER_WEIGHT, MAX_BALLOTS, ORIGIN_WEIGHT, REPEAT_WEIGHT, Understanding


def heard(*articles: dict[str, object]) -> Understanding:
    about = Understanding()
    for n, fields in enumerate(articles):
        about.hear(article(n, **fields), FOUNDER_WEIGHT if n == 0 else ORIGIN_WEIGHT)
    return about


def test_the_most_named_parties_come_first_and_rare_ones_are_left_out() -> None:
    about = heard({"parties": ["IR", "RU"]}, {"parties": ["RU"]}, {"parties": ["RU", "TM"]}, {"parties": ["RU", "US"]})
    assert about.parties == ["RU", "IR"]


def test_most_votes_win() -> None:
    about = heard({"places": ["Moscow"]}, {"places": ["Ashgabat"]}, {"places": ["Ashgabat"]}, {"places": ["Ashgabat"]})
    assert about.place == "Ashgabat"


def test_the_founder_wins_a_tie() -> None:
    assert heard({"act": "consult"}, {"act": "agree"}, {"act": "agree"}).act == "consult"


def test_one_voice_among_many_that_see_no_act_does_not_count() -> None:
    assert heard({}, {"act": "consult"}, {}, {}).act is None


def test_diplomatic_is_the_weighted_mean() -> None:
    assert heard({"diplomatic": 1.0}, {"diplomatic": 0.1}).diplomatic == (FOUNDER_WEIGHT + 0.1 * ORIGIN_WEIGHT) / 6


def test_nobody_heard_means_nothing_known() -> None:
    about = Understanding()
    assert (about.parties, about.place, about.act, about.modality, about.diplomatic) == ([], None, None, None, 0.0)


def test_ballots_are_bounded_and_the_strong_ones_stay() -> None:
    about = heard({"act": "consult"})
    for n in range(50):
        about.hear(article(n, act=f"act{n}"), REPEAT_WEIGHT)
    assert len(about.votes["act"]) == MAX_BALLOTS
    assert about.votes["act"]["consult"] == FOUNDER_WEIGHT
