import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream.newswire.dates import PLACEHOLDER, fill
from stream.newswire.loading import load

SUNDAY = datetime.date(2026, 11, 22)
LOCALES = sorted({outlet.locale for outlet in load().outlets.values()})


@pytest.mark.parametrize(
    ("locale", "text", "filled"),
    [
        ("en_GB", "met {on_day}, {date}", "met on Sunday, 22 November"),
        ("en_US", "{date}", "November 22"),
        ("ru_RU", "{on_day+2}", "во вторник"),
        ("ru_RU", "{date-40}", "13 октября"),
        ("ar_EG", "{on_day}", "يوم الأحد"),
        ("ar_IQ", "{date}", "22 تشرين الثاني"),
        ("ar_MA", "{date}", "22 نونبر"),
        ("fa_IR", "{on_day+3}", "روز چهارشنبه"),
        ("tr_TR", "{on_day}", "Pazar günü"),
        ("fr_FR", "{on_day-5}", "mardi"),
        ("es_ES", "{on_day}, {date}", "el domingo, 22 de noviembre"),
        ("es_ES", "{date_year}", "22 de noviembre de 2026"),
        ("ar_JO", "{month-60}", "أيلول"),
        ("es_AR", "desde {month-100}", "desde agosto"),
        ("en_GB", "{title} {unknown}", "{title} {unknown}"),
    ],
)
def test_words_are_the_locales_own(locale: str, text: str, filled: str) -> None:
    assert fill(text, SUNDAY, locale) == filled


@settings(max_examples=60)
@given(
    day=st.dates(datetime.date(2000, 1, 1), datetime.date(2100, 1, 1)),
    locale=st.sampled_from(LOCALES),
    word=st.sampled_from(["day", "on_day", "date", "date_year", "month"]),
    offset=st.integers(-60, 60),
)
def test_an_offset_is_the_same_word_on_another_day(day: datetime.date, locale: str, word: str, offset: int) -> None:
    filled = fill(f"{{{word}{offset:+d}}}", day, locale)
    assert not PLACEHOLDER.search(filled)
    assert filled == fill(f"{{{word}}}", day + datetime.timedelta(days=offset), locale)
