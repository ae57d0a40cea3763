"""Invented articles of invented outlets, with the junk that real pages put around them."""

# ruff: noqa: E501 - a sentence is a line here, and cutting it would cut what is tested.

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream.cleaning import Cleaned, clean_article
from stream.errors import Refused
from stream.records import RawArticle


def clean(content: str, title: str = "", *, html: bool = False, **fields: object) -> Cleaned:
    values: dict[str, object] = {
        "site": "outlet.example",
        "outlet": "The Outlet",
        "title": title,
        "content": content,
        "content_type": "html" if html else "text",
        "fetched": 1_700_000_000.0,
    }
    return clean_article(RawArticle(**(values | fields)))  # type: ignore[arg-type]


def paragraphs(cleaned: Cleaned) -> list[str]:
    return cleaned.article.text.split("\n")


def reasons(cleaned: Cleaned) -> dict[str, str]:
    return {span.text: span.reason for span in cleaned.removed}


ARABIC_TITLE = "وزيرا خارجية مرزانيا وكلدورا يوقعان اتفاقا لفتح المعابر"
ARABIC = [
    "وقع وزيرا خارجية مرزانيا وكلدورا، الاثنين، في العاصمة سيلما اتفاقا لفتح ثلاثة معابر برية مغلقة منذ ست سنوات.",
    "وقال وزير خارجية مرزانيا هاني السرداب إن الاتفاق «يطوي صفحة الخلاف» بين مرزانيا وكلدورا، داعيا إلى قراءة بنوده كاملة.",
    "بنود الاتفاق",
    "ويقضي الاتفاق بفتح معبر الوادي أولا، ثم معبرين آخرين خلال ستين يوما، وبتشكيل لجنة مشتركة من الوزيرين لمتابعة التنفيذ.",
    "وقال الوزير لرويترز إن كلدورا لن تفرض رسوما على الشاحنات التي تعبر المعابر في الشهر الأول.",
    "لا تراجع.",
    "ورحبت وزارة خارجية كلدورا بالاتفاق وقالت إن المعابر ستعمل على مدار الساعة.",
]
ARABIC_OTHER_TITLE = "فريق النسور يتعاقد مع حارس برازيلي لموسمين"
ARABIC_OTHER = [
    "أعلن نادي النسور تعاقده مع الحارس البرازيلي باولو ماركيز لمدة موسمين قادما من نادي سانتا ريتا.",
    "وخضع الحارس للفحص الطبي صباح الأحد قبل أن ينضم إلى معسكر الفريق استعدادا لبطولة الدوري.",
    "وكان مدرب النسور طلب حارسا جديدا بعد إصابة الحارس الأول في مباراة الكأس.",
]


def test_arabic_page_keeps_its_own_words_and_nothing_else() -> None:
    lines = [
        "الرئيسية",
        ARABIC_TITLE,
        "آخر تحديث: 12 مايو 2031 - 14:05",
        "وزيرا الخارجية خلال مراسم التوقيع في سيلما (أ.ف.ب)",
        "وزيرا الخارجية خلال مراسم التوقيع في سيلما (أ.ف.ب)",
        "TT",
        ARABIC_TITLE,
        *ARABIC[:2],
        "اقرأ أيضاً",
        "كلدورا تعين سفيرا جديدا لدى مرزانيا بعد قطيعة",
        *ARABIC[2:5],
        "شاحنات قرب معبر الوادي (أرشيفية)",
        *ARABIC[5:],
        "شارك المقال",
        "فيسبوك تويتر واتساب تلغرام",
        "كلمات دلالية: مرزانيا كلدورا معابر اتفاق",
        "تابعونا على قناتنا في تلغرام",
        "اشترك في النشرة البريدية ليصلك كل جديد",
        "جميع الحقوق محفوظة © 2031",
        "مقالات ذات صلة",
        ARABIC_OTHER_TITLE,
        *ARABIC_OTHER,
    ]
    cleaned = clean("\n".join(lines))
    assert cleaned.article.title == ARABIC_TITLE
    assert paragraphs(cleaned) == ARABIC
    assert cleaned.article.lang == "ar"
    assert cleaned.article.credit is None
    found = reasons(cleaned)
    assert found["وزيرا الخارجية خلال مراسم التوقيع في سيلما (أ.ف.ب)"] == "caption"
    assert found["شاحنات قرب معبر الوادي (أرشيفية)"] == "caption"
    assert found["كلدورا تعين سفيرا جديدا لدى مرزانيا بعد قطيعة"] == "read_also"
    assert found["شارك المقال"] == found["فيسبوك تويتر واتساب تلغرام"] == "share"
    assert found["كلمات دلالية: مرزانيا كلدورا معابر اتفاق"] == "tags"
    assert found["اشترك في النشرة البريدية ليصلك كل جديد"] == "newsletter"
    assert found["جميع الحقوق محفوظة © 2031"] == "copyright"
    assert found["آخر تحديث: 12 مايو 2031 - 14:05"] == "date_line"
    assert found[ARABIC_TITLE] == "title_repeat"
    assert all(found[line] == "related_article" for line in ARABIC_OTHER)


def test_a_whole_foreign_article_after_read_also_goes() -> None:
    cleaned = clean(
        "\n".join([*ARABIC, "المصدر: بوابة سيلما", "إقرأ أيضاً:", ARABIC_OTHER_TITLE, *ARABIC_OTHER]), ARABIC_TITLE
    )
    assert paragraphs(cleaned) == ARABIC
    assert [s.reason for s in cleaned.removed if s.text in ARABIC_OTHER] == ["related_article"] * 3


def test_an_article_printed_after_another_with_no_marker_goes() -> None:
    lines = [
        *ARABIC,
        "شارك الخبر",
        ARABIC_OTHER_TITLE,
        "لاعبو النسور في التدريب (رويترز)",
        "TT",
        ARABIC_OTHER_TITLE,
        *ARABIC_OTHER,
    ]
    assert paragraphs(clean("\n".join(lines), ARABIC_TITLE)) == ARABIC


def test_a_list_of_linked_headlines_goes() -> None:
    linked = [
        "• أسعار القمح ترتفع في الأسواق العالمية",
        "• مهرجان الزهور يجذب آلاف الزوار",
        "• طقس حار في نهاية الأسبوع",
    ]
    cleaned = clean("\n".join([*ARABIC, "مقالات مشابهة", *linked]), ARABIC_TITLE)
    assert paragraphs(cleaned) == ARABIC


ENGLISH_TITLE = "Norvik and Tessaly agree to reopen embassies"
ENGLISH = [
    "Norvik and Tessaly agreed on Tuesday to reopen their embassies after four years, the two foreign ministers said.",
    '"The embassies will open in June," Norvik\'s minister Ada Brenn told Reuters after the talks with Tessaly in Port Lumen.',
    "What the ministers said",
    "Brenn asked reporters to read also the annex, which sets out how the embassies will be staffed.",
    "It took years.",
    "Tessaly's minister said both embassies would first handle visas, then trade:",
    "- Visas for students",
    "- Permits for lorries",
    "The Outlet's privacy policy questions to the ministry about the talks went unanswered, Brenn's office said on Tuesday evening.",
]


def test_english_page_keeps_sentences_that_look_like_junk() -> None:
    lines = [
        "Skip to main content",
        ENGLISH_TITLE,
        "By Mary Quill",
        "Published 4 May 2031 10:15 GMT",
        "Share this article",
        "PORT LUMEN (AFP) - " + ENGLISH[0],
        ENGLISH[1],
        "Read also: Tessaly shuts its border with Ostland",
        *ENGLISH[2:5],
        "Advertisement",
        *ENGLISH[5:],
        "Additional reporting by Tom Vale",
        "Sign up for our newsletter and get the news delivered to your inbox",
        "We use cookies to improve your experience",
        "© 2031 The Outlet. All rights reserved.",
        "Related articles",
        "Ten dead in Ostland bus crash",
        "Chess champion retires at 24",
    ]
    cleaned = clean("\n".join(lines), ENGLISH_TITLE + " - The Outlet")
    assert cleaned.article.title == ENGLISH_TITLE
    assert paragraphs(cleaned) == ["PORT LUMEN - " + ENGLISH[0], *ENGLISH[1:]]
    assert cleaned.article.credit == "afp"
    assert cleaned.article.lang == "en"
    found = reasons(cleaned)
    assert found["By Mary Quill"] == "byline"
    assert found["Published 4 May 2031 10:15 GMT"] == "date_line"
    assert found["Read also: Tessaly shuts its border with Ostland"] == "read_also"
    assert found["Advertisement"] == "advert"
    assert found["We use cookies to improve your experience"] == "cookie"
    assert found["(AFP) -"] == "credit"


def test_russian() -> None:
    own = [
        "Президент Марзании Олег Дарин прибыл в Сильму на переговоры с президентом Кельдоры о границе.",
        "По словам Дарина, который ранее заявил ТАСС о готовности к компромиссу, переговоры о границе продлятся два дня.",
        "Кельдора настаивает на том, чтобы граница в районе реки Вельды осталась прежней.",
    ]
    lines = ["МОСКВА, 5 мая. /ТАСС/. " + own[0], own[1], "Читайте также: Кельдора отозвала посла", own[2], "Фото: пресс-служба",
             "Подписывайтесь на наш канал в Telegram", "Теги: Марзания, Кельдора", "Все права защищены"]  # fmt: skip
    cleaned = clean("\n".join(lines), "Президент Марзании прибыл на переговоры в Сильму")
    assert paragraphs(cleaned) == ["МОСКВА, 5 мая - " + own[0], *own[1:]]
    assert (cleaned.article.credit, cleaned.article.lang) == ("tass", "ru")


def test_french() -> None:
    own = [
        "Le Premier ministre de Marzanie a reçu mardi son homologue de Keldora pour évoquer le traité de pêche.",
        "« Lire aussi les annexes du traité est indispensable », a-t-il déclaré à l'AFP en marge de la rencontre.",
        "Le traité de pêche doit être signé avant la fin de l'année par les deux Premiers ministres.",
    ]
    lines = ["Publié le 5 mai 2031 à 10h15", "Partager", own[0], "À lire aussi : Le port de Silma fermé par la tempête", own[1],
             "Publicité", own[2], "Inscrivez-vous à notre newsletter", "Tous droits réservés", "Sur le même sujet",
             "Le prix du blé recule", "Un festival de jazz à Silma"]  # fmt: skip
    cleaned = clean("\n".join(lines), "Marzanie et Keldora discutent du traité de pêche")
    assert paragraphs(cleaned) == own
    assert cleaned.article.lang == "fr"


def test_persian() -> None:
    own = [
        "به گزارش ایرنا، وزیر امور خارجه مرزانیا روز دوشنبه وارد سیلما شد و با همتای خود درباره گشایش گذرگاه‌ها گفت‌وگو کرد.",
        "وی در این دیدار گفت گشایش گذرگاه‌ها به سود هر دو کشور است و گفت‌وگوها ادامه خواهد یافت.",
    ]
    lines = ["تاریخ انتشار: ۱۵ اردیبهشت ۱۴۱۰ - ۱۰:۲۰", *own, "بیشتر بخوانید:", "سفر وزیر کشاورزی به استان ساحلی", "انتهای پیام",
             "برچسب‌ها: مرزانیا، سیلما", "کلیه حقوق این سایت محفوظ است"]  # fmt: skip
    cleaned = clean("\n".join(lines), "وزیر خارجه مرزانیا وارد سیلما شد")
    assert paragraphs(cleaned) == own
    assert (cleaned.article.credit, cleaned.article.lang) == ("irna", "fa")


def test_turkish() -> None:
    own = [
        "Marzanya Dışişleri Bakanı Selim Orhan, Keldora ile sınır kapılarının açılması için anlaşma imzaladı.",
        "Orhan, anlaşmanın sınır kapılarının tamamını kapsadığını ve haziran ayında yürürlüğe gireceğini söyledi.",
    ]
    lines = ["Yayınlanma: 05.05.2031 - 10:15", "SİLMA (AA) - " + own[0], "İlgili Haber: Keldora büyükelçi atadı", own[1],
             "Fotoğraf: AA", "Bizi takip edin", "Etiketler: Marzanya, Keldora", "Tüm hakları saklıdır."]  # fmt: skip
    cleaned = clean("\n".join(lines), "Marzanya ile Keldora sınır anlaşması imzaladı")
    assert paragraphs(cleaned) == ["SİLMA - " + own[0], own[1]]
    assert (cleaned.article.credit, cleaned.article.lang) == ("anadolu", "tr")


def test_spanish() -> None:
    own = [
        "El canciller de Marzania, Raúl Ibarra, viajó este martes a Silma para reunirse con su par de Keldora.",
        "La reunión de los cancilleres de Marzania y Keldora buscará un acuerdo sobre el agua del río Velda.",
    ]
    lines = ["Silma, 5 may (EFE).- " + own[0], "Lea también: Sube el precio del trigo", own[1], "Síguenos en Facebook",
             "Etiquetas: Marzania, agua", "Todos los derechos reservados", "Noticias relacionadas", "El festival de cine abre hoy"]  # fmt: skip
    cleaned = clean("\n".join(lines), "Canciller de Marzania viaja a Silma | Diario El Faro")
    assert cleaned.article.title == "Canciller de Marzania viaja a Silma"
    assert paragraphs(cleaned) == ["Silma, 5 may - " + own[0], own[1]]
    assert (cleaned.article.credit, cleaned.article.lang) == ("efe", "es")


def test_a_feed_fragment_of_html() -> None:
    fragment = (
        '<p>Norvik &amp; Tessaly agreed on Tuesday to reopen embassies.</p><img src="https://t.example/p.gif" width="1">'
        '<a href="https://outlet.example/a">Read more</a><p>The post <a href="#">Norvik and Tessaly</a> appeared first on '
        "<a href='https://outlet.example'>The Outlet</a>.</p>"
    )
    cleaned = clean(fragment, ENGLISH_TITLE, html=True)
    assert cleaned.article.text == "Norvik & Tessaly agreed on Tuesday to reopen embassies."


def test_a_whole_page_of_html() -> None:
    body = "".join(f"<p>{p}</p>" for p in ENGLISH[:2] + ENGLISH[3:4])
    page = (
        f"<html><head><title>{ENGLISH_TITLE} | The Outlet</title></head><body><nav><a href='/'>Home</a> <a href='/w'>World</a></nav>"
        f"<article><h1>{ENGLISH_TITLE}</h1>{body}</article><footer>© 2031 The Outlet. All rights reserved.</footer></body></html>"
    )
    cleaned = clean(page, html=True)
    assert cleaned.article.title == ENGLISH_TITLE
    assert paragraphs(cleaned) == ENGLISH[:2] + ENGLISH[3:4]


@pytest.mark.parametrize(
    "tail", ["[…]", "[...]", "Read more", "Continue reading →", "اقرأ المزيد", "Читать далее", "[+1234 chars]"]
)
def test_a_cut_text_loses_its_link(tail: str) -> None:
    assert clean(f"{ENGLISH[0]} {tail}", ENGLISH_TITLE).article.text == ENGLISH[0]


def test_a_headline_is_made_when_there_is_none() -> None:
    cleaned = clean(ENGLISH[0] + " " + ENGLISH[3])
    assert cleaned.article.title == ENGLISH[0]
    assert cleaned.article.text.startswith(ENGLISH[0])


def test_a_bare_headline_is_an_article() -> None:
    article = clean("", ENGLISH_TITLE).article
    assert (article.title, article.text, article.lang) == (ENGLISH_TITLE, "", "en")


@pytest.mark.parametrize(("content", "title"), [("", ""), ("  \n ", "—"), ("12:30", "...")])
def test_an_article_without_words_is_refused(content: str, title: str) -> None:
    with pytest.raises(Refused) as caught:
        clean(content, title)
    assert caught.value.reason == "empty_text"


def test_an_endless_article_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        clean("word " * 500_000, "title")
    assert caught.value.reason == "too_long"


def test_a_heartbeat_passes_untouched() -> None:
    article = clean("Read more", "beat", kind="heartbeat", id="hb-1", published=5.0).article
    assert (article.kind, article.id, article.title, article.text) == ("heartbeat", "hb-1", "beat", "Read more")


def test_the_id_comes_from_the_canonical_address() -> None:
    first = clean("", ENGLISH_TITLE, url="http://www.outlet.example/a?utm_source=x#top").article
    second = clean("", "Another headline of it", url="https://outlet.example/a/").article
    assert first.id == second.id != clean("", ENGLISH_TITLE, url="https://outlet.example/b").article.id
    assert clean("", ENGLISH_TITLE, id="given", url="https://outlet.example/b").article.id == "given"


def test_a_byline_of_the_feed_and_an_agencys_own_site_give_the_credit() -> None:
    assert clean("", ENGLISH_TITLE, credit="AFP").article.credit == "afp"
    assert clean("", ENGLISH_TITLE, credit="Mary Quill").article.credit is None
    assert clean("", ENGLISH_TITLE, site="reuters.com").article.credit == "reuters"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(max_size=60), st.booleans())
def test_any_input_is_cleaned_or_refused(content: str, title: str, html: bool) -> None:
    try:
        cleaned = clean(content, title, html=html)
    except Refused as refusal:
        if refusal.reason not in {"empty_text", "bad_markup"}:
            raise
        return
    assert clean(content, title, html=html) == cleaned
    assert cleaned.article.title or cleaned.article.text


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(len(ENGLISH))))
def test_own_sentences_stay_in_any_order(order: list[int]) -> None:
    own = [line for i in order if len((line := ENGLISH[i]).split()) > 8]
    assert paragraphs(clean("\n".join(own), ENGLISH_TITLE)) == own
