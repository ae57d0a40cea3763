import pytest

from stream.windows.origins import origin_of


@pytest.mark.parametrize(
    ("site", "credit", "origin"),
    [
        ("paper.example", None, "paper.example"),
        ("www.paper.example", None, "paper.example"),
        ("paper.example", "reuters", "reuters"),
        ("reuters.com", None, "reuters"),
        ("www.reuters.com", None, "reuters"),
        ("reuters.com", "afp", "afp"),
    ],
)
def test_an_origin_is_the_agency_else_the_outlet(site: str, credit: str | None, origin: str) -> None:
    assert origin_of(site, credit) == origin
