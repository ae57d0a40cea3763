import pytest

from stream.embedding.places import find_places


@pytest.mark.parametrize(
    ("lang", "title"),
    [
        ("en", "Ministers hold talks in Geneva"),
        ("ar", "محادثات وزارية في جنيف"),
        ("ar", "وزراء يجتمعون بجنيف"),
        ("fr", "Des ministres réunis à Genève"),
        ("ru", "Министры встретились в Женеве"),
        ("fa", "دیدار وزیران در ژنو"),
        ("tr", "Bakanlar Cenevre'de görüştü"),
        ("de", "Minister treffen sich in Genf"),
        ("es", "Los ministros se reúnen en Ginebra"),
        ("it", "I ministri si incontrano a Ginevra"),
        ("nl", "Ministers praten in Genève"),
    ],
)
def test_a_city_in_many_languages(lang: str, title: str) -> None:
    assert find_places(title, "", lang) == ["Geneva", "Switzerland"]


def test_a_city_as_a_place_comes_before_a_government() -> None:
    assert find_places("Moscow and Tehran sign pact in Ashgabat", "", "en")[:2] == ["Ashgabat", "Turkmenistan"]


def test_the_capital_of_a_state_named_in_between() -> None:
    text = "بدأت القمة الخميس في العاصمة الطاجيكية دوشنبه."
    assert find_places("", text, "ar")[:2] == ["Dushanbe", "Tajikistan"]


def test_a_country_stands_alone() -> None:
    assert find_places("Ministers hold talks in Malta", "", "en") == ["Malta"]


def test_nowhere() -> None:
    assert find_places("Ministers hold talks", "", "en") == []
