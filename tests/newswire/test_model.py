import pytest

from stream.newswire.loading import load
from stream.newswire.model import Item


def item(key: str) -> Item:
    return next(item for item in load().items if item.key == key)


def test_a_link_is_the_address_with_the_outlets_tracking() -> None:
    marfa = item("marfa/muttrah-fish-market")
    assert marfa.url == f"https://marfa-alakhbar.example/news/muttrah-fish-market-{marfa.number}"
    assert marfa.link == marfa.url + "?utm_source=rss&utm_medium=feed&utm_campaign=marfa"


def test_tracking_joins_a_query_that_is_there() -> None:
    qantara = item("qantara/basra-salinity")
    assert qantara.url == f"https://qantarat-baghdad.example/article?id={qantara.number}"
    assert qantara.link == qantara.url + "&ref=rss"


def test_an_outlet_without_tracking_gives_the_plain_address() -> None:
    karoo = item("karoo/cape-dam-levels")
    assert karoo.link == karoo.url


@pytest.mark.parametrize("key", list(load().outlets))
def test_by_outlet_gives_that_outlets_items_only(key: str) -> None:
    items = load().by_outlet(key)
    assert items
    assert {item.outlet.key for item in items} == {key}
