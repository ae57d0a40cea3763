import pytest

from stream.feeds import schedule
from stream.feeds.fetch import Busy, Failure, Fetched, Gone, NotModified, Outcome, Refusal
from stream.feeds.opml import Outline
from stream.feeds.parse import ParsedFeed, parse
from stream.feeds.poll import Poll, digest, judge
from stream.feeds.publish import PublishError
from stream.feeds.store import Feed, Store
from stream.records import RawArticle

NOW = 1_751_299_200.0
URL = "https://outlet.example/feed"


class Web:
    """Answers what the test wrote, and remembers what was asked for."""

    def __init__(self, *answers: Outcome) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, str | None, str | None]] = []

    async def fetch(self, url: str, *, etag: str | None = None, modified: str | None = None) -> Outcome:
        self.asked.append((url, etag, modified))
        return self.answers.pop(0)


class Broker:
    """Takes articles while it is up."""

    def __init__(self) -> None:
        self.articles: list[RawArticle] = []
        self.up = True

    async def publish(self, articles: list[RawArticle]) -> None:
        if not self.up:
            raise PublishError("down")
        self.articles += articles

    @property
    def titles(self) -> list[str]:
        return [article.title for article in self.articles]


class World:
    def __init__(self, store: Store, *answers: Outcome) -> None:
        self.store, self.web, self.broker, self.now = store, Web(*answers), Broker(), NOW
        self.poll = Poll(store, self.web, self.broker, 60.0, clock=lambda: self.now)

    @property
    def feed(self) -> Feed:
        return self.store.feeds()[0]

    async def turn(self):
        self.now += 60
        return await self.poll(self.feed)


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path / "feeds.db")
    opened.add(Outline(URL, "Outlet"))
    yield opened
    opened.close()


def page(body: str, moved_to: str | None = None, **headers: str) -> Fetched:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Fetched(moved_to or URL, body.encode(), named, moved_to)


async def test_new_items_are_published_once_the_oldest_first(store, make_rss, make_story):
    first = make_rss(make_story(2), make_story(1))
    second = make_rss(make_story(3), make_story(2), make_story(1))
    world = World(store, page(first), page(second))
    await world.turn()
    report = await world.turn()
    assert [title[-1] for title in world.broker.titles] == ["1", "2", "3"]
    assert (report.outcome, report.items, world.feed.health) == ("fetched", 3, "healthy")


async def test_the_dates_decide_the_order_where_there_are_any(store, make_rss):
    items = [f"<title>{h}</title><pubDate>Mon, 30 Jun 2025 {h}:00:00 GMT</pubDate>" for h in ("09", "11", "10")]
    world = World(store, page(make_rss(*items)))
    await world.turn()
    assert world.broker.titles == ["09", "10", "11"]


async def test_validators_are_kept_and_sent(store, make_rss, make_story):
    world = World(store, page(make_rss(make_story(1)), etag='"1"', last_modified="then"), NotModified())
    await world.turn()
    report = await world.turn()
    assert world.web.asked[1] == (URL, '"1"', "then")
    assert report.outcome == "not_modified"
    assert (world.feed.etag, world.feed.modified) == ('"1"', "then")


async def test_an_unchanged_body_is_not_read_again(store, make_rss, make_story):
    body = make_rss(make_story(1))
    world = World(store, page(body), page(body))
    await world.turn()
    assert (await world.turn()).outcome == "unchanged"
    assert world.feed.items == 1


async def test_nothing_is_remembered_before_the_broker_has_it(store, make_rss, make_story):
    answer = page(make_rss(make_story(1)), etag='"1"')
    world = World(store, answer, answer, answer)
    world.broker.up = False
    with pytest.raises(PublishError):
        await world.turn()
    assert (world.feed.etag, world.feed.body_hash, world.feed.outcome) == (None, None, None)
    world.broker.up = True
    await world.turn()
    assert len(world.broker.titles) == 1
    await world.turn()
    assert len(world.broker.titles) == 1


async def test_a_restart_repeats_with_the_same_words_rather_than_lose(store, make_rss, make_story):
    answer = page(make_rss(make_story(1)))
    world = World(store, answer)
    await world.turn()
    feed = world.feed
    store.remove(URL)
    store.add(Outline(URL, "Outlet"))
    again = World(store, answer)
    await again.turn()
    before, after = world.broker.articles[0], again.broker.articles[0]
    assert (before.url, before.guid, before.title) == (after.url, after.guid, after.title)
    assert feed.id


async def test_renumbered_guids_are_no_news(store, make_rss, make_story):
    body = make_rss(*(make_story(n) for n in range(20)))
    world = World(store, page(body), page(body.replace("id-", "renumbered-")))
    await world.turn()
    await world.turn()
    assert len(world.broker.titles) == 20


async def test_a_malformed_feed_gives_its_items_and_stays_healthy(store, make_rss, make_story):
    world = World(store, page(make_rss(make_story(1) + "<p>&nosuch;", make_story(2))))
    report = await world.turn()
    assert len(world.broker.titles) == 2
    assert (report.reason, report.errors, world.feed.reason) == ("malformed", 0, "malformed")


async def test_a_web_page_is_a_failure_and_keeps_what_was_known(store, make_rss, make_story):
    world = World(store, page(make_rss(make_story(1)), etag='"1"'), page("<html>", etag='"page"'))
    await world.turn()
    report = await world.turn()
    assert (report.outcome, report.reason, report.errors) == ("refused", "html_page", 1)
    assert world.feed.etag == '"1"'


async def test_a_permanent_move_is_followed_until_it_fails(store, make_rss, make_story):
    new = "https://new.example/feed"
    world = World(
        store,
        page(make_rss(make_story(1)), moved_to=new),
        Failure("dns", "x"),
        page(make_rss(make_story(1), make_story(2))),
    )
    await world.turn()
    assert world.feed.address == new
    await world.turn()
    assert [asked[0] for asked in world.web.asked] == [URL, new]
    assert world.feed.address == URL
    await world.turn()
    assert {article.feed for article in world.broker.articles} == {URL}
    assert len(world.broker.titles) == 2


async def test_a_move_to_something_that_is_no_feed_is_not_kept(store):
    world = World(store, page("<html>parked", moved_to="https://parked.example/"))
    await world.turn()
    assert world.feed.address == URL


async def test_a_gone_feed_is_no_longer_due(store):
    world = World(store, Gone())
    await world.turn()
    assert world.feed.disabled == "gone"
    assert store.due(1e12) == []


async def test_too_many_requests_quieten_the_whole_host(store):
    store.add(Outline("https://outlet.example/other"))
    store.add(Outline("https://b.example/feed"))
    world = World(store, Busy(429, 3600.0))
    report = await world.turn()
    assert (report.outcome, report.reason) == ("retry_after", "http_429")
    assert [feed.url for feed in store.due(world.now + 3599)] == ["https://b.example/feed"]


async def test_a_busy_feed_does_not_quieten_its_host(store):
    store.add(Outline("https://outlet.example/other"))
    world = World(store, Busy(503, 3600.0))
    await world.turn()
    assert [feed.url for feed in store.due(world.now)] == ["https://outlet.example/other"]


def judged(outcome: Outcome, parsed: ParsedFeed | None = None, **state: object):
    return judge(Feed(1, URL, **state), outcome, parsed, NOW, 60.0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("outcome", "name", "reason"),
    [(Failure("timeout", "x"), "failed", "timeout"), (Refusal("too_large", "x"), "refused", "too_large")],
)
def test_failures_in_a_row_are_left_longer_alone(outcome, name, reason):
    reports = [judged(outcome, errors=n) for n in range(3)]
    waits = [report.next_poll - NOW for report in reports]
    assert waits == sorted(waits)
    assert waits[0] >= 120
    assert [(r.outcome, r.reason, r.errors) for r in reports] == [(name, reason, n) for n in (1, 2, 3)]


def test_one_success_ends_the_backoff(make_rss):
    body = make_rss()
    parsed = parse(body.encode(), url=URL, fetched=NOW)
    report = judged(page(body), parsed, errors=9)
    assert report.errors == 0
    assert report.next_poll <= NOW + 60 * (1 + schedule.JITTER)
    assert report.body_hash == digest(body.encode())


def test_the_publishers_rhythm_is_heard():
    parsed = ParsedFeed(hints=(600.0, None))
    assert judged(page("x"), parsed).next_poll >= NOW + 600
    assert judged(page("x", cache_control="max-age=800"), parsed).next_poll >= NOW + 800
    assert judged(NotModified({"cache-control": "max-age=800"})).next_poll >= NOW + 800
