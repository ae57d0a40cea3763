from hypothesis import given, settings
from hypothesis import strategies as st

from stream.cleaning.markup import page_title, strip, to_text
from stream.errors import Refused


def test_a_fragment_keeps_its_paragraphs() -> None:
    assert to_text("<p>One thing.</p><p>Another <b>thing</b>.</p>Third<br>Fourth").split("\n") == [
        "One thing.",
        "Another thing.",
        "Third",
        "Fourth",
    ]


def test_scripts_forms_figures_and_navigation_go() -> None:
    markup = (
        "<nav>Menu</nav><p>Own words.</p><script>var a = '<p>no</p>'</script><style>p{}</style><form>Search</form>"
        "<figure><img src=x><figcaption>Caption</figcaption></figure><footer>Foot</footer>"
    )
    assert strip(markup) == "Own words."


def test_text_that_is_no_markup_passes() -> None:
    assert to_text("5 < 6 and AT&amp;T") == "5 < 6 and AT&T"


def test_titles_of_pages() -> None:
    assert page_title('<head><meta property="og:title" content="A"><title>B</title></head><h1>C</h1>') == "A"
    assert page_title("<title>B</title><h1> C <b>c</b></h1>") == "C c"
    assert page_title("<title>B</title>") == "B"
    assert page_title("<p>none</p>") == ""


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="<>/abp \n&;=\"'!-", max_size=120))
def test_any_markup_is_read_or_refused(markup: str) -> None:
    try:
        assert isinstance(to_text(markup), str)
    except Refused as refusal:
        if refusal.reason != "bad_markup":
            raise
