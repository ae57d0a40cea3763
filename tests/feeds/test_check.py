from stream.feeds.check import check_all
from stream.feeds.store import Feed


async def test_each_feed_is_asked_once_and_told_as_it_comes(outlet, settings, make_rss, make_story):
    good = outlet.page("/good", make_rss(make_story(1), ""))
    outlet.page("/moved", status=301, Location="/good")
    gone = outlet.page("/gone", status=410)
    busy = outlet.page("/busy", status=429)
    feeds = [Feed(n, url) for n, url in enumerate([good, outlet.url("/moved"), gone, busy, "http://10.0.0.1:x/"], 1)]
    told = []
    found = await check_all(feeds, settings, told.append)
    assert [(c.outcome, c.reason, c.good, c.items) for c in found] == [
        ("fetched", None, True, 1),
        ("fetched", None, True, 1),
        ("gone", None, False, 0),
        ("retry_after", "http_429", False, 0),
        ("failed", "protocol", False, 0),
    ]
    assert found[0].problems == ["empty_item: item 2: no title, content, link or guid"]
    assert found[1].moved_to == good
    assert sorted(c.url for c in told) == sorted(c.url for c in found)
    assert [request.path for request in outlet.requests].count("/gone") == 1
