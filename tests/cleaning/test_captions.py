import pytest

from stream.cleaning.captions import is_caption
from stream.cleaning.lines import Line


@pytest.mark.parametrize(
    "text",
    [
        "الوزيران خلال التوقيع في سيلما (رويترز)",
        "الوزيران خلال التوقيع (أرشيفية)",
        "الوزيران خلال التوقيع (وزارة الخارجية)",
        "Ministers shake hands in Silma (File photo)",
        "Ministers shake hands in Silma. REUTERS/Jo Vale",
        "Ministers shake hands in Silma © Getty Images",
        "Image caption, Ministers shake hands in Silma",
        "Photo: Jo Vale",
        "Министры в Сильме. Фото: ТАСС",
        "عکس: ایرنا",
        "Les ministres à Silma (Crédit : AFP)",
    ],
)
def test_captions(text: str) -> None:
    assert is_caption(Line(text, 0))


@pytest.mark.parametrize(
    "text",
    [
        "وقع الوزيران الاتفاق في سيلما (مرزانيا)",
        "وقال البيان إن المعبر سيفتح (اليوم الثلاثاء).",
        "اجتمع الوزيران في سيلما. (رويترز)",
        "The pact covers trade and visas (and fishing)",
        "Photo of the year goes to a Norvik student.",
        "The minister spoke to Reuters/AFP reporters and left.",
        "Copyright law © is changing in 2031",
    ],
)
def test_own_lines(text: str) -> None:
    assert not is_caption(Line(text, 0))
