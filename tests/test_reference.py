import pytest

from stream.reference import DOCS, PAGES


@pytest.mark.parametrize("name", PAGES)
def test_the_page_says_what_the_code_does(name):
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), "run `python -m stream.reference`"
