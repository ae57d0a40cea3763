from datetime import UTC, datetime

import pytest

from stream.embedding.parties import find_parties


def _at(day: str) -> float:
    return datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("lang", "title"),
    [
        ("en", "Russia and Iran open talks on gas"),
        ("en", "Russian president receives Iranian counterpart"),
        ("en", "Moscow and Tehran sign pact"),
        ("ar", "روسيا وإيران تبحثان ملف الغاز"),
        ("ar", "الرئيس الروسي يستقبل نظيره الإيراني"),
        ("ar", "موسكو وطهران توقعان اتفاقية"),
        ("fr", "La Russie et l'Iran signent un accord"),
        ("fr", "Le président russe reçoit son homologue iranien"),
        ("ru", "Россия и Иран подписали соглашение"),
        ("ru", "Российский президент встретился с иранским коллегой"),
        ("fa", "رئیس جمهور روسیه با همتای ایرانی دیدار کرد"),
        ("tr", "Rusya'nın İran'la görüşmeleri başladı"),
        ("de", "Russischer Präsident trifft iranischen Amtskollegen"),
        ("es", "El presidente ruso recibe a su homólogo iraní"),
        ("it", "Il presidente russo incontra l'omologo iraniano"),
        ("nl", "Russische president ontmoet Iraanse ambtgenoot"),
        ("pt", "Presidente russo recebe o homólogo iraniano"),
        ("uk", "Росія та Іран підписали договір"),
        ("zh", "俄罗斯与伊朗签署协议"),
        ("he", "רוסיה ואיראן חתמו על הסכם"),
        ("ja", "ロシアとイランが協定に署名"),
        ("id", "Rusia dan Iran menandatangani perjanjian"),
    ],
)
def test_states_by_name_adjective_and_capital_in_many_languages(lang: str, title: str) -> None:
    assert set(find_parties(title, "", lang, _at("2024-10-11"))) == {"RU", "IR"}


@pytest.mark.parametrize(
    ("day", "title", "parties"),
    [
        ("2023-12-07", "Putin receives Raisi at the Kremlin", ["RU", "IR"]),
        ("2024-10-11", "Putin meets Pezeshkian", ["RU", "IR"]),
        ("2020-05-01", "Trump phones Merkel", ["US", "DE"]),
        ("2023-05-01", "Trump phones Merkel", []),
        ("2023-05-01", "Rutte visits Macron", ["NL", "FR"]),
        ("2025-05-01", "Rutte visits Macron", ["NATO", "FR"]),
    ],
)
def test_a_name_speaks_for_its_state_only_while_in_office(day: str, title: str, parties: list[str]) -> None:
    assert find_parties(title, "", "en", _at(day)) == parties


@pytest.mark.parametrize(
    ("lang", "title"),
    [
        ("en", "Michael Jordan sells his basketball team"),
        ("en", "He ate turkey with a georgian on us all"),
        ("ar", "دور رئيسي للشباب في المشروع"),
        ("ar", "موعد أذان المغرب اليوم"),
        ("ar", "أنبوب بقطر مترين"),
        ("ar", "خبير مالي يشرح الميزانية"),
        ("ru", "Того же мнения придерживается хозяин дома"),
        ("pt", "Eu comi peru no jantar"),
        ("tr", "Mali yıl başladı"),
    ],
)
def test_words_that_only_look_like_states(lang: str, title: str) -> None:
    assert find_parties(title, "", lang, _at("2024-10-11")) == []


def test_amman_is_jordan_and_oman_is_oman() -> None:
    at = _at("2024-10-11")
    assert find_parties("عمّان والقاهرة تتفقان على هدنة", "", "ar", at) == ["JO", "EG"]
    assert find_parties("سلطنة عمان ومصر تتفقان على هدنة", "", "ar", at) == ["OM", "EG"]


def test_the_host_of_others_is_no_party_but_a_visited_state_is() -> None:
    at = _at("2024-10-11")
    assert find_parties("Putin meets Pezeshkian in Turkmenistan", "", "en", at) == ["RU", "IR"]
    assert set(find_parties("Macron arrives in China for state visit", "", "en", at)) == {"FR", "CN"}


def test_a_state_of_the_background_is_no_party() -> None:
    text = (
        "The foreign ministers of Kenya and Ghana met on Monday. They signed a fishing agreement.\n"
        "Both sides praised the work of their teams.\nThe text runs to forty pages.\nIt will last ten years.\n"
        "A similar pact was concluded by Norway long ago.\nFishing in Norway has grown since."
    )
    assert find_parties("Kenya and Ghana sign fishing pact", text, "en", _at("2024-10-11")) == ["KE", "GH"]


def test_bodies_are_parties() -> None:
    at = _at("2024-10-11")
    assert find_parties("EU and ASEAN agree on trade", "", "en", at) == ["EU", "ASEAN"]
    assert find_parties("الجامعة العربية والاتحاد الأفريقي يبحثان أزمة السودان", "", "ar", at)[:2] == [
        "ARAB_LEAGUE",
        "AFRICAN_UNION",
    ]


def test_at_most_eight() -> None:
    names = "France, Germany, Italy, Spain, Poland, Norway, Sweden, Finland, Greece, Malta meet"
    assert len(find_parties(names, "", "en", 0.0)) == 8
