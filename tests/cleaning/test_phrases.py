from stream.cleaning.phrases import Meanings, Phrases, key, listed


def test_phrases_match_whatever_the_spelling() -> None:
    phrases = Phrases.of(["اقرأ أيضاً", "Read also", "Read"])
    assert key("إقرأ ايضا") in phrases.keys
    assert phrases.opens(["read", "also", "this"]) == 2
    assert phrases.opens(["read", "this"]) == 1
    assert phrases.opens(["also", "read"]) == 0
    assert phrases.opens([]) == 0


def test_meanings_are_found_anywhere() -> None:
    meanings = Meanings.of(
        {"cookie": Phrases.of(["we use cookies"]), "letter": Phrases.of(["our newsletter", "newsletter"])}
    )
    assert meanings.within("here we use cookies and our newsletter".split()) == {"cookie": [3], "letter": [2, 1]}  # noqa: SIM905
    assert meanings.within(["use", "cookies"]) == {}


def test_every_data_file_loads() -> None:
    for name in ("credit_filler", "outlet", "connective"):
        assert listed(name)
    for path in (("read_also", "whole"), ("related", "start"), ("share", "start"), ("tags", "start"), ("promotion", "cookie", "any"), ("captions", "credit"), ("dates", "start"), ("byline", "any"), ("teaser", "tail")):  # fmt: skip  # noqa: E501 - a table
        assert len(Phrases.load(*path).keys) > 3
