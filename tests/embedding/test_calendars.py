from stream.embedding.calendars import calendar_patterns


def test_months_weekdays_and_days_near_today() -> None:
    english = set(calendar_patterns("en"))
    assert {("October", "month", "10"), ("Friday", "weekday", "4"), ("tomorrow", "relative", "1")} <= english
    arabic = set(calendar_patterns("ar"))
    assert {("أكتوبر", "month", "10"), ("تشرين الأول", "month", "10"), ("الجمعة", "weekday", "4")} <= arabic
    assert ("пятниц*", "weekday", "4") in set(calendar_patterns("ru"))


def test_an_unknown_language_has_none() -> None:
    assert not list(calendar_patterns("zz"))
