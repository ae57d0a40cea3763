"""From what an outlet published to the article's own words.

content ─markup─▶ text ─split─▶ lines ─judge─▶ junk by its form
                                  │ ─title──▶ headline found, its repeats dropped
                                  │ ─related─▶ other articles dropped
                                  ▼
          paragraphs ─credit─▶ agency ─language, time, address, fingerprint─▶ CleanArticle
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from stream import ids
from stream.cleaning import credit, fingerprint, junk, related, title
from stream.cleaning.address import canonical_url
from stream.cleaning.language import language
from stream.cleaning.lines import Line, split_lines
from stream.cleaning.markup import page_title, to_text
from stream.cleaning.mend import mended
from stream.cleaning.normalise import plain_words
from stream.cleaning.teaser import without_headline, without_tail
from stream.cleaning.times import event_time
from stream.errors import Refused
from stream.records import CleanArticle, RawArticle

MAX_CONTENT = 2_000_000
"""Characters of markup or text that one article may have."""
MAX_TEXT = 200_000
"""Characters of running text; nothing that long is news."""
REPEATED = 10
"""Words from which a line said twice is a slip of the page; shorter ones are refrains, answers, list items."""
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Removed:
    """A span that is not the article's own, and why."""

    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Cleaned:
    """An article's own words, and what was taken away to find them."""

    article: CleanArticle
    removed: list[Removed]


@dataclass(slots=True)
class _Draft:
    """Headline, paragraphs and agency while they are being found."""

    title: str
    paragraphs: list[str]
    credit: str | None
    removed: list[Removed]


def clean_article(raw: RawArticle) -> Cleaned:
    """Return the article's own words.

    A heartbeat passes untouched under its own id.

    Raises:
        Refused: `empty_text` when neither headline nor body has words, `too_long` when the body is no article's,
            `bad_markup` when its HTML cannot be read.
    """
    if raw.kind == "heartbeat":
        return _heartbeat(raw)
    if len(raw.content) > MAX_CONTENT:
        raise Refused("too_long", f"{len(raw.content)} characters, more than {MAX_CONTENT}")
    draft = _draft(raw)
    text = "\n".join(draft.paragraphs)
    if len(text) > MAX_TEXT:
        raise Refused("too_long", f"{len(text)} characters of text, more than {MAX_TEXT}")
    if not _LETTER.search(draft.title) and not _LETTER.search(text):
        raise Refused("empty_text", "neither the title nor the body has words")
    url = canonical_url(raw.url)
    article = CleanArticle(
        id=raw.id or ids.article_id(url=url, feed=raw.feed, guid=raw.guid, title=draft.title, content=text),
        kind=raw.kind,
        site=raw.site,
        outlet=raw.outlet,
        url=url,
        title=draft.title,
        text=text,
        lang=language(f"{draft.title}\n{text}", raw.lang),
        published=raw.published,
        fetched=raw.fetched,
        event_time=event_time(raw.published, raw.fetched),
        credit=draft.credit or credit.agency_named(raw.credit or "") or credit.agency_of_site(raw.site),
        fingerprint=fingerprint.sketch(draft.title, text),
    )
    return Cleaned(article, draft.removed)


def _heartbeat(raw: RawArticle) -> Cleaned:
    article = CleanArticle(
        id=raw.id or ids.article_id(url=raw.url, feed=raw.feed, guid=raw.guid, title=raw.title, content=raw.content),
        kind="heartbeat",
        site=raw.site,
        outlet=raw.outlet,
        url=raw.url,
        title=raw.title,
        text=raw.content,
        lang=raw.lang or "und",
        published=raw.published,
        fetched=raw.fetched,
        event_time=event_time(raw.published, raw.fetched),
    )
    return Cleaned(article, [])


def _draft(raw: RawArticle) -> _Draft:
    headline = title.clean_title(raw.title, raw.outlet, raw.site)
    content = raw.content
    if raw.content_type == "html":
        if not headline:
            headline = title.clean_title(page_title(content), raw.outlet, raw.site)
        content = to_text(content) if content.strip() else ""
    lines = split_lines(mended(content))
    return draft_of(lines, headline)


def draft_of(lines: list[Line], headline: str) -> _Draft:
    """Return what of `lines` is the article's own, given its headline or the empty string."""
    for line in lines:
        junk.judge(line)
    _spare_all_junk(lines)
    if not headline and (found := title.find(lines)) is not None:
        headline = title.clean_title(lines[found].text)
        lines[found].reason = "title"
    tokens = plain_words(headline)
    _mark_repeats(lines, tokens)
    related.mark(lines, tokens)
    removed = [Removed(line.reason, line.text) for line in lines if line.reason not in {None, "title"} and line.reason]
    agency = _credited(lines)
    paragraphs = _paragraphs(lines, tokens, removed)
    dateline = _dateline(paragraphs, removed)
    return _Draft(headline or title.made_from("\n".join(paragraphs)), paragraphs, dateline or agency, removed)


def _spare_all_junk(lines: list[Line]) -> None:
    """Take back the judgement of the only lines there are: a text of one short line is that line."""
    if lines and all(line.reason in {"boilerplate", "byline", "caption"} for line in lines):
        for line in lines:
            line.reason = None


def _mark_repeats(lines: list[Line], headline: list[str]) -> None:
    seen: set[str] = set()
    for line in lines:
        key = line.key
        if line.reason is None and title.same(line.tokens, headline) and not line.like_paragraph:
            line.reason = "title_repeat"
        elif line.reason is None and key in seen and len(line.tokens) >= REPEATED:
            line.reason = "repeat"
        seen.add(key)


def _credited(lines: list[Line]) -> str | None:
    """Return the agency of the first credit line that stands before any other article begins."""
    for line in lines:
        if line.reason == "related_article":
            return None
        if line.reason in {"credit", "byline"}:
            head = line.head
            named = (
                junk.dated_credit(line)
                or credit.credit_line(line.text)
                or credit.credit_line(" ".join(line.tokens[len(head) :]))
            )
            if named:
                return named
    return None


def _paragraphs(lines: list[Line], headline: list[str], removed: list[Removed]) -> list[str]:
    result = []
    for line in lines:
        if line.reason is not None:
            continue
        text, tail = without_tail(line.text)
        if tail:
            removed.append(Removed("teaser_link", tail))
        text, tail = without_headline(text, headline)
        if tail:
            removed.append(Removed("title_repeat", tail))
        if text:
            result.append(text)
    return result


def _dateline(paragraphs: list[str], removed: list[Removed]) -> str | None:
    for i, paragraph in enumerate(paragraphs[:2]):
        found = credit.opening(paragraph)
        if found is not None:
            if found.cut:
                removed.append(Removed("credit", found.cut))
            paragraphs[i] = found.rest
            return found.agency
    if paragraphs and (found := credit.closing(paragraphs[-1])) is not None:
        removed.append(Removed("credit", found.cut))
        paragraphs[-1] = found.rest
        return found.agency
    return None
