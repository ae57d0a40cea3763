"""The registrable domain of an address, from the public suffix list that tldextract carries: nothing is fetched."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from urllib.parse import urlsplit

from tldextract import TLDExtract

_extract = TLDExtract(suffix_list_urls=(), cache_dir=None)


def host_of(url: str | None) -> str:
    """Return the address's host in lower case without a final dot, or an empty string."""
    try:
        return (urlsplit(url or "").hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


@lru_cache(maxsize=10_000)
def _site(host: str) -> str:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        known = _extract(host)
        # A suffix that the list does not have, such as `.example`, is taken to be one label.
        return known.top_domain_under_public_suffix or ".".join(host.split(".")[-2:])


def site_of(*urls: str | None) -> str | None:
    """Return the site of the first address that has a host, such as `bbc.co.uk`; None when none has."""
    for url in urls:
        host = host_of(url)
        if host:
            return _site(host)
    return None
