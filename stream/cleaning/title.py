"""An article's headline: mended, without the outlet's name, found in the text when the feed gives none."""

from __future__ import annotations

import html
import re

from stream.cleaning.lines import Line
from stream.cleaning.mend import mended
from stream.cleaning.normalise import plain_words, sentences, words
from stream.cleaning.phrases import listed

LONGEST = 300
"""Characters of a headline; what is longer is a body in the wrong place."""
MADE = 160
"""Characters of a headline made from a first sentence."""
_TAG = re.compile(r"<[^<>]{1,300}>")
_SPACE = re.compile(r"\s+")
_SEPARATOR = re.compile(r"\s+[-–—|•·»/]\s+|\s*(?:\||::|»)\s*")
_DOMAIN = re.compile(r"^(?:www\.)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,6}$", re.IGNORECASE)


def clean_title(title: str, outlet: str = "", site: str = "") -> str:
    """Return a headline as people read it: one line, no markup, no entities, said once, without the outlet's name."""
    text = _TAG.sub(" ", html.unescape(html.unescape(title)))
    text = _SPACE.sub(" ", mended(text)).strip()
    return _said_once(_without_outlet(text, outlet, site))


def _without_outlet(text: str, outlet: str, site: str) -> str:
    if outlet:
        # Whole first: the outlet's own name may have a separator in it.
        text = re.sub(rf"(?<=\S)\s+[-–—|·»]\s+{re.escape(outlet)}$", "", text)
    for _ in range(3):
        found = list(_SEPARATOR.finditer(text))
        if not found:
            return text
        first, last = found[0], found[-1]
        if last.start() and _is_outlet(text[last.end() :], outlet, site, text[: last.start()], last.group()):
            text = text[: last.start()].strip()
        elif first.start() and _same_outlet(text[: first.start()], outlet, site):
            text = text[first.end() :].strip()
        else:
            return text
    return text


def _same_outlet(part: str, outlet: str, site: str) -> bool:
    tokens = plain_words(part)
    name = "".join(tokens).removeprefix("the")
    if not name:
        return False
    for known in (outlet, site):
        own = [t for t in plain_words(known) if t != "www"]
        labels = own[:-1] if "." in known and " " not in known else own
        if name in {"".join(own).removeprefix("the"), "".join(labels).removeprefix("the"), *labels[:1]}:
            return True
        # "BBC" for "BBC News", "NDTV News" for "NDTV"
        if len(tokens) <= 4 and labels and (set(tokens) < set(own) or set(own) < set(tokens)) and tokens[0] == own[0]:
            return True
    return False


def _is_outlet(part: str, outlet: str, site: str, before: str, separator: str) -> bool:
    if len(plain_words(before)) < 2:
        return False
    if _same_outlet(part, outlet, site) or _DOMAIN.match(part.strip()):
        return True
    tokens = plain_words(part)
    if not tokens or len(tokens) > 5 or len(plain_words(before)) < 4:
        return False
    named = not set(listed("outlet")).isdisjoint((*tokens, *words(part)))
    return named or ("|" in separator and not re.search(r"\d", part))


def _said_once(text: str) -> str:
    tokens = text.split()
    half = len(tokens) // 2
    if len(tokens) >= 4 and len(tokens) % 2 == 0 and tokens[:half] == tokens[half:]:
        return " ".join(tokens[:half])
    parts = [p.strip() for p in re.split(r"\s+[-–—|]\s+", text)]
    return parts[0] if len(parts) == 2 and parts[0] == parts[1] else text


def same(a: list[str], b: list[str]) -> bool:
    """Tell whether two lists of folded words are one headline, give or take an ending or a word."""
    if not a or not b:
        return False
    left, right = set(a), set(b)
    if len(left) < 3 or len(right) < 3:
        return a == b
    return len(left & right) >= 0.85 * max(len(left), len(right))


def find(lines: list[Line]) -> int | None:
    """Return the index of the line that is the article's own headline, None when the text has none.

    It is the first of the article's lines, has the form of a headline, and running text follows.
    """
    own = [i for i, line in enumerate(lines) if line.reason is None]
    if len(own) < 2 or not lines[own[0]].like_headline:
        return None
    if len(lines[own[0]].tokens) < 4 or not any(lines[i].like_paragraph for i in own[1:6]):
        return None
    return own[0]


def made_from(text: str) -> str:
    """Return a headline made from the first sentence of `text`, cut at a word when it is long."""
    first = next(iter(sentences(text)), "")
    if len(first) <= MADE:
        return first
    return first[:MADE].rsplit(" ", 1)[0].rstrip(" ,،;؛:-–") + "…"
