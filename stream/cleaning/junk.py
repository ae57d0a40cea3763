"""Lines that are nobody's words: buttons, dates, tags, requests, notices, credits, links to other articles."""

from __future__ import annotations

import re
from functools import cache

from babel import Locale

from stream.cleaning.captions import is_caption
from stream.cleaning.credit import credit_line, ending
from stream.cleaning.lines import Line
from stream.cleaning.normalise import plain_words
from stream.cleaning.phrases import Meanings, Phrases, table

MARKERS = ("read_also", "related")
REQUESTS = ("newsletter", "subscription", "cookie", "copyright")
_LOCALES = ("ar", "en", "ru", "fr", "fa", "tr", "es", "pt", "de", "it", "nl", "uk", "he", "id", "ur")
_PERSON = re.compile(
    r"^(?:By|Par|Por|Von|Di|Автор:?|Yazan:?)\s+(?:[A-ZÀ-ÖØ-ÞА-ЯĞİŞÇÖÜ][\w.'’-]*,?\s*(?:(?:and|et|y|und|e|de|al|van|von)\s+)?){1,8}$"
)
_HASHTAG = re.compile(r"#\w+")
_TIMER = re.compile(r"^(?:play[- ]?circle\s*)?\d{1,2}:\d{2}(?::\d{2})?$", re.IGNORECASE)
_NUMBER = re.compile(r"\d")


@cache
def phrases(name: str, *path: str) -> Phrases:
    """Return the phrases of a section of a data file."""
    return Phrases.load(name, *path)


@cache
def _requests() -> Meanings:
    found = {reason: phrases("promotion", reason, "any") for reason in REQUESTS}
    return Meanings.of(found | {"byline": phrases("byline", "any")})


@cache
def _date_words() -> frozenset[str]:
    found: set[str] = set()
    for code in _LOCALES:
        locale = Locale.parse(code)
        for names in (locale.months, locale.days):
            for context in ("format", "stand-alone"):
                for width in ("wide", "abbreviated"):
                    for name in names[context][width].values():
                        found.update(plain_words(name))
    for listed in table("dates")["words"].values():
        for word in listed:
            found.update(plain_words(word))
    return frozenset(found)


@cache
def _share_words() -> frozenset[str]:
    return frozenset(w for listed in table("share")["words"].values() for item in listed for w in plain_words(item))


def judge(line: Line) -> None:
    """Set the line's `reason` when its own form gives it away, whatever is around it."""
    line.reason = _reason(line)
    line.marker = line.reason in MARKERS
    line.inline_headline = line.marker and line.key not in phrases(line.reason or "", "whole").keys


def _reason(line: Line) -> str | None:
    tokens = line.tokens
    if not tokens or _TIMER.match(line.text) or (len(tokens) <= 3 and all(len(t) <= 2 for t in tokens)):
        return "boilerplate"
    if len(tokens) <= 14 and (reason := _short(line)):
        return reason
    if len(tokens) <= 45:
        if is_caption(line):
            return "caption"
        if reason := _request(line) or _listing(line):
            return reason
    return "tags" if _is_tag_list(line) else None


def _short(line: Line) -> str | None:
    tokens, key = line.tokens, line.key
    for reason in MARKERS:
        if key in phrases(reason, "whole").keys:
            return reason
    if key in phrases("share", "whole").keys or set(tokens) <= _share_words():
        return "share"
    for reason in ("advert", "boilerplate"):
        if key in phrases("promotion", reason, "whole").keys:
            return reason
    if key in phrases("teaser", "tail").keys:
        return "teaser_link"
    if _is_date(line):
        return "date_line"
    if credit_line(line.text) or dated_credit(line):
        return "credit"
    return "byline" if _is_byline(line) else None


def _is_date(line: Line) -> bool:
    tokens = line.tokens
    opened = phrases("dates", "start").opens(tokens)
    if not opened and not (_NUMBER.search(line.text) and len(tokens) > 1):
        return False
    rest = tokens[opened:]
    dated = all(t in _date_words() or t[0].isdigit() for t in rest)
    return dated and (bool(rest) or line.text[-1:] == ":") and any(t[0].isdigit() for t in rest or ["0"])


def dated_credit(line: Line) -> str | None:
    """Return the agency of a line of place, date and agency, such as "Riyadh, 5 May 2020 SPA"."""
    found = ending(line.tokens)
    if found is None or line.stops:
        return None
    agency, size = found
    rest = line.tokens[:-size]
    first = next((i for i, t in enumerate(rest) if t[0].isdigit()), len(rest))
    # Up to three words of place stand before the date.
    dated = all(t in _date_words() or t[0].isdigit() for t in rest[first:])
    return agency if first <= 3 and first < len(rest) and dated else None


def _is_byline(line: Line) -> bool:
    if line.stops:
        return False
    if len(line.tokens) <= 9 and _PERSON.match(line.text):
        return True
    head, starts = line.head, phrases("byline", "start")
    return bool(head) and len(line.tokens) <= 9 and starts.opens(head) == len(head)


def _request(line: Line) -> str | None:
    tokens = line.tokens
    if phrases("share", "start").opens(tokens) and len(tokens) <= 35:
        return "share"
    for reason, found in _requests().within(tokens).items():
        # Two plain words may stand in any sentence: alone they count only in a line that is not one.
        if max(found) >= 3 or len(found) > 1 or (len(tokens) <= 12 and not line.stops):
            return reason
    return None


def _listing(line: Line) -> str | None:
    head = line.head
    for reason in MARKERS:
        starts = phrases(reason, "start")
        opened = starts.opens(line.tokens)
        if not opened:
            continue
        if head and opened >= len(head):
            return reason
        if opened >= 2 and not line.stops and len(line.tokens) - opened <= 20 and line.text[-1] not in "،,:;؛":
            return reason
    return None


def _is_tag_list(line: Line) -> bool:
    tokens, head = line.tokens, line.head
    starts = phrases("tags", "start")
    if head and starts.opens(head) == len(head) and not line.stops:
        return True
    if len(_HASHTAG.findall(line.text)) >= max(2, len(tokens) / 2 - 1) and line.text.lstrip().startswith("#"):
        return True
    # A cloud: many words, no punctuation, the same ones over and over.
    return len(tokens) >= 12 and len(set(tokens)) <= len(tokens) / 2 and not re.search(r"[.،,؛;:؟!]", line.text)
