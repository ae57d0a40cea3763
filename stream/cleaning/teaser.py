"""Ends of paragraphs that only lead on to the rest of an article."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from stream.cleaning.normalise import plain_words
from stream.cleaning.phrases import Phrases, table

_CUT = re.compile(r"\s*(?:\[\s*(?:…|\.{3}|&hellip;)\s*\]|\[\+\d+ chars\]|\(\s*(?:…|\.{3})\s*\))\s*$")
LINK_WORDS = 8
"""Words that a link may have around the headline that it repeats."""
_STOP = re.compile(r"[.!?؟…。\]»”\"]\s+")
_ARROWS = re.compile(r"\s*[»›→⇒>]+\s*$")


@cache
def _first_appeared() -> tuple[tuple[str, re.Pattern[str]], ...]:
    found = []
    for before, between in table("teaser")["first_appeared"].values():
        opening = re.escape(before).replace("’", "[’']")
        found.append((between.strip(), re.compile(rf"\s*{opening}[^\n]{{1,400}}{re.escape(between)}.{{1,120}}$")))
    return tuple(found)


@cache
def _tails() -> Phrases:
    return Phrases.load("teaser", "tail")


def without_tail(text: str) -> tuple[str, str]:
    """Return a paragraph without the link or mark that it was cut with, and what was taken off."""
    kept = text
    for _ in range(4):
        shorter = _without_notice(kept)
        shorter = _without_link(_CUT.sub("", shorter) if kept.endswith(("]", ")")) else shorter)
        if shorter == kept:
            break
        kept = shorter
    kept = kept.rstrip()
    return kept, text[len(kept) :].strip()


def _without_notice(text: str) -> str:
    """Cut a sentence such as "The post … appeared first on …" that blog software put at the end."""
    end = text[-300:]
    for telltale, notice in _first_appeared():
        if telltale in end:
            return notice.sub("", text)
    return text


def without_headline(text: str, headline: Sequence[str]) -> tuple[str, str]:
    """Return a paragraph without the article's own headline that a link to it left behind the last sentence.

    Args:
        text: the paragraph.
        headline: the folded words of the headline.
    """
    if len(headline) < 4 or plain_words(text[-40:])[-1:] != list(headline[-1:]):
        return text, ""
    if plain_words(text[-400:])[-len(headline) :] != list(headline):
        return text, ""
    for match in _STOP.finditer(text):
        tail = text[match.end() :]
        extra = len(plain_words(tail)) - len(headline)
        if 0 <= extra <= LINK_WORDS:
            kept = text[: match.end()].rstrip()
            return kept, tail.strip()
    return text, ""


def _without_link(text: str) -> str:
    """Cut a link such as "Read more" that follows a sentence's end or an ellipsis."""
    bare = text[:-70] + _ARROWS.sub("", text[-70:])
    end = bare[-60:]
    for match in _STOP.finditer(end):
        tail = end[match.end() :]
        tokens = plain_words(tail)
        if tokens and " ".join(tokens) in _tails().keys:
            return bare[: len(bare) - len(tail)].rstrip()
    return text
