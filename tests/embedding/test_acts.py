import pytest

from stream.embedding.acts import find_act
from stream.embedding.lexicon import ACTS, table


@pytest.mark.parametrize(
    ("lang", "title", "act", "modality"),
    [
        ("en", "Kenya and Ghana hold talks on fishing", "consult", "done"),
        ("en", "Kenyan president to visit Ghana next week", "consult", "planned"),
        ("en", "Kenya denies holding talks with Ghana", "consult", "denied"),
        ("en", "Kenya and Ghana sign peace treaty", "agree", "done"),
        ("en", "Kenya recognises Kosovo", "support", "done"),
        ("en", "Kenya expels Ghanaian ambassador", "coerce", "done"),
        ("en", "Kenya summons ambassador of Ghana", "accuse", "done"),
        ("en", "Kenya severs ties with Ghana", "coerce", "done"),
        ("en", "Kenya rejects Ghana's offer", "reject", "done"),
        ("en", "Kenya urges Ghana to open border", "demand", "done"),
        ("en", "Kenya warns Ghana over fishing", "threaten", "done"),
        ("en", "Kenya and Ghana begin joint exercise", "cooperate", "ongoing"),
        ("ar", "كينيا وغانا تجريان مباحثات حول الصيد", "consult", "done"),
        ("ar", "الرئيس الكيني سيزور غانا", "consult", "planned"),
        ("ar", "كينيا تنفي إجراء محادثات مع غانا", "consult", "denied"),
        ("ar", "كينيا وغانا توقعان معاهدة سلام", "agree", "done"),
        ("ar", "كينيا تعترف بكوسوفو", "support", "done"),
        ("ar", "كينيا تطرد السفير الغاني", "coerce", "done"),
        ("ar", "كينيا تستدعي السفير الغاني", "accuse", "done"),
        ("ar", "كينيا تقطع علاقاتها مع غانا", "coerce", "done"),
        ("ar", "كينيا ترفض عرض غانا", "reject", "done"),
        ("ar", "كينيا تدعو إلى فتح الحدود", "demand", "done"),
        ("ar", "كينيا تحذر غانا", "threaten", "done"),
        ("ar", "وساطة كينية بين غانا وتوغو", "consult", "done"),
        ("ar", "كينيا تستأنف العلاقات الدبلوماسية مع غانا: تطبيع العلاقات", "support", "done"),
        ("fr", "Le Kenya expulse l'ambassadeur du Ghana", "coerce", "done"),
        ("ru", "Кения и Гана подписали соглашение", "agree", "done"),
        ("fa", "کنیا سفیر غنا را اخراج کرد", "coerce", "done"),
        ("tr", "Kenya ile Gana anlaşma imzaladı", "agree", "done"),
        ("es", "Kenia rompe relaciones con Ghana", "coerce", "done"),
        ("de", "Kenia und Ghana unterzeichnen Abkommen", "agree", "done"),
        ("it", "Kenya e Ghana firmano un accordo", "agree", "done"),
        ("nl", "Kenia en Ghana ondertekenen akkoord", "agree", "done"),
        ("zz", "Kenya and Ghana sign treaty", None, None),
        ("en", "A quiet day at the seaside", None, None),
    ],
)
def test_acts(lang: str, title: str, act: str | None, modality: str | None) -> None:
    assert find_act(title, "", lang)[:2] == (act, modality)


def test_the_headline_decides_over_the_background() -> None:
    text = "They shook hands.\nThey had lunch.\nThey smiled.\nSanctions had been imposed years before."
    assert find_act("Kenya and Ghana sign treaty", text, "en")[0] == "agree"


@pytest.mark.parametrize(
    "lang", ["ar", "de", "en", "es", "fa", "fr", "he", "id", "it", "nl", "pl", "pt", "ru", "tr", "uk", "zh"]
)
def test_lexicon_rows_are_well_formed(lang: str) -> None:
    seen = set()
    for row in table(f"lexicon/{lang}.tsv", "\t"):
        pattern, term, weight, modality, note = row
        assert pattern
        assert note
        assert (pattern, term) not in seen
        assert 0 < float(weight) <= 1
        assert modality in {"", "planned", "ongoing", "done", "denied"}
        seen.add((pattern, term))
    assert {"consult", "agree", "coerce", "official"} <= {term for _, term in seen}


def test_the_arabic_lexicon_is_rich() -> None:
    assert sum(row[1] in ACTS for row in table("lexicon/ar.tsv", "\t")) >= 250
