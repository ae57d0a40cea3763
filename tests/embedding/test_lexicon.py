from importlib.resources import files

from stream.embedding.lexicon import ACTS, matcher, names, table
from stream.embedding.tokens import tokenise


def test_comments_and_blank_lines_are_no_rows() -> None:
    assert all(not row[0].startswith("#") for row in table("leaders.txt"))
    assert names("a, b ,, c") == ["a", "b", "c"]


def test_every_language_knows_names_and_only_those_with_a_lexicon_know_acts() -> None:
    for lang, knows in (("en", True), ("ar", True), ("sw", False), ("und", False)):
        kinds = {match.value.kind for match in matcher(lang).find(tokenise("NATO talks محادثات", ""))}
        assert "party" in kinds
        assert ("act" in kinds) == knows


def test_lexicons_use_known_terms_only() -> None:
    cues = {"official", "sport", "business", "culture", "past", "opinion", "disaster", "crime", "war", "domestic",
            "future", "denied", "ongoing", "done", "seat", "in", "in_after"}  # fmt: skip
    for file in files("stream.embedding").joinpath("data", "lexicon").iterdir():
        assert {row[1] for row in table(f"lexicon/{file.name}", "\t")} <= cues | set(ACTS)
