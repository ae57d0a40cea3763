import json

from stream.cleaning.address import canonical_url
from stream.newswire import gold_items, recorded_stream
from stream.newswire.loading import load

START = 1_800_000_000.0
LINES = list(recorded_stream(START))
FIELDS = ["id", "url", "source", "title", "text", "lang", "published", "event", "diplomatic", "act", "modality",
          "parties", "place", "event_date", "origin", "copy_of", "rings"]  # fmt: skip


def of(event: str) -> list[dict]:
    return [line for line in LINES if line["event"] == event]


def test_every_item_is_a_line_with_every_field() -> None:
    assert len(LINES) == len(load().items)
    assert all(list(line) == FIELDS for line in LINES)
    assert len({line["id"] for line in LINES}) == len(LINES)
    assert json.loads(json.dumps(LINES)) == LINES


def test_lines_are_in_order_of_publishing() -> None:
    assert [line["published"] for line in LINES] == sorted(line["published"] for line in LINES)


def test_two_recordings_are_the_same() -> None:
    assert list(recorded_stream(START)) == LINES


def test_gold_items_are_the_lines_without_text() -> None:
    assert gold_items(START) == [{name: value for name, value in line.items() if name != "text"} for line in LINES]


def test_addresses_are_those_the_clean_step_derives() -> None:
    links = {canonical_url(item.link) for item in load().items}
    assert {line["url"] for line in LINES} == links
    assert not any("utm_" in line["url"] for line in LINES)


def test_copies_name_the_first_reprint() -> None:
    lines = of("nouakchott-agency-only")
    first, *others = lines
    assert first["copy_of"] is None
    assert {line["copy_of"] for line in others} == {first["id"]}
    assert {line["origin"] for line in lines} == {"sanad-almashriq"}


def test_what_rings_is_diplomatic_and_told_by_three() -> None:
    assert len({line["event"] for line in LINES if line["rings"]}) == 11
    assert not any(line["rings"] for line in of("nouakchott-agency-only") + of("cup-final") + of("nepal-earthquake"))
    assert all(len({line["origin"] for line in of(event)}) >= 3 for event in {x["event"] for x in LINES if x["rings"]})


def test_a_planned_visit_is_dated_ahead() -> None:
    line = of("tehran-visit-planned")[0]
    assert line["modality"] == "planned"
    assert line["event_date"] == "2027-01-18"
    assert line["published"].startswith("2027-01-15")


def test_recurring_meetings_have_dates_of_their_own() -> None:
    assert {line["event_date"] for line in of("tbilisi-talks-first")} != {
        line["event_date"] for line in of("tbilisi-talks-second")
    }
