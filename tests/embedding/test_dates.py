from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.embedding.dates import find_event_date

FRIDAY = datetime(2024, 10, 11, 15, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("lang", "title", "expected"),
    [
        ("en", "The two presidents met on Friday", "2024-10-11"),
        ("ar", "التقى الرئيسان الجمعة", "2024-10-11"),
        ("ru", "Президенты встретились в пятницу", "2024-10-11"),
        ("fr", "Les présidents se sont réunis vendredi", "2024-10-11"),
        ("en", "The two presidents met on Tuesday", "2024-10-08"),
        ("en", "The two presidents will meet on Tuesday", "2024-10-15"),
        ("ar", "سيلتقي الرئيسان الثلاثاء", "2024-10-15"),
        ("ru", "Президенты встретятся во вторник", "2024-10-15"),
        ("en", "Talks held yesterday", "2024-10-10"),
        ("ar", "اجتماع الوزراء غدا", "2024-10-12"),
        ("fa", "دیدار وزیران فردا", "2024-10-12"),
        ("tr", "Bakanlar dün görüştü", "2024-10-10"),
        ("ar", "القمة تعقد في 22 أكتوبر 2024", "2024-10-22"),
        ("ar", "القمة تعقد في 22 تشرين الأول", "2024-10-22"),
        ("en", "Summit opens Oct. 22", "2024-10-22"),
        ("en", "Summit opens 22 October", "2024-10-22"),
        ("ru", "Саммит пройдет 22 октября", "2024-10-22"),
        ("de", "Gipfel am 22. Oktober", "2024-10-22"),
        ("fa", "نشست سران ۲۲ اکتبر", "2024-10-22"),
        ("en", "Remembering the talks of 3 March 1991", None),
        ("en", "Talks held", None),
        ("en", "Talks held on 31 February", None),
    ],
)
def test_dates(lang: str, title: str, expected: str | None) -> None:
    assert find_event_date(title, "", lang, FRIDAY) == expected


def test_the_turn_of_the_year() -> None:
    new_year = datetime(2025, 1, 2, 9, tzinfo=UTC).timestamp()
    assert find_event_date("Ministers met on 30 December", "", "en", new_year) == "2024-12-30"


@given(st.text(max_size=120), st.sampled_from(["en", "ar", "ru", "zz"]))
def test_any_text_gives_an_iso_date_near_publication_or_none(title: str, lang: str) -> None:
    found = find_event_date(title, "Friday 11 October", lang, FRIDAY)
    assert found is None or abs((datetime.fromisoformat(found).replace(tzinfo=UTC).timestamp() - FRIDAY) / 86400) <= 62


def test_a_headlines_day_has_the_tense_of_the_lead() -> None:
    title, friday = "وزير الخارجية يزور الدوحة الثلاثاء", "2024-10-15"
    assert find_event_date(title, "أعلنت الوزارة أن الوزير سيتوجه إلى الدوحة الثلاثاء.", "ar", FRIDAY) == friday
    assert find_event_date(title, "التقى الوزير نظيره القطري في الدوحة الثلاثاء.", "ar", FRIDAY) == "2024-10-08"


def test_a_planned_acts_day_is_to_come_unless_its_sentence_is_told_as_past() -> None:
    lead = "The minister is due to visit the capital for talks on trade and water."
    assert find_event_date("Foreign minister in Doha on Tuesday", lead, "en", FRIDAY) == "2024-10-15"
