from stream.embedding.matcher import Matcher
from stream.embedding.tokens import tokenise


def _found(patterns: list[str], text: str) -> list[tuple[str, str]]:
    tokens = tokenise(text, "")
    matcher = Matcher([(pattern, pattern) for pattern in patterns])
    return [(match.value, match.before) for match in matcher.find(tokens)]


def test_words_phrases_and_stems() -> None:
    patterns = ["peace talks", "talks", "sanction*"]
    assert _found(patterns, "Peace talks on sanctions") == [("peace talks", ""), ("talks", ""), ("sanction*", "")]
    assert _found(patterns, "peaceful talk") == []


def test_arabic_particles_are_taken_off_and_told() -> None:
    assert _found(["موسكو"], "بموسكو") == [("موسكو", "ب")]
    assert _found(["روسي"], "وللروسي") == [("روسي", "ول")]
    assert _found(["الصين"], "للصين") == [("الصين", "ل")]
    assert _found(["المغرب"], "مغرب") == []


def test_hebrew_particles_are_taken_off() -> None:
    assert _found(["מוסקבה"], "במוסקבה") == [("מוסקבה", "ב")]


def test_a_phrase_does_not_cross_a_sentence() -> None:
    tokens = tokenise("", "We had peace. Talks begin.")
    assert list(Matcher([("peace talks", 1)]).find(tokens)) == []


def test_a_particle_is_not_cut_off_a_short_word() -> None:
    assert _found(["لد"], "ولد") == []
