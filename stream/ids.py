"""Derived ids: the same input always gives the same id, so every stage can be run again."""

from hashlib import blake2b


def derive(*parts: str) -> str:
    """Return a 20-digit hexadecimal id of the parts; order and borders between parts count."""
    digest = blake2b(digest_size=10)
    for part in parts:
        data = part.encode()
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()


def article_id(*, url: str | None, feed: str | None, guid: str | None, title: str, content: str) -> str:
    """Return an article's id: from its canonical URL, else feed + guid, else its words."""
    if url:
        return derive("url", url)
    if guid:
        return derive("guid", feed or "", guid)
    return derive("words", feed or "", title, content)


def story_id(founder: str) -> str:
    """Return the id of the story that the article with id `founder` opened."""
    return derive("story", founder)


def alert_id(story: str, state: str, number: int = 0) -> str:
    """Return the id of the `number`-th alert of this state of a story."""
    return derive("alert", story, state, str(number))
