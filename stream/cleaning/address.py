"""One address per article, whatever way a reader came to it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

from courlan import clean_url
from w3lib.url import canonicalize_url

_MOBILE = re.compile(r"^(?:www\d?|m|mobile|amp|wap)\.(?=[^.]+\.)")
_AMP_PATH = re.compile(r"/(?:amp|amp\.html)/?$|(?<=/)amp/(?=.)|\.amp(?=\.html$)")
_AMP_QUERY = re.compile(r"(?:^|&)(?:amp|outputtype=amp|output=amp)(?:=[^&]*)?(?=&|$)", re.IGNORECASE)
_TRACKING = re.compile(
    r"(?:^|&)(?:utm_\w+|at_\w+|xtor|fbclid|gclid|yclid|igshid|mc_[ce]id|cmpid|ns_\w+|ito|ocid|smid|partner|rss|traffic_source|"
    r"cmp|ref|referer|referrer|source|src|feature|feedtype|feedname|tid|maca|wt_mc|mod|guccounter|__twitter_impression)"
    r"(?:=[^&]*)?(?=&|$)",
    re.IGNORECASE,
)


def canonical_url(url: str | None) -> str | None:
    """Return the address under which an article is known; None when there is none or it is no web address.

    `https`, the host in lower case without `www.`, `m.` or `amp.`, no default port, no fragment, no tracking or AMP
    marks, sorted parameters, no slash at the end.
    """
    if not url or not re.match(r"https?://[^/\s]", url.strip(), re.IGNORECASE):
        return None
    try:
        cleaned = clean_url(url.strip()) or url.strip()
        parts = urlsplit(canonicalize_url(cleaned))
        host, port = (parts.hostname or "").lower().rstrip("."), parts.port
    except ValueError:
        return None
    if "." not in host and host != "localhost":
        return None
    host = _MOBILE.sub("", host)
    netloc = host if port in {None, 80, 443} else f"{host}:{port}"
    query = _TRACKING.sub("", _AMP_QUERY.sub("", parts.query)).strip("&")
    path = _AMP_PATH.sub("", parts.path).rstrip("/")
    return urlunsplit(("https", netloc, path, query, ""))
