from hypothesis import given
from hypothesis import strategies as st

from stream.embedding.gist import MAX_CHARACTERS, MAX_WORDS, gist, lead


def test_headline_and_first_two_sentences() -> None:
    text = "First sentence here. Second one follows. The third is background."
    assert gist("A headline", text) == "A headline. First sentence here. Second one follows."


def test_a_headline_alone_and_a_body_alone() -> None:
    assert gist("Only a headline", "") == "Only a headline"
    assert gist("", "Only a body.") == "Only a body."


def test_a_headline_repeated_in_the_body_is_taken_once() -> None:
    assert (
        gist("Talks begin", "Talks begin\nThe ministers met. They left.")
        == "Talks begin. The ministers met. They left."
    )


def test_arabic_question_mark_ends_a_sentence() -> None:
    assert lead("", "هل بدأت المحادثات؟ نعم بدأت. انتهت.") == "هل بدأت المحادثات؟ نعم بدأت."


@given(st.text(max_size=300), st.text(max_size=3000))
def test_bounded_whatever_comes_in(title: str, text: str) -> None:
    assert len(lead(title, text)) <= MAX_CHARACTERS
    assert len(gist(title, text).split()) <= max(MAX_WORDS, len(title.split())) + 1
