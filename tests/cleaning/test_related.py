from stream.cleaning import junk, related
from stream.cleaning.lines import Line, split_lines
from stream.cleaning.normalise import plain_words

TITLE = "Norvik and Tessaly agree to reopen embassies"
OWN = [
    "Norvik and Tessaly agreed on Tuesday to reopen their embassies after four years without an ambassador.",
    "The embassies will open in June, Norvik's foreign minister Ada Brenn said after talks with Tessaly in Silma.",
    "Tessaly closed its Norvik embassy four years ago after a dispute about fishing in the Velda strait.",
    "Brenn said both embassies would first handle visas, and that an ambassador would be named by Tessaly in July.",
]
OTHER = [
    "Goalkeeper Paulo Marques has joined the Eagles on a two-year contract from Santa Rita, the club announced.",
    "Marques passed a medical on Sunday and will train with the squad ahead of the league season.",
]
HEADLINE = "Eagles sign goalkeeper Paulo Marques from Santa Rita"


def own(lines: list[str]) -> list[str]:
    found: list[Line] = split_lines("\n".join(lines))
    for line in found:
        junk.judge(line)
    related.mark(found, plain_words(TITLE))
    return [line.text for line in found if line.reason is None]


def test_an_inline_link_goes_and_the_article_goes_on() -> None:
    assert own([*OWN[:2], "Read also", HEADLINE, *OWN[2:]]) == OWN


def test_two_inline_links() -> None:
    assert (
        own([OWN[0], "Read also:", HEADLINE, *OWN[1:3], "See also:", "Wheat prices fall again in Ostland", OWN[3]])
        == OWN
    )


def test_a_subheading_after_an_inline_link_stays() -> None:
    lines = [*OWN[:2], "Read also", HEADLINE, "A long dispute", *OWN[2:]]
    assert own(lines) == [*OWN[:2], "A long dispute", *OWN[2:]]


def test_a_list_inside_the_article_goes() -> None:
    links = [HEADLINE, "Wheat prices fall again in Ostland", "Jazz festival opens in Port Lumen"]
    assert own([*OWN[:2], "Related stories", *links, *OWN[2:]]) == OWN


def test_a_foreign_article_after_a_marker_goes() -> None:
    assert own([*OWN, "Related articles", HEADLINE, *OTHER]) == OWN
    assert own([*OWN, "Read also", HEADLINE, *OTHER]) == OWN


def test_an_article_of_sections_stays_whole() -> None:
    sections = [OWN[0], OWN[1], "How the dispute began", OWN[2], "What comes next for the embassies", OWN[3]]
    assert own(sections) == sections


def test_a_headline_without_anything_after_it_is_no_other_article() -> None:
    lines = [*OWN, "The embassies of Norvik and Tessaly"]
    assert own(lines) == lines
