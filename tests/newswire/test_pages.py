import datetime

from selectolax.lexbor import LexborHTMLParser

from stream.newswire.habits import Block, Page
from stream.newswire.loading import load
from stream.newswire.pages import day_of, earlier_items, excerpt_of, html_of, page_of, text_of

WIRE = load()
SUNDAY_NOON = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC).timestamp()
ITEMS = {item.key: item for item in WIRE.items}


def test_date_words_count_from_the_happenings_first_telling() -> None:
    just_before_midnight = datetime.datetime(2026, 11, 23, 1, 30, tzinfo=datetime.UTC).timestamp()
    days = {day_of(item, just_before_midnight) for item in WIRE.items if item.event == "nairobi-talks-second"}
    assert days == {datetime.date(2026, 11, 22)}


def test_the_second_round_recalls_the_firsts_date() -> None:
    page = page_of(ITEMS["harrow/tbilisi-talks-second"], [], SUNDAY_NOON)
    assert "met in Tbilisi on Sunday" in page.blocks[0].text
    first = day_of(ITEMS["harrow/tbilisi-talks-first"], SUNDAY_NOON)
    assert f"{first.day} {first:%B}" in text_of(page)


def test_habits_point_only_at_what_has_appeared() -> None:
    for item in WIRE.items:
        page = page_of(item, earlier_items(WIRE, item), SUNDAY_NOON)
        shown = {other.url for other in WIRE.items if other.at <= item.at}
        assert {block.href for block in page.blocks if block.href} <= shown, item.key


def test_html_holds_the_page_and_escapes_it() -> None:
    page = Page("T", (Block("paragraph", "a < b & c", own=True), Block("link", "Go", 'https://a.example/?x="1"&y=2')))
    tree = LexborHTMLParser(html_of(page))
    assert tree.css_first("p").text() == "a < b & c"
    assert tree.css_first("a").attributes["href"] == 'https://a.example/?x="1"&y=2'


def test_an_excerpt_is_cut_at_a_word() -> None:
    item = ITEMS["karoo/nairobi-talks-first"]
    excerpt = excerpt_of(page_of(item, [], SUNDAY_NOON), item.outlet)
    assert excerpt.endswith(" [...]")
    assert item.paragraphs[0].startswith(excerpt[:40])
    assert len(excerpt) <= 166
