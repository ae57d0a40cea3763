import pytest

from stream.cleaning.lines import split_lines
from stream.cleaning.title import clean_title, find, made_from, same


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Talks open in Silma - The Outlet", "Talks open in Silma"),
        ("Talks open in Silma | World | The Outlet", "Talks open in Silma"),
        ("Talks open in Silma – outlet.example", "Talks open in Silma"),
        ("The Outlet | Talks open in Silma", "Talks open in Silma"),
        ("Talks open in Silma: ministers - Daily Beacon", "Talks open in Silma: ministers"),
        ("بدء المحادثات في سيلما بين الوزيرين - صحيفة المنارة", "بدء المحادثات في سيلما بين الوزيرين"),
        ("Talks open in Silma&#8217;s port &amp; town", "Talks open in Silma’s port & town"),
        ("<b>Talks</b> open  in\nSilma", "Talks open in Silma"),
        ("Talks open Talks open", "Talks open"),
        ("RÃ©union Ã  Silma", "Réunion à Silma"),
        ("Ministers leave Silma without a deal - Kremlin", "Ministers leave Silma without a deal - Kremlin"),
        ("Норвик и Тессалия договорились — Песков", "Норвик и Тессалия договорились — Песков"),
        ("Norvik - Tessaly: a border of 90 km", "Norvik - Tessaly: a border of 90 km"),
        ("The Outlet", "The Outlet"),
        ("", ""),
    ],
)
def test_clean_title(title: str, expected: str) -> None:
    assert clean_title(title, "The Outlet", "outlet.example") == expected


def test_find_wants_a_headline_and_running_text() -> None:
    text = "The ministers met in Silma on Tuesday and agreed to open the border, both sides said."
    assert find(split_lines(f"Talks open in Silma today\n{text}")) == 0
    assert find(split_lines(f"{text}\n{text}")) is None
    assert find(split_lines("Talks open in Silma today")) is None


def test_a_made_headline_is_the_first_sentence_cut_at_a_word() -> None:
    assert made_from("It ended. It began.") == "It ended."
    long = made_from("word " * 100)
    assert long.endswith("word…")
    assert len(long) <= 161


def test_same_headline_give_or_take_a_word() -> None:
    base = ["ministers", "sign", "the", "border", "deal", "in", "silma"]
    assert same(base, [*base, "today"])
    assert not same(base, ["ministers", "sign", "the", "fishing", "treaty", "in", "port", "lumen"])
    assert not same(["deal"], ["deal", "off"])
    assert not same([], [])
