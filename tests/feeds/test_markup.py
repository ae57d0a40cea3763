import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream.errors import Refused
from stream.feeds import markup


def test_a_clean_document_is_left_alone():
    assert markup.document("<rss><channel/></rss>") == ("<rss><channel/></rss>", [])


def test_what_stands_before_the_prolog_goes():
    text, mended = markup.document("\n\ufeff Warning: mysql <?xml version='1.0'?><rss/>")
    assert text == "<rss/>"
    assert mended == ["text before the prolog"]


def test_the_declaration_and_the_document_type_go():
    head = '<?xml version="1.0" encoding="x"?>\n<!DOCTYPE rss PUBLIC "-//Netscape//DTD" "http://n.example/rss.dtd">'
    text, mended = markup.document(head + "<rss/>")
    assert text.strip() == "<rss/>"
    assert mended == []


def test_characters_that_xml_forbids_go_and_are_named():
    text, mended = markup.document("<rss>a\x0bb&#x1F;c&#11;d&#xFFFF;&#99999999;e&#10;f\ud800</rss>")
    assert text == "<rss>abcde&#10;f</rss>"
    assert mended == ["characters that XML forbids"]


def test_short_plain_entities_are_expanded():
    doctype = """<!DOCTYPE rss [<!ENTITY house "Tocsin &#38; sons"> <!ENTITY x 'y'>]>"""
    text, _ = markup.document(f"{doctype}<rss>&house;&x;&amp;</rss>")
    assert text == "<rss>Tocsin &#38; sonsy&amp;</rss>"


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE r [<!ENTITY x PUBLIC "a" "http://evil.example/">]>',
        '<!DOCTYPE r [<!ENTITY % p "x"> %p;]>',
        '<!DOCTYPE r [\n<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]>',
        f'<!DOCTYPE r [<!ENTITY a "{"A" * 1000}">]>',
        "<!DOCTYPE r [<!ENTITY>]>",
    ],
)
def test_entities_that_only_an_attacker_declares_are_refused(doctype):
    with pytest.raises(Refused) as refused:
        markup.document(f"<?xml version='1.0'?>{doctype}<rss>&x;&a;&b;</rss>")
    assert refused.value.reason == "entities"


@pytest.mark.parametrize("endless", ["<a>" * (markup.MOST_TAGS + 1), "<a>" + "&" * (markup.MOST_REFERENCES + 1)])
def test_a_document_that_would_take_for_ever_is_refused(endless):
    with pytest.raises(Refused) as refused:
        markup.document(endless)
    assert refused.value.reason == "too_complex"


def test_tags_inside_cdata_do_not_count_against_a_feed():
    document = f"<rss><![CDATA[{'<p>' * (markup.MOST_TAGS + 1)}]]></rss>"
    assert markup.document(document) == (document, [])


@pytest.mark.parametrize("unit", ["<!--", "<![CDATA[", "<!DOCTYPE [", "<!ENTITY ", "&", "&#", "]]>"])
def test_hostile_repetition_takes_no_time(unit):
    started = time.perf_counter()
    try:
        text, _ = markup.document(unit * 200_000)
        markup.count_items(text)
        markup.plain(text)
    except Refused:
        pass
    assert time.perf_counter() - started < 3


def test_items_are_counted_where_a_reader_sees_them():
    text = "<rss><item>1</item><a:entry x='y'/><!-- <item> --><![CDATA[<item>]]><items/><ITEM/></rss>"
    assert markup.count_items(text) == 3
    assert markup.count_items("<item><![CDATA[<item>") == 1


def test_a_web_page_is_known():
    assert markup.is_html("<!doctype html>\n<HTML><body>")
    assert not markup.is_html("<rss/>")
    assert not markup.is_html("no tag")


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("A &amp;amp; B", "A & B"),
        ("<b>Talks</b>  in\n Riyadh", "Talks in Riyadh"),
        ("3 < 5 and 7 > 6", "3 < 5 and 7 > 6"),
        ("&quot;وزير&quot;\u200f", '"وزير"\u200f'),
        ("", ""),
    ],
)
def test_headlines_in_plain_words(title, plain):
    assert markup.plain(title) == plain


@pytest.mark.parametrize(("text", "html"), [("a < b", False), ("<p>x", True), ("x &amp; y", True), ("plain", False)])
def test_what_is_html(text, html):
    assert markup.looks_like_html(text) is html


@settings(max_examples=60)
@given(st.text(alphabet="<>!&;#xdD8[]CATDOYPE-item\x0b\ud800\ufffe '\"", max_size=200))
def test_no_text_breaks_it_and_no_forbidden_character_is_left(text):
    try:
        document, _ = markup.document(text)
    except Refused:
        return
    assert not markup.FORBIDDEN.search(document)
    assert markup.count_items(document) >= 0
