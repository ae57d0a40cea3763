"""Bytes of a feed → its items as records, and every problem with a reason. Pure: no clock, no network.

    body → text (encoding) → document (markup) → feedparser → articles (+ problems) → told apart (identity)

feedparser is pure Python, tens of milliseconds for a hundred items: call `parse` off the event loop.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

import feedparser

from stream.errors import Refused
from stream.feeds import markup, schedule
from stream.feeds.dates import item_time
from stream.feeds.encoding import decode
from stream.feeds.identity import Item, distinguish
from stream.feeds.sites import host_of, site_of
from stream.ids import derive
from stream.records import RawArticle

MAX_CONTENT = 200_000
"""Characters of an item's content that are kept: well over any article, well under a broker's megabyte per record."""
MAX_TITLE = 2_000
MAX_NAME = 500
MAX_ADDRESS = 4_000

REDIRECTORS = frozenset(
    {"news.google.com", "feedproxy.google.com", "feeds.feedburner.com", "rss.app", "go.theregister.com"}
)
"""Hosts that only forward: an item's outlet is who it credits, not them."""

UNUSABLE = frozenset({"empty", "html_page", "not_a_feed", "entities", "too_complex", "parser_error"})
"""Reasons for which a document gives nothing; with the others (`malformed`, `encoding`, `items_lost`, `no_items`) it is
a feed with faults."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with one item, or with one of its fields."""

    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """What a document held.

    Attributes:
        items: in the document's order; a malformed feed gives those that could be recovered.
        problems: of single items.
        reason: what is wrong with the feed as a whole, None when nothing is.
        hints: the publisher's update rhythm in seconds (`ttl`, `sy`).
    """

    items: list[Item] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    reason: str | None = None
    detail: str = ""
    title: str = ""
    language: str | None = None
    hints: tuple[float | None, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether the document is a feed, however broken."""
        return self.reason not in UNUSABLE


@dataclass(frozen=True, slots=True)
class _Context:
    """What an item inherits from its feed."""

    url: str
    base: str
    home: str | None
    outlet: str
    language: str | None
    fetched: float


def parse(
    body: bytes,
    *,
    url: str,
    fetched: float,
    headers: Mapping[str, str] | None = None,
    base: str | None = None,
    outlet: str = "",
    language: str | None = None,
) -> ParsedFeed:
    """Return the items and problems of a feed document.

    Args:
        body: decompressed.
        url: the feed as it was subscribed to; it names the feed in the records.
        fetched: when, in seconds since the epoch.
        headers: of the response, names in lower case.
        base: where the document was found after redirects, for relative links; `url` by default.
        outlet: the outlet's name as a person gave it; the feed's own title by default.
        language: likewise.
    """
    headers = headers or {}
    if not body.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        return ParsedFeed(reason="empty", detail="the body is empty")
    decoded = decode(body, _charset(headers.get("content-type", "")))
    try:
        document, mended = markup.document(decoded.text)
        found = _feedparser(document, base or url, headers.get("content-language"))
    except Refused as refusal:
        return ParsedFeed(reason=refusal.reason, detail=refusal.detail)
    if not found.get("version") and not found.entries:
        reason = "html_page" if markup.is_html(document) else "not_a_feed"
        return ParsedFeed(reason=reason, detail=f"starts with {document.strip()[:60]!r}")
    context = _context(found, url, base or url, outlet, language, fetched)
    articles, problems = _articles(found.entries, context)
    told, detail = _verdict(found, markup.count_items(document), decoded.note, mended)
    return ParsedFeed(
        items=distinguish(articles, context.home),
        problems=problems,
        reason=told,
        detail=detail,
        title=markup.plain(found.feed.get("title", "")),
        language=context.language,
        hints=(
            schedule.ttl(found.feed.get("ttl")),
            schedule.syndication(found.feed.get("sy_updateperiod"), found.feed.get("sy_updatefrequency")),
        ),
    )


def _charset(content_type: str) -> str | None:
    message = Message()
    message["content-type"] = content_type
    return message.get_content_charset()


def _feedparser(document: str, base: str, language: str | None) -> Any:
    # A stream, because feedparser takes bytes for a file name first; UTF-8 and a fitting type, so that it
    # does not guess.
    # Sanitising and rewriting links inside the content is half its time and the clean step reads text only.
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": base}
    try:
        return feedparser.parse(
            io.BytesIO(document.encode()),
            response_headers=headers | ({"content-language": language} if language else {}),
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:  # what a hostile document provokes in there is not known
        raise Refused("parser_error", repr(error)[:300]) from error


def _context(found: Any, url: str, base: str, outlet: str, language: str | None, fetched: float) -> _Context:
    home = _absolute(found.feed.get("link"), base)
    title = markup.plain(found.feed.get("title", ""))
    return _Context(
        url=url,
        base=base,
        home=home,
        outlet=(outlet or title or site_of(home, url) or url)[:MAX_NAME],
        language=language or _language(found.feed.get("language")),
        fetched=fetched,
    )


def _language(tag: str | None) -> str | None:
    primary = (tag or "").replace("_", "-").partition("-")[0].strip().lower()
    return primary if primary.isascii() and primary.isalpha() and 2 <= len(primary) <= 3 else None


def _verdict(found: Any, opened: int, note: str | None, mended: list[str]) -> tuple[str | None, str]:
    given = len(found.entries)
    if given < opened:
        return "items_lost", f"{opened} items are opened, {given} could be read"
    if found.bozo:
        return "malformed", "; ".join([*mended, str(found.bozo_exception).replace("<unknown>:", "line ")])
    if mended:
        return "malformed", "; ".join(mended)
    if note:
        return "encoding", note
    return (None, "") if given else ("no_items", "a feed without items")


def _articles(entries: list[Any], context: _Context) -> tuple[list[RawArticle], list[Problem]]:
    articles: list[RawArticle] = []
    problems: list[Problem] = []
    for number, entry in enumerate(entries, 1):
        try:
            article = _article(entry, context, problems)
        except Refused as refusal:
            problems.append(Problem(refusal.reason, f"item {number}: {refusal.detail}"))
        else:
            articles.append(article)
    return articles, problems


def _article(entry: Any, context: _Context, problems: list[Problem]) -> RawArticle:
    title = markup.plain(entry.get("title", ""))
    content, content_type = _content(entry)
    link = _link(entry, context)
    guid = _clean(entry.get("id", "")) or None
    if not (title or content or link or guid):
        raise Refused("empty_item", "no title, content, link or guid")
    published, unread = item_time(entry, context.language, context.fetched)
    if unread:
        problems.append(Problem("unreadable_date", f"{unread!r} of {title[:60]!r}"))
    if len(content) > MAX_CONTENT:
        problems.append(Problem("content_cut", f"{len(content)} characters of {title[:60]!r}"))
    return RawArticle(
        site=_site(entry, link, context),
        outlet=context.outlet,
        title=title[:MAX_TITLE],
        content=content[:MAX_CONTENT],
        content_type=content_type,
        feed=context.url,
        guid=guid if guid is None or len(guid) <= MAX_ADDRESS else derive("guid", guid),
        url=link,
        lang=context.language,
        credit=_credit(entry),
        published=published,
        fetched=context.fetched,
    )


def _content(entry: Any) -> tuple[str, Literal["text", "html"]]:
    """Return the longest of full content and summary: some feeds put the teaser into one and some into the other."""
    offers = [part.get("value") or "" for part in entry.get("content", ())]
    offers.append(entry.get("summary") or "")
    text = _clean(max(offers, key=len))
    return text, "html" if markup.looks_like_html(text) else "text"


def _link(entry: Any, context: _Context) -> str | None:
    for candidate in (entry.get("feedburner_origlink"), entry.get("link"), entry.get("id")):
        link = _absolute(candidate, context.base)
        if link and (candidate != entry.get("id") or str(candidate).startswith(("http://", "https://"))):
            return link
    return None


def _absolute(link: str | None, base: str) -> str | None:
    if not link or not link.strip():
        return None
    try:
        whole = urljoin(base, _clean(link).strip())
        parts = urlsplit(whole)
    except ValueError:
        return None
    good = parts.scheme in {"http", "https"} and parts.hostname and len(whole) <= MAX_ADDRESS
    return whole if good else None


def _site(entry: Any, link: str | None, context: _Context) -> str:
    source = entry.get("source", {}).get("href") if host_of(link) in REDIRECTORS else None
    return site_of(source, link, context.home, context.url) or "unknown"


def _credit(entry: Any) -> str | None:
    source = entry.get("source", {}).get("title")
    return markup.plain(source or entry.get("author") or "")[:MAX_NAME] or None


def _clean(text: str) -> str:
    return markup.FORBIDDEN.sub("", text).strip()
