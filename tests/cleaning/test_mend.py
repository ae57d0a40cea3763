import pytest

from stream.cleaning.mend import mended


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("RÃ©union Ã  Silma", "Réunion à Silma"),
        ("وزير".encode().decode("latin-1"), "وزير"),
        ("a &amp; b", "a & b"),
        ("a\x00b\x07", "ab"),
        ("e\u0301", "é"),
        ("plain text", "plain text"),
        ("الوزير «قال»", "الوزير «قال»"),
        ("“curly” quotes’ stay", "“curly” quotes’ stay"),
    ],
)
def test_mended(broken: str, whole: str) -> None:
    assert mended(broken) == whole
