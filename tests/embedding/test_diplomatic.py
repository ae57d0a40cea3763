import pytest

from stream.embedding.diplomatic import probability
from stream.embedding.parties import parties_of
from stream.embedding.reading import read

AT = 1728658800.0


def _probability(lang: str, title: str, text: str = "") -> float:
    reading = read(title, text, lang, AT)
    return probability(reading, parties_of(reading))


@pytest.mark.parametrize(
    ("lang", "title"),
    [
        ("en", "Kenyan president meets Ghanaian counterpart in Accra"),
        ("en", "France and Brazil sign defence agreement"),
        ("en", "Poland expels three Belarusian diplomats"),
        ("ar", "الرئيس الفرنسي يستقبل نظيره البرازيلي في باريس"),
        ("ar", "فرنسا والبرازيل توقعان اتفاقية دفاع"),
        ("ar", "بولندا تطرد ثلاثة دبلوماسيين بيلاروسيين"),
        ("ar", "القمة العربية تنطلق في المنامة"),
        ("fr", "La France et le Brésil signent un accord de défense"),
        ("ru", "Франция и Бразилия подписали соглашение об обороне"),
        ("de", "Frankreich und Brasilien unterzeichnen Abkommen"),
    ],
)
def test_diplomatic_events(lang: str, title: str) -> None:
    assert _probability(lang, title) > 0.5


@pytest.mark.parametrize(
    ("lang", "title"),
    [
        ("en", "France and Brazil striker in transfer talks with football club"),
        ("en", "French bakery wins prize for best bread"),
        ("en", "Tech company and retailer reach merger deal"),
        ("en", "Fifty years after: how France and Brazil signed their first treaty"),
        ("en", "Earthquake shakes northern Chile"),
        ("ar", "مفاوضات بين النادي والمدرب الفرنسي حول مباراة البرازيل"),
        ("ar", "أسعار الذهب في مصر اليوم"),
        ("ar", "ذكرى توقيع المعاهدة بين فرنسا والبرازيل"),
        ("ru", "Сборная Франции победила Бразилию в матче чемпионата"),
        ("de", "Trainer verhandelt mit Bundesliga-Klub über neuen Vertrag"),
    ],
)
def test_other_news(lang: str, title: str) -> None:
    assert _probability(lang, title) < 0.5


def test_nothing_read_is_not_diplomatic() -> None:
    assert _probability("en", "") < 0.1
