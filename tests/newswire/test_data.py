"""The news itself: enough of it, in enough languages, on time, and with a truth that holds."""

import itertools
import re
from collections import Counter, defaultdict
from importlib.resources import files

import pytest

from stream.newswire.dates import PLACEHOLDER
from stream.newswire.gold import ringing_events
from stream.newswire.loading import load
from stream.newswire.model import Item

WIRE = load()
HAPPENINGS = {happening.key: happening for happening in WIRE.happenings}


def texts(item: Item) -> list[str]:
    return [item.title, *item.paragraphs]


def test_outlets_by_language() -> None:
    assert Counter(outlet.lang for outlet in WIRE.outlets.values()) == {
        "ar": 8, "en": 5, "ru": 3, "fr": 3, "fa": 2, "tr": 2, "es": 2,
    }  # fmt: skip


def test_outlets_are_no_one_else() -> None:
    domains = [outlet.domain for outlet in WIRE.outlets.values()]
    assert all(domain.endswith(".example") for domain in domains)
    assert len(set(domains)) == len(domains)


def test_enough_happenings() -> None:
    assert len(ringing_events(WIRE)) >= 8
    spikes = [h for h in WIRE.happenings if not h.diplomatic and len(h.tellings) >= 4]
    assert len(spikes) >= 3


@pytest.mark.parametrize("event", sorted(ringing_events(WIRE)))
def test_a_diplomatic_event_is_told_in_several_languages_by_three_origins(event: str) -> None:
    items = [item for item in WIRE.items if item.event == event]
    assert len({item.origin for item in items}) >= 3
    assert len({item.outlet.lang for item in items}) >= 2
    assert {item.truth.diplomatic for item in items} == {True}


@pytest.mark.parametrize("happening", WIRE.happenings, ids=lambda happening: happening.key)
def test_own_tellings_are_long_enough_and_one_per_outlet(happening) -> None:
    outlets = [telling.outlet for telling in happening.tellings]
    if happening.dispatch:
        outlets += [copy.outlet for copy in happening.dispatch.copies]
    assert len(set(outlets)) == len(outlets)
    for telling in happening.tellings:
        assert 3 <= len(telling.paragraphs) <= 6, telling.outlet


@pytest.mark.parametrize("happening", WIRE.happenings, ids=lambda happening: happening.key)
def test_outlets_tell_within_an_hour_and_a_half(happening) -> None:
    published = [item.published for item in WIRE.items if item.event == happening.key]
    assert 300 <= max(published) - min(published) <= 90 * 60


def test_an_agency_alone_is_one_origin() -> None:
    items = [item for item in WIRE.items if item.event == "nouakchott-agency-only"]
    assert len(items) >= 5
    assert {item.origin for item in items} == {"sanad-almashriq"}
    assert "nouakchott-agency-only" not in ringing_events(WIRE)


@pytest.mark.parametrize("happening", [h for h in WIRE.happenings if h.dispatch], ids=lambda happening: happening.key)
def test_reprints_hold_the_dispatch_word_for_word(happening) -> None:
    copies = [item for item in WIRE.items if item.event == happening.key and item.credit]
    first = min(copies, key=lambda item: item.published)
    for item in copies:
        words = " ".join(item.paragraphs)
        assert all(paragraph in words for paragraph in happening.dispatch.paragraphs[: len(item.paragraphs) - 1])
        assert item.copy_of == (None if item is first else first.key)
        assert item.outlet.lang == happening.dispatch.lang


@pytest.mark.parametrize("name", ["tbilisi-talks", "nairobi-talks"])
def test_recurring_meetings_differ_only_in_their_date(name: str) -> None:
    first, second = HAPPENINGS[f"{name}-first"], HAPPENINGS[f"{name}-second"]
    assert (first.parties, first.place, first.act) == (second.parties, second.place, second.act)
    apart = {item.event: item.day_of for item in WIRE.items if item.event in {first.key, second.key}}
    # Whole days, so that "forty days ago" and the date words agree at whatever hour the demo starts.
    assert apart[second.key] - apart[first.key] == {"tbilisi-talks": 40, "nairobi-talks": 5}[name] * 86_400
    recalled = [telling for telling in second.tellings if any("-40}" in p or "-5}" in p for p in telling.paragraphs)]
    assert len(recalled) >= 3


def test_own_words_of_two_outlets_are_no_copies() -> None:
    tellings = defaultdict(list)
    for item in WIRE.items:
        if not item.copy_of:
            words = " ".join(item.paragraphs).split()
            tellings[item.event].append({tuple(words[i : i + 5]) for i in range(len(words) - 4)})
    for event, shingles in tellings.items():
        for place, one in enumerate(shingles):
            for other in shingles[:place]:
                assert len(one & other) / max(min(len(one), len(other)), 1) < 0.1, event


def test_enough_background_of_one_outlet_or_two() -> None:
    background = Counter(item.event for item in WIRE.items if item.event not in HAPPENINGS)
    assert sum(background.values()) >= 150
    assert set(background.values()) <= {1, 2}
    noise = [item for item in WIRE.items if item.event not in HAPPENINGS and item.truth.diplomatic]
    assert len(noise) >= 5
    assert {item.outlet.lang for item in WIRE.items if item.event not in HAPPENINGS} >= {"ar", "en", "fa", "ru", "tr"}


def test_every_phase_has_background() -> None:
    for phase in WIRE.phases.values():
        inside = [
            item
            for item in WIRE.items
            if phase.begins <= item.published <= phase.begins + phase.minutes * 60 and item.event not in HAPPENINGS
        ]
        assert len(inside) >= 25, phase.key


def test_nothing_is_from_the_future() -> None:
    for item in WIRE.items:
        assert 0 < item.at <= 60, item.key
        assert item.at - item.published >= 60, item.key


def test_the_last_items_are_minutes_old_when_served() -> None:
    ages = [item.at - item.published for item in WIRE.items if item.at > 57]
    assert ages
    assert all(60 <= age <= 3600 for age in ages)


def test_items_appear_in_order_of_publishing_but_for_ten_minutes() -> None:
    newest = -(10**9)
    for item in WIRE.items:
        assert item.published >= newest - 600
        newest = max(newest, item.published)


def test_phases_are_apart() -> None:
    phases = sorted(WIRE.phases.values(), key=lambda phase: phase.begins)
    for one, other in itertools.pairwise(phases):
        assert other.served_from - one.served_to >= 3
        assert other.begins > one.begins + one.minutes * 60


def test_undated_items_come_last() -> None:
    undated = {outlet.key for outlet in WIRE.outlets.values() if outlet.date == "none"}
    phase = WIRE.phases["last_hours"]
    assert undated
    assert all(item.published >= phase.begins for item in WIRE.items if item.outlet.key in undated)


def test_addresses_are_unique() -> None:
    assert len({item.url for item in WIRE.items}) == len(WIRE.items)
    assert len({item.number for item in WIRE.items}) == len(WIRE.items)


def test_placeholders_are_known() -> None:
    for item in WIRE.items:
        assert not re.search(r"[{}]", PLACEHOLDER.sub("", " ".join(texts(item)))), item.key


def test_texts_are_whole() -> None:
    for item in WIRE.items:
        assert all(text == text.strip() and len(text) > 10 for text in texts(item)), item.key
        assert item.title[-1] != ".", item.key
        assert item.paragraphs[0] != item.title, item.key


@pytest.mark.parametrize("folder", ["events", "background"])
def test_files_stay_readable(folder: str) -> None:
    for path in (files("stream.newswire") / "data" / folder).iterdir():
        assert len(path.read_bytes()) < 60_000, path.name


def test_the_script_is_the_languages_own() -> None:
    script = {"ar": r"[\u0600-\u06ff]", "fa": r"[\u0600-\u06ff]", "ru": r"[\u0400-\u04ff]"}
    latin = r"[a-zà-ÿœşğıİŞĞŒ]"
    for item in WIRE.items:
        letters = re.findall(r"[^\W\d_]", PLACEHOLDER.sub("", " ".join(texts(item))))
        own = [letter for letter in letters if re.match(script.get(item.outlet.lang, latin), letter, re.IGNORECASE)]
        assert len(own) / len(letters) > 0.97, item.key
