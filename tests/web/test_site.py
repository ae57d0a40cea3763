from typing import Any

import pytest

from tests.web.conftest import T0, Served, alert, article, story_update

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"


async def text(served: Served, path: str, **headers: str) -> str:
    async with served.get(path, headers=headers) as answer:
        assert answer.status == 200
        return str(await answer.text())


async def json(served: Served, path: str) -> Any:
    async with served.get(path) as answer:
        assert answer.status == 200, await answer.text()
        assert answer.content_type == "application/json"
        return await answer.json()


async def test_an_empty_page_says_so(served: Served) -> None:
    page = await text(served, "/")
    assert "Nothing has rung yet" in page
    assert "No live stories yet" in page


@pytest.mark.parametrize("path", ["/", "/live", "/stories/s1"])
async def test_what_feeds_say_never_becomes_code(served: Served, path: str) -> None:
    evil = article("e", title=HOSTILE, outlet=HOSTILE, origin=HOSTILE, lang='en" onload="x', url="javascript:alert(3)")
    served.view.apply_story(
        story_update(
            title=HOSTILE,
            article=evil,
            place=HOSTILE,
            parties=[HOSTILE],
            languages=[HOSTILE],
            act=HOSTILE,
            lang='"><blink>',
        )
    )
    served.view.apply_alert(alert(title=HOSTILE, reason=HOSTILE, place=HOSTILE, event_date=HOSTILE, act=HOSTILE))
    page = await text(served, path)
    assert "&lt;script&gt;alert(1)" in page
    for code in ("<script>alert", "<img src=x", "javascript:", 'onload="x', '"><blink>'):
        assert code not in page


async def test_no_script_but_our_own_may_run(served: Served) -> None:
    async with served.get("/") as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        page = await answer.text()
    assert page.count("<script") == 1
    assert "style=" not in page
    for path in ("/static/tocsin.js", "/static/tocsin.css", "/static/icon.svg"):
        await text(served, path)


async def test_headlines_are_written_in_their_own_direction(served: Served) -> None:
    served.view.apply_story(story_update("s1", title="لقاء الوزراء", lang="ar"))
    served.view.apply_story(story_update("s2", title="Встреча министров", lang="ru"))
    served.view.apply_story(story_update("s3", title="???", lang="und"))
    page = await text(served, "/")
    assert '<h2 lang="ar" dir="rtl"><a href="/stories/s1">لقاء الوزراء</a>' in page
    assert '<h2 lang="ru" dir="ltr"><a href="/stories/s2">Встреча министров</a>' in page
    assert '<h2 lang="" dir="auto">' in page


async def test_parties_follow_the_viewer(served: Served) -> None:
    served.view.apply_story(story_update(parties=["EG"]))
    assert "Ägypten" in await text(served, "/", **{"Accept-Language": "de"})
    assert "مصر" in await text(served, "/", **{"Accept-Language": "ar-EG"})


async def test_a_story_shows_articles_by_origin_and_why_it_rang(served: Served) -> None:
    for name, origin in (("a", "a.org"), ("b", "reuters"), ("c", "reuters")):
        copied = "b" if name == "c" else None
        served.view.apply_story(
            story_update(article=article(name, title=f"headline {name}", origin=origin, copy_of=copied))
        )
    served.view.apply_alert(alert(reason="three origins in ten minutes"))
    page = await text(served, "/stories/s1")
    assert "three origins in ten minutes" in page
    assert "1 more in the same words" in page
    assert '<a href="https://example.org/a" rel="noopener noreferrer nofollow" target="_blank">' in page


async def test_a_story_that_is_gone_is_told_from_its_alerts(served: Served) -> None:
    served.view.apply_alert(alert(story="old", title="Still here"))
    assert "Still here" in await text(served, "/stories/old")
    async with served.get("/stories/never") as answer:
        assert answer.status == 404


async def test_a_merged_story_leads_to_its_survivor(served: Served) -> None:
    served.view.apply_story(story_update("s2"))
    served.view.apply_story(story_update("s1", change="merged", article=None, merged_into="s2"))
    async with served.get("/stories/s1", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (307, "/stories/s2")
    assert (await json(served, "/api/stories/s1"))["story"]["id"] == "s2"


async def test_the_api(served: Served) -> None:
    served.view.apply_story(story_update())
    served.view.apply_alert(alert())
    [story] = (await json(served, "/api/stories"))["stories"]
    assert (story["id"], story["last"], story["alerts"]) == ("s1", "2026-05-28T20:26:40.000Z", ["al1"])
    detail = await json(served, "/api/stories/s1")
    assert detail["articles"][0]["url"] == "https://example.org/s1-a1"
    assert detail["alerts"][0]["id"] == "al1"
    [one] = (await json(served, "/api/alerts"))["alerts"]
    assert (one["version"], one["state"], one["origin_count"]) == (1, "detected", 3)


async def test_limit_and_since(served: Served) -> None:
    for number in range(4):
        served.view.apply_alert(alert(f"al{number}", story=f"s{number}", at=T0 + 60 * number))
        served.view.apply_story(story_update(f"s{number}", last=T0 + 60 * number))
    assert [a["id"] for a in (await json(served, "/api/alerts?limit=2"))["alerts"]] == ["al3", "al2"]
    late = "2026-05-28T20:28:40"
    for since in (f"{late}Z", late, "2026-05-28T22:28:40+02:00"):
        found = (await json(served, f"/api/alerts?since={since}"))["alerts"]
        assert [a["id"] for a in found] == ["al3", "al2"]
        assert len((await json(served, f"/api/stories?since={since}"))["stories"]) == 2


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=501", "limit=-1", "limit=x", "limit=9999999999999", "since=yesterday", "since="]
)
async def test_a_wrong_query_is_told(served: Served, query: str) -> None:
    async with served.get(f"/api/alerts?{query}") as answer:
        assert answer.status == 400
        assert query.partition("=")[0] in (await answer.json())["error"]


async def test_an_unknown_story_is_told_as_json(served: Served) -> None:
    async with served.get("/api/stories/never") as answer:
        assert answer.status == 404
        assert "no such story" in (await answer.json())["error"]


async def test_who_asks_again_gets_304_until_something_changed(served: Served) -> None:
    for path in ("/api/alerts", "/alerts.atom"):
        async with served.get(path) as answer:
            tag = {"If-None-Match": answer.headers["ETag"]}
        async with served.get(path, headers=tag) as answer:
            assert answer.status == 304
            assert await answer.read() == b""
        served.view.apply_alert(alert(f"new for {path}"))
        async with served.get(path, headers=tag) as answer:
            assert answer.status == 200


async def test_health(served: Served) -> None:
    served.view.apply_story(story_update())
    assert (await json(served, "/healthz"))["stories"] == 1
    served.problem = "no broker has answered yet"
    async with served.get("/healthz") as answer:
        assert answer.status == 503
        assert (await answer.json())["problem"] == "no broker has answered yet"
    assert "Not reading: no broker has answered yet" in await text(served, "/")
