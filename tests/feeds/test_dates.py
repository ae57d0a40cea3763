from datetime import UTC, datetime

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream.feeds.dates import item_time, read_time

NOW = datetime(2025, 6, 30, 16, tzinfo=UTC).timestamp()


def entry(text: str) -> feedparser.FeedParserDict:
    from html import escape

    document = (
        f"<rss version='2.0'><channel><item><title>t</title><pubDate>{escape(text)}</pubDate></item></channel></rss>"
    )
    return feedparser.parse(document).entries[0]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Mon, 30 Jun 2025 10:11:12 GMT", "en", "2025-06-30T10:11:12"),
        ("Mon, 30 Jun 2025 10:11:12 +0300", "ar", "2025-06-30T07:11:12"),
        ("30 Jun 2025 10:11:12 EDT", "en", "2025-06-30T14:11:12"),
        ("2025-06-30T10:11:12Z", "en", "2025-06-30T10:11:12"),
        ("2025-06-30T10:11:12+03:00", "ar", "2025-06-30T07:11:12"),
        ("2025-06-30 10:11:12", "he", "2025-06-30T10:11:12"),
        ("2025-06-30 09:00 +03", "ar", "2025-06-30T06:00:00"),
        ("30 يونيو 2025 14:05", "ar", "2025-06-30T14:05:00"),
        ("الإثنين، ٣٠ حزيران ٢٠٢٥ 14:05", "ar", "2025-06-30T14:05:00"),
        ("30 حزيران/يونيو 2025 14:05", "ar", "2025-06-30T14:05:00"),
        ("30 يونيو 2025 02:05 م", "ar", "2025-06-30T14:05:00"),
        ("30 يونيو 2025 02:05 صباحا", "ar", "2025-06-30T02:05:00"),
        ("15 كانون الثاني 2025", "ar", "2025-01-15T00:00:00"),
        ("15 تشرين الأول 2024", "ar", "2024-10-15T00:00:00"),
        ("30 جوان 2025", "ar", "2025-06-30T00:00:00"),
        ("9 غشت 2024", "ar", "2024-08-09T00:00:00"),
        ("Sat, 05 يوليو 2025 18:26:00 +0300", "ar", "2025-07-05T15:26:00"),
        ("03/07/2025 10:11", "ar", "2025-07-03T10:11:00"),
        ("منذ 3 ساعات", "ar", "2025-06-30T13:00:00"),
        ("30 juin 2025 à 10h30", "fr", "2025-06-30T10:30:00"),
        ("Пн, 30 июня 2025 10:00", "ru", "2025-06-30T10:00:00"),
        ("2025年6月30日 10:30", "zh", "2025-06-30T10:30:00"),
        ("30 Haziran 2025 10:30", "tr", "2025-06-30T10:30:00"),
        ("Jun 30 2025 10:11PM", "en", "2025-06-30T22:11:00"),
    ],
)
def test_dates_as_feeds_write_them(text, language, expected):
    moment, unread = item_time(entry(text), language, NOW)
    assert unread is None
    assert datetime.fromtimestamp(moment, UTC).replace(tzinfo=None).isoformat() == expected


@pytest.mark.parametrize("text", ["yesterday-ish", "0000-00-00 00:00:00", "soon"])
def test_what_cannot_be_read_is_named_and_not_made_up(text):
    moment, unread = item_time({"published": text}, "en", NOW)
    assert moment is None
    assert unread == text


def test_the_next_field_is_tried():
    assert item_time({"published": "rubbish", "updated": "2025-06-30T10:00:00Z"}, None, NOW) == (NOW - 6 * 3600, None)


def test_no_date_at_all_is_no_fault():
    assert item_time({}, "ar", NOW) == (None, None)


def test_an_unknown_language_still_reads_english_months():
    assert read_time("30 June 2025, 10:00", "xx", NOW) == NOW - 6 * 3600


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_any_string_gives_a_time_or_none(text):
    moment = read_time(text, "ar", NOW)
    assert moment is None or moment >= 0
