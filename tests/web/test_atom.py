import feedparser
import pytest
from defusedxml import ElementTree
from hypothesis import given, settings
from hypothesis import strategies as st

from stream.web.atom import ATOM, feed
from tests.web.conftest import T0, Served, alert, article


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_feed_reader_understands_it() -> None:
    found = feedparser.parse(
        feed([alert("b", state="updated"), alert("a", title="وزيران <b>يلتقيان</b>", lang="ar")], "http://x/")
    )
    assert not found.bozo
    assert [e.id for e in found.entries] == ["urn:tocsin:alert:b", "urn:tocsin:alert:a"]
    assert found.entries[0].title == "[updated] Ministers meet"
    assert found.entries[1].link == "http://x/stories/s1"
    assert "France, Germany · talks" in found.entries[1].summary


@given(
    title=st.text(),
    reason=st.text(),
    outlet=st.text(),
    place=st.text(),
    lang=st.text(max_size=5),
    url=st.text(max_size=50),
)
@settings(max_examples=60, deadline=None)
def test_it_is_well_formed_whatever_feeds_say(
    title: str, reason: str, outlet: str, place: str, lang: str, url: str
) -> None:
    evil = article(outlet=outlet, url="https://e.org/" + url)
    body = feed([alert(title=title, reason=reason, place=place, lang=lang, evidence=[evil])], "http://x/")
    assert ElementTree.fromstring(body).tag == f"{{{ATOM}}}feed"


def test_an_empty_feed_is_valid_too() -> None:
    assert ElementTree.fromstring(feed([], "http://x/")).findtext(f"{{{ATOM}}}updated") == "1970-01-01T00:00:00Z"


async def test_it_is_served_with_its_own_address(served: Served) -> None:
    served.view.apply_alert(alert(at=T0))
    async with served.get("/alerts.atom") as answer:
        assert answer.content_type == "application/atom+xml"
        root = ElementTree.fromstring(await answer.read())
        assert root.findtext(f"{{{ATOM}}}id") == str(answer.url)
