import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream.feeds.encoding import decode

ARABIC = "وزير الخارجية يستقبل نظيره التركي في الرياض ويبحثان العلاقات الثنائية وسبل تعزيزها. " * 5
RUSSIAN = "Министр иностранных дел провёл переговоры с коллегой в Москве. " * 5


def xml(text: str, label: str | None = None) -> str:
    return f"<?xml version='1.0'{f' encoding={label!r}' if label else ''}?><rss>{text}</rss>"


@pytest.mark.parametrize(
    ("text", "label", "codec"),
    [
        (ARABIC, "utf-8", "utf-8"),
        (ARABIC, None, "utf-8"),
        (ARABIC, "windows-1256", "cp1256"),
        (RUSSIAN, "windows-1251", "cp1251"),
        (RUSSIAN, "koi8-r", "koi8-r"),
        ("Jürgen", "ISO-8859-1", "latin-1"),
        ("外交部长会谈", "gb2312", "gb2312"),
        ("外相会談", "iso-2022-jp", "iso2022_jp"),
        ("외교장관 회담", "euc-kr", "euc-kr"),
    ],
)
def test_an_honest_declaration(text, label, codec):
    decoded = decode(xml(text, label).encode(codec))
    assert text in decoded.text
    assert decoded.note is None


@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1256", "nonsense"])
def test_utf_8_is_known_for_what_it_is_whatever_it_says(label):
    decoded = decode(xml(ARABIC, label).encode())
    assert ARABIC in decoded.text
    assert decoded.note == f"says {label}, is utf-8"


def test_a_wrong_header_does_not_matter():
    assert ARABIC in decode(xml(ARABIC, "utf-8").encode(), "iso-8859-1").text
    assert RUSSIAN in decode(xml(RUSSIAN, "windows-1251").encode("cp1251"), "utf-8").text


def test_the_header_counts_where_the_document_says_nothing():
    decoded = decode(xml(RUSSIAN).encode("cp1251"), "windows-1251")
    assert RUSSIAN in decoded.text


@pytest.mark.parametrize(("text", "codec"), [(ARABIC, "cp1256"), (RUSSIAN, "cp1251")])
def test_a_false_utf_8_declaration_is_guessed_from_the_words(text, codec):
    decoded = decode(xml(text, "utf-8").encode(codec))
    assert text in decoded.text
    assert "looks like" in decoded.note


def test_a_few_broken_bytes_do_not_spoil_the_rest():
    body = xml(ARABIC, "utf-8").encode() + b" caf\xe9 "
    decoded = decode(body)
    assert ARABIC in decoded.text
    assert "café" in decoded.text
    assert decoded.note == "has bytes that are not utf-8"


@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_marks(mark):
    assert decode(xml(ARABIC, "iso-8859-1").encode(mark)).text == xml(ARABIC, "iso-8859-1")


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark(codec):
    assert decode(xml(ARABIC).encode(codec)).text == xml(ARABIC)


@settings(max_examples=60)
@given(body=st.binary(max_size=300), header=st.one_of(st.none(), st.sampled_from(["utf-8", "latin1", "x", "idna"])))
def test_any_bytes_give_some_text(body, header):
    assert isinstance(decode(body, header).text, str)


def test_the_error_handler_is_registered():
    assert codecs.lookup_error("tocsin_legacy")
