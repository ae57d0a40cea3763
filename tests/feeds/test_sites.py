import pytest

from stream.feeds.sites import host_of, site_of


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.bbc.co.uk/news/1", "bbc.co.uk"),
        ("https://arabic.cnn.com/x", "cnn.com"),
        ("https://www.mofa.gov.sa/ar", "mofa.gov.sa"),
        ("https://WWW.Aljazeera.NET./x", "aljazeera.net"),
        ("https://news.al-manar-aljadid.example/1", "al-manar-aljadid.example"),
        ("http://127.0.0.1:8080/feed", "127.0.0.1"),
        ("http://[::1]:8080/feed", "::1"),
        ("http://localhost:8080/feed", "localhost"),
        ("https://gov.sa/", "gov.sa"),
    ],
)
def test_the_registrable_domain(url, site):
    assert site_of(url) == site


def test_the_first_address_with_a_host_counts():
    assert site_of(None, "", "mailto:a@b.example", "http://[bad", "https://a.example/") == "a.example"
    assert site_of(None, "tag:x") is None


def test_a_host_is_lower_case_and_without_its_final_dot():
    assert host_of("https://A.Example.:443/") == "a.example"
