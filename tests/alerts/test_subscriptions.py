import pytest

from stream.alerts.subscriptions import check_url
from stream.errors import TocsinError
from tests.alerts.conftest import T0, Desk


def test_subscriptions_are_kept_over_a_restart(desk: Desk) -> None:
    first = desk.subscribe("https://example.org/1", now=T0)
    second = desk.subscribe("https://example.org/2", now=T0 + 1)
    desk.reopen()
    assert desk.subscriptions.all() == [first, second]
    assert desk.subscriptions.get(first.id).secret == first.secret
    assert first.id != second.id
    assert first.secret not in repr(first)


def test_a_removed_one_is_gone(desk: Desk) -> None:
    one = desk.subscribe()
    desk.subscriptions.remove(one.id)
    assert desk.subscriptions.all() == []
    with pytest.raises(TocsinError, match="there is no subscription"):
        desk.subscriptions.remove(one.id)


def test_enabling_forgets_the_failures(desk: Desk) -> None:
    one = desk.subscribe()
    with desk.store.transaction() as db:
        db.execute("UPDATE subscriptions SET disabled = 'gone', failing_since = 5, paused_until = 9e9")
    desk.subscriptions.enable(one.id)
    assert desk.subscriptions.get(one.id) == one


@pytest.mark.parametrize(
    "url",
    ["ftp://example.org", "example.org/hook", "https://", "https://a b.org/", "https://[::1", "https://x:99999/", ""],
)
def test_what_is_no_webhook_url_is_refused(url: str) -> None:
    with pytest.raises(TocsinError, match="URL"):
        check_url(url, allow_private=True)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "http://localhost:80/", "http://[::1]/", "http://10.1.2.3/", "http://169.254.169.254/latest"],
)
def test_private_addresses_are_refused_unless_allowed(url: str) -> None:
    with pytest.raises(TocsinError, match="TOCSIN_ALLOW_PRIVATE"):
        check_url(url, allow_private=False)
    assert check_url(url, allow_private=True) == url


def test_a_password_in_the_url_is_refused() -> None:
    with pytest.raises(TocsinError, match="leave it out"):
        check_url("https://me:secret@example.org/hook", allow_private=False)


def test_a_public_url_passes_as_given() -> None:
    assert check_url("https://Example.org:8443/Hook?x=1", allow_private=False) == "https://Example.org:8443/Hook?x=1"
