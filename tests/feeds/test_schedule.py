import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream.feeds import schedule

NOW = 1_750_000_000.0
DATE = "Sun, 15 Jun 2025 15:06:40 GMT"  # NOW


def test_without_advice_the_interval_stands():
    assert schedule.delay(300) == 300


def test_hints_stretch_the_interval_up_to_their_cap():
    assert schedule.delay(300, hints=(600, None)) == 600
    assert schedule.delay(300, hints=(86_400,)) == schedule.MAX_HINT
    assert schedule.delay(3600, hints=(600,)) == 3600


def test_failures_double_the_delay_and_never_stop_the_polling():
    assert [schedule.delay(60, errors=n) for n in range(4)] == [60, 120, 240, 480]
    assert schedule.delay(60, errors=10_000) == schedule.MAX_BACKOFF
    assert schedule.delay(7200, errors=3) == 7200


def test_a_demand_to_wait_goes_beyond_the_cap_of_hints():
    assert schedule.delay(60, wait=7200) == 7200
    assert schedule.delay(60, wait=1) == 60


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("999999999999", schedule.MAX_RETRY_AFTER),
        ("Sun, 15 Jun 2025 15:07:40 GMT", 60),
        ("Sun, 15 Jun 2025 15:00:00 GMT", 0),
        ("soon", None),
        ("-5", None),
        ("١٢", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value, seconds):
    assert schedule.retry_after({"retry-after": value}, NOW) == seconds


def test_dates_are_read_against_the_servers_own_clock():
    headers = {"date": "Sun, 15 Jun 2025 14:06:40 GMT", "retry-after": "Sun, 15 Jun 2025 14:07:40 GMT"}
    assert schedule.retry_after(headers, NOW) == 60
    assert schedule.freshness({"date": DATE, "expires": "Sun, 15 Jun 2025 15:16:40 GMT"}, 0.0) == 600


@pytest.mark.parametrize(
    ("control", "seconds"),
    [
        ("max-age=600", 600),
        ("public, MAX-AGE=600, must-revalidate", 600),
        ('max-age="600"', 600),
        ("max-age=600, no-cache", None),
        ("no-store", None),
        ("max-age=never", 0),
        ("", None),
    ],
)
def test_cache_control(control, seconds):
    assert schedule.freshness({"cache-control": control}, NOW) == seconds


def test_age_counts_against_max_age():
    assert schedule.freshness({"cache-control": "max-age=600", "age": "500"}, NOW) == 100
    assert schedule.freshness({"cache-control": "max-age=600", "age": "9999"}, NOW) == 0


def test_ttl_and_syndication():
    assert schedule.ttl("15") == 900
    assert schedule.ttl("0") is None
    assert schedule.ttl("often") is None
    assert schedule.ttl(None) is None
    assert schedule.syndication("hourly", "2") == 1800
    assert schedule.syndication("daily", None) == 86_400
    assert schedule.syndication("hourly", "0") == 3600
    assert schedule.syndication("fortnightly", "1") is None


def test_jitter_is_the_feeds_own():
    assert schedule.jitter("https://a.example/") == schedule.jitter("https://a.example/")
    assert len({schedule.jitter(f"https://{n}.example/") for n in range(50)}) == 50


@settings(max_examples=60)
@given(
    interval=st.floats(0.5, 1e5),
    errors=st.integers(0, 10**6),
    hints=st.lists(st.one_of(st.none(), st.floats(0, 1e9)), max_size=3),
    wait=st.one_of(st.none(), st.floats(0, schedule.MAX_RETRY_AFTER)),
    url=st.text(),
)
def test_the_next_poll_is_never_sooner_than_the_interval_nor_lost_in_the_future(interval, errors, hints, wait, url):
    wanted = schedule.delay(interval, errors=errors, hints=hints, wait=wait)
    after = schedule.next_poll(NOW, wanted, schedule.jitter(url)) - NOW
    longest = max(interval, schedule.MAX_HINT, schedule.MAX_BACKOFF, wait or 0)
    assert interval * 0.999 <= after <= longest * (1 + schedule.JITTER) + 1


@settings(max_examples=60)
@given(
    st.dictionaries(st.sampled_from(["retry-after", "cache-control", "expires", "date", "age"]), st.text(max_size=40))
)
def test_no_header_breaks_the_reading(headers):
    assert (schedule.retry_after(headers, NOW) or 0) >= 0
    assert (schedule.freshness(headers, NOW) or 0) >= 0
