from stories import Telling, ref

from stream.bursts import BurstRules
from stream.bursts.growth import MAX_REPORTS, bursts, report
from stream.bursts.significance import busiest
from stream.bursts.state import Report

RULES = BurstRules()


def test_a_copy_and_a_change_without_an_article_are_no_reports():
    assert report((), None) == ()
    assert report((), ref(1, "A", 0, copy_of="a0")) == ()


def test_reports_are_bounded_and_the_oldest_go():
    reports = ()
    for i in range(100):
        reports = report(reports, ref(i, f"O{i}", i))
    assert len(reports) == MAX_REPORTS
    assert reports[-1].origin == "O99"


def test_four_quick_reports_of_one_outlet_burst_and_three_do_not():
    update = Telling().article("A", 0)
    reports = tuple(Report("A", minute * 60.0) for minute in (0, 10, 20, 30))
    assert bursts(update, busiest([0.0], 0.02), reports, RULES)
    assert not bursts(update, busiest([0.0], 0.02), reports[:3], RULES)


def test_reports_spread_over_days_do_not_burst():
    telling = Telling(background=0.05)
    update = [telling.article(name, minute) for name, minute in [("A", 0), ("B", 1440)]][-1]
    days = tuple(Report(name, day * 86400.0) for name, day in zip("ABAB", range(4), strict=True))
    assert not bursts(update, busiest(update.origin_times, 0.05), days, RULES)
