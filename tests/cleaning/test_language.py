import pytest

from stream.cleaning.language import UNKNOWN, language


@pytest.mark.parametrize(
    ("text", "claimed", "expected"),
    [
        ("وصل وزير الخارجية إلى العاصمة لإجراء محادثات حول الحدود", None, "ar"),
        ("وزیر امور خارجه برای گفت‌وگو درباره مرز وارد پایتخت شد", "ar", "fa"),
        ("The minister arrived in the capital for talks about the border", "fr", "en"),
        ("Министр прибыл в столицу на переговоры о границе", None, "ru"),
        ("Le ministre est arrivé dans la capitale pour des discussions sur la frontière", None, "fr"),
        ("Bakan sınır görüşmeleri için başkente geldi ve basına konuştu", None, "tr"),
        ("El ministro llegó a la capital para hablar de la frontera", None, "es"),
        ("外长今天抵达首都举行边界会谈", None, "zh"),
        ("外相は国境協議のため首都に到着した", None, "ja"),
        ("Silma", "en-GB", "en"),
        ("Silma", None, UNKNOWN),
        ("سيلما", "fa", "fa"),
        ("سيلما", "en", UNKNOWN),
        ("", "ar", UNKNOWN),
        ("2031 - 15", "ar", UNKNOWN),
        ("Silma", "not a code", UNKNOWN),
    ],
)
def test_language(text: str, claimed: str | None, expected: str) -> None:
    assert language(text, claimed) == expected
