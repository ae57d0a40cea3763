import pytest

from stream.cleaning.normalise import plain_words
from stream.cleaning.teaser import without_headline, without_tail

OWN = "The ministers signed the deal on Tuesday."


@pytest.mark.parametrize(
    "tail",
    [
        " Read more",
        " Read more »",
        " […]",
        " [...] Read more…",
        " The post Ministers sign a deal appeared first on The Outlet.",
        " L'article Accord signé est apparu en premier sur Le Phare.",
        " La entrada Acuerdo firmado se publicó primero en El Faro.",
        " Подробнее",
        " Devamını oku",
        " ادامه مطلب",
    ],
)
def test_links_at_the_end_go(tail: str) -> None:
    kept, removed = without_tail(OWN + tail)
    assert kept == OWN
    assert removed == tail.strip()


@pytest.mark.parametrize(
    "text",
    [
        OWN,
        "He told them to read more",
        "They want more.",
        "The post office appeared closed.",
        "He wrote “[…] and so on” in the margin.",
        "",
    ],
)
def test_own_endings_stay(text: str) -> None:
    assert without_tail(text) == (text, "")


def test_a_link_that_repeats_the_headline() -> None:
    headline = plain_words("Ministers sign border deal in Silma")
    text = f"{OWN} Link to this story in The Outlet: Ministers sign border deal in Silma"
    assert without_headline(text, headline) == (
        OWN,
        "Link to this story in The Outlet: Ministers sign border deal in Silma",
    )
    inside = "The paper's front page read in large letters on the morning after: Ministers sign border deal in Silma"
    assert without_headline(inside, headline) == (inside, "")
