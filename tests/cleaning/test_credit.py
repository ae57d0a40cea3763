import pytest

from stream.cleaning.credit import agency_named, agency_of_site, closing, credit_line, opening
from stream.cleaning.phrases import table


@pytest.mark.parametrize(
    ("text", "agency", "rest"),
    [
        ("SILMA (Reuters) - Ministers met.", "reuters", "SILMA - Ministers met."),
        ("SILMA, May 5 (Xinhua) -- Ministers met.", "xinhua", "SILMA, May 5 - Ministers met."),
        ("(ANSA) - ROMA, 05 MAG - I ministri.", "ansa", "ROMA, 05 MAG - I ministri."),
        ("سيلما - رويترز: اجتمع الوزيران.", "reuters", "سيلما - اجتمع الوزيران."),
        ("سيلما (أ ف ب) - اجتمع الوزيران.", "afp", "سيلما - اجتمع الوزيران."),
        ("سيلما (د ب أ)- اجتمع الوزيران.", "dpa", "سيلما - اجتمع الوزيران."),
        ("واس - سيلما: اجتمع الوزيران.", "spa", "سيلما: اجتمع الوزيران."),
        ("СИЛЬМА, 5 мая — РИА Новости. Министры встретились.", "ria", "СИЛЬМА, 5 мая - Министры встретились."),
        ("تهران - ایرنا - وزیران دیدار کردند.", "irna", "تهران - وزیران دیدار کردند."),
        ("به گزارش خبرگزاری تسنیم، وزیران دیدار کردند.", "tasnim", "به گزارش خبرگزاری تسنیم، وزیران دیدار کردند."),
        ("新华社北京5月1日电 外长会谈。", "xinhua", "新华社北京5月1日电 外长会谈。"),
    ],
)
def test_datelines(text: str, agency: str, rest: str) -> None:
    found = opening(text)
    assert found is not None
    assert (found.agency, found.rest) == (agency, rest)


@pytest.mark.parametrize(
    "text",
    [
        "The minister told Reuters that the talks went on - but not for long.",
        "قال الوزير لرويترز إن المحادثات مستمرة.",
        "Reuters reported on Tuesday that ministers met.",
        "وقالت وكالة الأنباء الألمانية إن الوزيرين اجتمعا.",
        "Министр заявил ТАСС, что переговоры продолжаются.",
        "به گزارش نگهبانان مرزی، گذرگاه بسته است.",
        "",
    ],
)
def test_a_mention_is_no_credit(text: str) -> None:
    assert opening(text) is None
    assert closing(text) is None


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("Source: Reuters", "reuters"),
        ("المصدر: رويترز", "reuters"),
        ("أ ف ب", "afp"),
        ("AFP / AP", "afp"),
        ("Kaynak: AA", "anadolu"),
    ],
)
def test_credit_lines(text: str, agency: str) -> None:
    assert credit_line(text) == agency


@pytest.mark.parametrize(
    "text", ["Reuters journalists went on strike", "رويترز تعلن نتائجها", "Source: the ministry", "وكالات", ""]
)
def test_lines_that_are_no_credit(text: str) -> None:
    assert credit_line(text) is None


def test_a_bracket_closes_an_article_but_a_photo_credit_does_not() -> None:
    found = closing("اجتمع الوزيران في سيلما. (رويترز)")
    assert found is not None
    assert (found.agency, found.rest) == ("reuters", "اجتمع الوزيران في سيلما.")
    assert closing("Ministers met. (AP Photo/Jo Vale)") is None
    assert closing("Ministers met (and left).") is None


def test_names_of_the_feed_and_sites() -> None:
    assert agency_named("AFP") == "afp"
    assert agency_named("Agence France-Presse") == "afp"
    assert agency_named("By Jo Vale") is None
    assert agency_of_site("www.tass.ru") == "tass"
    assert agency_of_site("outlet.example") is None


def test_no_name_stands_for_two_agencies() -> None:
    seen: dict[str, str] = {}
    for agency, entry in table("agencies").items():
        for name in entry.get("names", ()):
            assert seen.setdefault(name, agency) == agency
