"""Whose words an article is in.

An origin is an outlet writing for itself, or the agency whose dispatch it prints. Copies have the origin of what they
copy, whoever prints them: that is decided where the copy is found.
"""

from __future__ import annotations

from stream.cleaning.credit import agency_of_site


def origin_of(site: str, credit: str | None) -> str:
    """Return the origin of an article that is no copy: the agency it credits or is, else its outlet."""
    host = site.removeprefix("www.")
    return credit or agency_of_site(host) or host
