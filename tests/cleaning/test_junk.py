import pytest

from stream.cleaning.junk import dated_credit, judge
from stream.cleaning.lines import Line


def reason(text: str) -> str | None:
    line = Line(text, 0)
    judge(line)
    return line.reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("TT", "boilerplate"),
        ("* * *", "boilerplate"),
        ("play-circle 00:21", "boilerplate"),
        ("الرئيسية", "boilerplate"),
        ("// انتهى //", "boilerplate"),
        ("منذ 3 ساعات", "date_line"),
        ("Updated: 5 May 2031, 10:15 am", "date_line"),
        ("الاثنين 5 مايو 2031 - 10:15", "date_line"),
        ("Опубликовано 5 мая 2031", "date_line"),
        ("Facebook Twitter WhatsApp", "share"),
        ("شارك", "share"),
        ("#سيلما #مرزانيا", "tags"),
        ("Mots-clés : Silma, frontière, traité", "tags"),
        ("Sponsored", "advert"),
        ("بقلم: هاني السرداب", "byline"),
        ("Por Raúl Ibarra", "byline"),
        ("المصدر: وكالات", "byline"),
        ("الرياض 05 شوال 1436 هـ الموافق 21 يوليو 2015 م واس", "credit"),
        ("Пожалуйста, подпишитесь на рассылку, чтобы не пропустить новости", "newsletter"),
        ("هذا الموقع يستخدم ملفات تعريف الارتباط لتحسين تجربتك", "cookie"),
        ("Ya eres suscriptor? Inicia sesión para seguir leyendo", "subscription"),
        ("Все права защищены.", "copyright"),
        ("اقرأ أيضا: مرزانيا تفتح المعابر", "read_also"),
        ("مقالات ذات صلة", "related"),
        ("Leer más", "teaser_link"),
    ],
)
def test_junk_by_its_form(text: str, expected: str) -> None:
    assert reason(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "لا تراجع.",
        "بنود الاتفاق",
        "5 قتلى و12 جريحا في تصادم قرب سيلما",
        "اقرأ أيضا ما كتبه الوزير، قال السفير لضيوفه وهو يوزع عليهم نسخا من الاتفاق الذي وقع في مايو.",
        "المصدر الأمني قال إن المعبر سيبقى مغلقا حتى نهاية الأسبوع.",
        "قال الوزير لرويترز إن المعابر ستفتح.",
        "شارك في المنتدى رؤساء مرزانيا وكلدورا.",
        "نشر الجيش قواته على الحدود فجر الاثنين.",
        "Share prices fell in Norvik after the talks.",
        "Follow the money, the minister said.",
        "The ministry published its privacy policy after the leak on Tuesday evening, officials said.",
        "Facebook and Twitter were fined in Norvik.",
        "By Tuesday the ministers had left Silma without a deal.",
        "Related charges were dropped, the court said.",
        "Tags are sewn into every uniform, the army said.",
        "Published in 1931, the treaty set the border.",
        "Norvik may join the pact by 2031",
        "Печать поставили в полдень.",
        "Partager le pouvoir est possible, dit le ministre.",
        "Fotoğraf sergisi Silma'da açıldı.",
    ],
)
def test_own_words_stay(text: str) -> None:
    assert reason(text) is None


def test_a_dated_credit_names_its_agency() -> None:
    assert dated_credit(Line("مكة المكرمة 26 شوال 1436 هـ الموافق 11 أغسطس 2015 م واس", 0)) == "spa"
    assert dated_credit(Line("Ministers met journalists of the agency in May 2031 Reuters", 0)) is None
