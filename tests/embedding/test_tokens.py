from hypothesis import given
from hypothesis import strategies as st

from stream.embedding.tokens import pattern_words, tokenise


def _words(text: str) -> list[str]:
    return [token.word for token in tokenise(text, "")]


def test_apostrophes_part_words_and_abbreviations_hold_together() -> None:
    assert _words("Türkiye'nin l'Iran U.S. Iran's") == ["turkiye", "nin", "l", "iran", "us", "iran", "s"]


def test_vowel_signs_and_joiners_do_not_break_words() -> None:
    assert _words("وقّع الرئيسُ") == ["وقع", "الرييس"]
    assert _words("گفت‌وگو") == pattern_words("گفت‌وگو")


def test_amman_is_not_oman() -> None:
    assert _words("عمّان") != _words("عمان")


def test_case_is_remembered() -> None:
    turkey, bird = tokenise("Turkey turkey", "")
    assert (turkey.capital, bird.capital) == (True, False)
    assert turkey.word == bird.word


def test_sentences_are_numbered_from_the_headline() -> None:
    assert [token.sentence for token in tokenise("Head", "One. Two")] == [0, 1, 2]


@given(st.text(max_size=200))
def test_anything_can_be_read(text: str) -> None:
    assert all(token.word for token in tokenise(text, text) if token.word.isalnum())
    pattern_words(text)
