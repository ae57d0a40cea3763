from stream.embedding.lexicon import table
from stream.embedding.territories import STATES, english, inflected_adjective, names


def test_every_state_has_a_name_in_the_main_languages() -> None:
    for lang in (
        "ar",
        "en",
        "fr",
        "ru",
        "fa",
        "tr",
        "es",
        "de",
        "pt",
        "it",
        "zh",
        "he",
        "ur",
        "uk",
        "id",
        "nl",
        "ja",
        "ko",
    ):
        assert len({code for code, _ in names(lang)}) > 180


def test_short_russian_names_are_declined_and_long_ones_are_stems() -> None:
    assert {("TD", "Чада"), ("RU", "Росси*")} <= set(names("ru"))


def test_arabic_adjectives_get_their_endings() -> None:
    assert {"روسي", "روسية", "روسيين"} <= set(inflected_adjective("روسي", "ar"))
    assert "كورية شمالي" in inflected_adjective("كوري شمالي", "ar")


def test_an_unknown_language_falls_back_to_english() -> None:
    assert ("FR", "France") in set(names("zz"))
    assert english("FR") == "France"


def test_data_files_name_known_parties_only() -> None:
    bodies = {row[0] for row in table("names.txt")} - STATES
    assert all(code.isupper() for code in bodies)
    assert "AU" not in {row[0] for row in table("names.txt")}
    for name in ("demonyms.txt", "leaders.txt"):
        assert {row[0] for row in table(name)} <= STATES | bodies
    assert {row[1] for row in table("cities.txt")} <= STATES


def test_terms_of_office_are_months_in_order() -> None:
    for _code, _office, since, until, *forms in table("leaders.txt"):
        assert len(since) == 7
        assert not until or since <= until
        assert forms
        assert forms[0]
