import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream.cleaning.normalise import normalise, plain_words, sentences, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("إيرانُ", "ايران"),
        ("الرئيـــس", "الرئیس"),
        ("مدرسة", "مدرسه"),
        ("على", "علي"),
        ("کشور", "كشور"),
        ("١٢٣", "۱۲۳"),
        ("ёлка", "елка"),
        ("Erdoğan", "ERDOGAN"),
        ("İstanbul", "istanbul"),
        ("Ｔｏｋｙｏ", "tokyo"),
        ("México", "mexico"),
        ("رئیس‌جمهور", "رئيس جمهور"),
    ],
)
def test_spellings_of_one_word_are_one(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


def test_letters_that_tell_words_apart_stay() -> None:
    assert normalise("йод") != normalise("иод")
    assert normalise("قلب") != normalise("كلب")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("والرئيس بالمنطقة للأمم كالعادة فالوزير", ["رييس", "منطقه", "امم", "عاده", "وزير"]),
        ("الله وزير وزارة واشنطن ولايات", ["الله", "وزير", "وزاره", "واشنطن", "ولايات"]),
        ("Don't stop, Brenn's U.N. 2031", ["don't", "stop", "brenn's", "u", "n", "2031"]),
        ("北京会谈", ["北京", "京会", "会谈"]),
        ("", []),
    ],
)
def test_words(written: str, expected: list[str]) -> None:
    assert words(written) == expected


def test_plain_words_keep_what_is_written_on() -> None:
    assert plain_words("والرئيس") == ["والرييس"]


def test_sentences() -> None:
    text = (
        "وصل الوزير. هل يوقع؟ «نعم.» ثم غادر\nMr. Brenn met J. Vale of the U.S. on 3.5 points! Done. 会谈结束。明天继续"
    )
    assert sentences(text) == [
        "وصل الوزير.",
        "هل يوقع؟",
        "«نعم.»",
        "ثم غادر",
        "Mr. Brenn met J. Vale of the U.S. on 3.5 points!",
        "Done.",
        "会谈结束。",
        "明天继续",
    ]


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=200))
def test_normalising_twice_changes_no_word(text: str) -> None:
    assert words(" ".join(plain_words(text))) == words(text)
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
