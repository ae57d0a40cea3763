"""Which items of a feed are one item: by guid, by address, by words, trusting each only where it tells items apart.

A feed that renumbers its guids must not look like fifty new articles (it would fake a burst), and a feed that gives
every item one guid or one link must not lose forty-nine. So an item carries every key that is trustworthy in its
document, and is known when any of them was seen before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import urlsplit

from w3lib.url import url_query_cleaner

from stream.ids import article_id
from stream.records import RawArticle

TRACKING = (
    *("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id", "at_medium", "at_campaign"),
    *("ns_campaign", "ns_mchannel", "ns_source", "fbclid", "gclid", "ocid", "cmpid", "wt_mc", "taid", "traffic_source"),
)
ENOUGH_WORDS = 100
"""Characters of headline and content from which equal words mean the same item."""

Key = bytes


@dataclass(frozen=True, slots=True)
class Item:
    """An article with the keys that it is known by."""

    article: RawArticle
    keys: tuple[Key, ...]


def comparable(url: str) -> str:
    """Return an address for comparing: no scheme, `www.`, fragment, tracking parameters or final slash."""
    try:
        parts = urlsplit(url_query_cleaner(url, TRACKING, remove=True))
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return url
    return f"{host}{f':{port}' if (port := _port(parts.netloc)) else ''}{parts.path.rstrip('/')}?{parts.query}".rstrip(
        "?"
    )


def _port(netloc: str) -> str:
    return netloc.rpartition(":")[2] if netloc.rpartition(":")[2].isdigit() else ""


def distinguish(articles: Sequence[RawArticle], home: str | None = None) -> list[Item]:
    """Return each article with its trustworthy keys.

    An article whose address is also its neighbours' is given an id of its own, which the clean step keeps: derived from
    the address, the ids of all would be one.

    Args:
        articles: the items of one document.
        home: the feed's own page, which is nobody's article.
    """
    front = comparable(home) if home else None
    addresses = [comparable(article.url) if article.url else None for article in articles]
    titles = [article.title for article in articles]
    guids = [article.guid for article in articles]
    shared_addresses = _ambiguous(zip(addresses, zip(guids, titles, strict=True), strict=True))
    shared_guids = _ambiguous(zip(guids, zip(addresses, titles, strict=True), strict=True))
    items = []
    for article, address in zip(articles, addresses, strict=True):
        own_address = address if address != front and address not in shared_addresses else None
        own_guid = article.guid if article.guid not in shared_guids else None
        if article.url and own_address is None:
            article.id = article_id(
                url=None, feed=article.feed, guid=own_guid, title=article.title, content=article.content
            )
        elif article.url is None and article.guid and own_guid is None:
            article.id = article_id(
                url=None, feed=article.feed, guid=None, title=article.title, content=article.content
            )
        items.append(Item(article, tuple(_keys(article, own_address, own_guid))))
    return items


def _ambiguous(pairs: Iterable[tuple[str | None, tuple[str | None, str]]]) -> set[str]:
    """Return the values that items share which differ both in their other name (where they have one) and in title."""
    others: dict[str, list[tuple[str | None, str]]] = defaultdict(list)
    for value, other in pairs:
        if value is not None:
            others[value].append(other)
    shared = set()
    for value, group in others.items():
        names = {name for name, _ in group}
        titles = {title for _, title in group}
        if len(titles) > 1 and (len(names) > 1 or None in names):
            shared.add(value)
    return shared


def _keys(article: RawArticle, address: str | None, guid: str | None) -> Iterable[Key]:
    if guid:
        yield _key("guid", guid)
    if address:
        yield _key("url", address)
    if not (guid or address) or len(article.title) + len(article.content) >= ENOUGH_WORDS:
        yield _key("words", article.title, article.content)


def _key(*parts: str) -> Key:
    digest = blake2b(digest_size=16)
    for part in parts:
        digest.update(part.encode())
        digest.update(b"\0")
    return digest.digest()


def unseen(items: Iterable[Item], known: Iterable[Key]) -> list[Item]:
    """Return the items none of whose keys is known, each once."""
    taken = set(known)
    new = []
    for item in items:
        if taken.isdisjoint(item.keys):
            new.append(item)
        taken.update(item.keys)
    return new
