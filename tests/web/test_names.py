import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from stream.web import names


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("ar", "ar"),
        ("xx-nonsense, fr;q=0.5, ru;q=0.9", "ru"),
        ("ar-EG,en;q=0.8", "ar"),
        ("zh-Hant-TW", "zh"),
        ("*", "en"),
        ("de;q=0, fr", "fr"),
        ("de;q=x, fr;q=0.1", "fr"),
        ("a" * 5000, "en"),
    ],
)
def test_the_viewers_language(header: str, language: str) -> None:
    assert names.viewer_locale(header).language == language


@given(st.text(max_size=80))
def test_no_header_and_no_language_code_breaks_the_page(text: str) -> None:
    assert names.viewer_locale(text)
    assert names.direction(text) in {"ltr", "rtl", "auto"}


@pytest.mark.parametrize(
    ("lang", "direction"),
    [
        ("ar", "rtl"),
        ("fa", "rtl"),
        ("he", "rtl"),
        ("ur", "rtl"),
        ("en", "ltr"),
        ("ru", "ltr"),
        ("und", "auto"),
        ("", "auto"),
    ],
)
def test_direction(lang: str, direction: str) -> None:
    assert names.direction(lang) == direction


def test_parties_are_named_in_the_viewers_language() -> None:
    arabic = Locale("ar")
    assert names.party("EG", arabic) == "مصر"
    assert names.party("EU", Locale("fr")) == "Union européenne"
    assert names.party("ARAB_LEAGUE", arabic) == "جامعة الدول العربية"
    assert names.party("ARAB_LEAGUE", Locale("fr")) == "Arab League"
    assert names.party("NEW_BODY", arabic) == "New Body"
    assert names.party("XYZ", arabic) == "XYZ"


def test_times() -> None:
    assert names.machine_time(1_780_000_000) == "2026-05-28T20:26:40Z"
    assert names.clock(1_780_000_000, Locale("en")) == "28 May 2026, 20:26 UTC"
    assert names.clock(1e300, Locale("en")) == "?"
    assert names.machine_time(float("nan")) == "1970-01-01T00:00:00Z"


def test_words() -> None:
    assert names.act("consult") == "talks"
    assert names.act("unheard") == "unheard"
    assert names.act(None) is None
    assert names.language("ar", Locale("en")) == "Arabic"
    assert names.html_lang("und") == ""
