"""The gist: headline and lead, the text whose meaning is embedded.

The rest of the body is background: two meetings of the same two men share most of it, and embedding it makes them look
alike, while headline and lead tell them apart.
"""

from __future__ import annotations

from stream.cleaning.normalise import sentences

MAX_WORDS = 60
MAX_CHARACTERS = 600
"""Scripts without spaces have no words to count."""


def lead(title: str, text: str, limit: int = MAX_WORDS) -> str:
    """Return the body's first one or two sentences, at most `limit` words, without a repeated headline."""
    words: list[str] = []
    taken = 0
    for sentence in sentences(text[:4000]):
        if sentence.strip(" .") == title.strip(" ."):
            continue
        words += sentence.split()
        taken += 1
        if taken == 2 or len(words) >= limit:
            break
    return " ".join(words[:limit])[:MAX_CHARACTERS]


def gist(title: str, text: str) -> str:
    """Return headline and lead as one text of about `MAX_WORDS` words."""
    head = " ".join(title.split())
    tail = lead(title, text, max(0, MAX_WORDS - len(head.split())))
    if not head or not tail:
        return head or tail
    return f"{head}{'' if head[-1] in '.!?؟。！？…' else '.'} {tail}"
