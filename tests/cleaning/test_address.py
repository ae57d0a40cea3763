import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream.cleaning.address import canonical_url


@pytest.mark.parametrize(
    "url",
    [
        "http://outlet.example/world/a?id=7",
        "https://www.outlet.example/world/a?id=7&utm_source=rss&utm_medium=feed",
        "https://m.outlet.example/world/a/?fbclid=x&id=7#comments",
        "https://outlet.example:443/world/a?id=7",
        "http://OUTLET.example:80/world/a?id=7",
        "https://amp.outlet.example/world/a?id=7",
        "https://outlet.example/world/a/amp/?id=7",
        "https://outlet.example/world/a?id=7&amp",
        "  https://outlet.example/world/a?at_campaign=rss&id=7 ",
    ],
)
def test_ways_to_one_article(url: str) -> None:
    assert canonical_url(url) == "https://outlet.example/world/a?id=7"


@pytest.mark.parametrize(
    "url", [None, "", "/world/a", "mailto:a@outlet.example", "javascript:void(0)", "http://", "http://[::1"]
)
def test_what_is_no_address(url: str | None) -> None:
    assert canonical_url(url) is None


def test_what_tells_articles_apart_stays() -> None:
    urls = ["https://outlet.example/a?id=1", "https://outlet.example/a?id=2", "https://outlet.example/b?id=1", "https://outlet.example:8080/a?id=1"]  # fmt: skip  # noqa: E501 - one list, one look
    assert len({canonical_url(url) for url in urls}) == len(urls)


@settings(max_examples=80, deadline=None)
@given(st.from_regex(r"https?://[a-z]{1,8}\.example(:\d{2,4})?/[a-z/%.?&=#]{0,30}", fullmatch=True))
def test_a_canonical_address_is_its_own(url: str) -> None:
    found = canonical_url(url)
    assert found is None or canonical_url(found) == found
