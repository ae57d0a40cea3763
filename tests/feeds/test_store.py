import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from stream.errors import TocsinError
from stream.feeds import store as module
from stream.feeds.opml import Outline
from stream.feeds.store import Report, Store

A = Outline("https://a.example/rss", "A", "ar", "SA", "Arabic", {"source": "x"})
B = Outline("https://b.example/rss", "B")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "deep" / "feeds.db")
    yield opened
    opened.close()


def fetched(at: float, **more: object) -> Report:
    return Report(at=at, next_poll=at + 60, outcome="fetched", **more)  # type: ignore[arg-type]


def keys(*numbers: int) -> list[bytes]:
    return [n.to_bytes(16, "big") for n in numbers]


def test_a_feed_comes_back_as_it_was_added(store):
    assert store.add(A)
    (feed,) = store.feeds()
    assert (feed.url, feed.title, feed.language, feed.country) == (A.url, "A", "ar", "SA")
    assert (feed.category, feed.extras, feed.own) == ("Arabic", {"source": "x"}, True)
    assert (feed.health, feed.address, feed.errors) == ("new", A.url, 0)
    assert store.get(A.url) == feed
    assert store.get("https://nobody.example/") is None


def test_feeds_fall_due_in_the_order_of_their_times(store):
    store.add(A)
    store.add(B)
    first, second = store.feeds()
    store.record(first.id, fetched(100.0))
    assert [feed.url for feed in store.due(100.0)] == [B.url]
    store.record(second.id, fetched(90.0))
    assert [feed.url for feed in store.due(200.0)] == [B.url, A.url]
    assert store.due(149.0) == []


def test_a_report_is_remembered(store):
    store.add(A)
    (feed,) = store.feeds()
    store.record(feed.id, fetched(100.0, etag='"x"', modified="yesterday", body_hash=b"h", items=3, moved_to=B.url))
    (feed,) = store.feeds()
    assert (feed.etag, feed.modified, feed.body_hash, feed.items) == ('"x"', "yesterday", b"h", 3)
    assert (feed.health, feed.last_success, feed.address) == ("healthy", 100.0, B.url)
    store.record(feed.id, Report(at=200.0, next_poll=300.0, outcome="failed", reason="dns", errors=1))
    (feed,) = store.feeds()
    assert (feed.health, feed.last_success, feed.last_poll, feed.items) == ("failing", 100.0, 200.0, 3)


def test_a_gone_feed_is_not_polled_until_a_person_adds_it_again(store):
    store.add(A)
    (feed,) = store.feeds()
    store.record(feed.id, Report(at=1.0, next_poll=1.0, outcome="gone", disabled="gone", errors=1))
    assert store.due(1e9) == []
    store.sync([A])
    assert store.feeds()[0].health == "disabled"
    assert not store.add(A)
    assert [f.health for f in store.due(1e9)] == ["healthy"]


def test_the_list_brings_and_takes_its_feeds_but_not_a_persons_own(store):
    own = Outline("https://own.example/rss")
    store.add(own)
    assert store.sync([A, B]) == (2, 0)
    assert store.sync([A]) == (0, 1)
    assert {feed.url for feed in store.feeds()} == {own.url, A.url}


def test_a_feed_of_the_list_that_a_person_removed_stays_away(store):
    store.sync([A])
    assert store.remove(A.url)
    store.sync([A])
    assert store.due(1e9) == []
    assert store.feeds()[0].disabled == "removed"


def test_a_persons_own_feed_is_forgotten_with_all_it_had_seen(store):
    store.add(A)
    (feed,) = store.feeds()
    store.record(feed.id, fetched(1.0), keys(1))
    assert store.remove(A.url)
    assert not store.remove(A.url)
    assert store.feeds() == []
    assert store.known(feed.id, keys(1)) == set()


def test_syncing_keeps_the_state_and_takes_over_names(store):
    store.sync([A])
    (feed,) = store.feeds()
    store.record(feed.id, fetched(1.0, etag="e"), keys(1))
    store.sync([Outline(A.url, "Renamed", None, None)])
    (feed,) = store.feeds()
    assert (feed.title, feed.language, feed.etag) == ("Renamed", "ar", "e")
    assert store.known(feed.id, keys(1, 2)) == set(keys(1))


def test_seen_keys_belong_to_their_feed(store):
    store.add(A)
    store.add(B)
    a, b = store.feeds()
    store.record(a.id, fetched(1.0), keys(1, 2))
    assert store.known(a.id, keys(1, 2, 3)) == set(keys(1, 2))
    assert store.known(b.id, keys(1)) == set()


def test_keys_that_left_the_feed_are_forgotten_in_time(store):
    store.add(A)
    (feed,) = store.feeds()
    store.record(feed.id, fetched(0.0), keys(1, 2))
    later = module.KEEP_SECONDS + 1.0
    store.record(feed.id, fetched(later), keys(2, 3))
    assert store.known(feed.id, keys(1, 2, 3)) == set(keys(2, 3))


def test_an_item_still_in_the_feed_is_never_forgotten(store, monkeypatch):
    monkeypatch.setattr(module, "KEEP_KEYS", 2)
    store.add(A)
    (feed,) = store.feeds()
    store.record(feed.id, fetched(1.0), keys(1, 2, 3, 4))
    assert store.known(feed.id, keys(1, 2, 3, 4)) == set(keys(1, 2, 3, 4))
    store.record(feed.id, fetched(2.0), keys(3, 4, 5))
    store.record(feed.id, fetched(3.0), keys(6))
    assert len(store.known(feed.id, keys(1, 2, 3, 4, 5))) == 2
    assert store.known(feed.id, keys(1, 2, 6)) == set(keys(6))
    # Unchanged for years, then one item more: the old ones are still no news.
    store.record(feed.id, fetched(1e9), keys(6, 7))
    assert store.known(feed.id, keys(6, 7)) == set(keys(6, 7))


def test_a_report_on_a_feed_that_was_removed_meanwhile_is_dropped(store):
    store.add(A)
    (feed,) = store.feeds()
    store.remove(A.url)
    store.record(feed.id, fetched(1.0), keys(1))
    assert store.known(feed.id, keys(1)) == set()


def test_a_failed_write_leaves_nothing_behind(store):
    store.add(A)
    (feed,) = store.feeds()

    def broken():
        yield keys(1)[0]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.record(feed.id, fetched(1.0, etag="e"), broken())
    assert store.feeds()[0].etag is None
    assert store.known(feed.id, keys(1)) == set()


def test_a_host_that_asks_for_quiet_is_left_alone_with_all_its_feeds(store):
    store.add(A)
    store.add(Outline("https://a.example/other"))
    store.add(B)
    store.defer_host("a.example", 500.0)
    assert [feed.url for feed in store.due(499.0)] == [B.url]
    store.defer_host("a.example", 100.0)
    assert len(store.due(499.0)) == 1


def test_two_processes_see_each_others_feeds(store, tmp_path):
    other = Store(tmp_path / "deep" / "feeds.db")
    other.add(A)
    assert [feed.url for feed in store.due(0.0)] == [A.url]
    other.close()


def test_a_file_that_is_no_database_is_named(tmp_path):
    path = tmp_path / "feeds.db"
    path.write_bytes(b"not sqlite" * 200)
    with pytest.raises(TocsinError, match="TOCSIN_DATA"):
        Store(path)


def test_the_state_of_a_newer_tocsin_is_not_touched(tmp_path):
    path = tmp_path / "feeds.db"
    Store(path).close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(TocsinError, match="newer"):
        Store(path)
