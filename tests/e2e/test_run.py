"""`tocsin run`: feeds on a real HTTP server, parts as real processes."""

import json
import re
import signal
import socket
import time
import urllib.request

import psutil
import pytest

from stream import topics, transport
from stream.records import RawArticle, decode
from stream.settings import load

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(200), pytest.mark.filterwarnings("ignore::ResourceWarning")]

GOOD = """<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour Post</title><link>https://harbour.example/</link>
<item><title>First</title><link>https://harbour.example/1</link><description>The first report.</description></item>
<item><title>Second</title><link>https://harbour.example/2</link><description>The second one.</description></item>
</channel></rss>"""
BROKEN = GOOD.replace("harbour", "broken").replace("</channel></rss>", "<item><title>Cut off & ")


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for held in sockets:
        held.bind(("127.0.0.1", 0))
    ports = [held.getsockname()[1] for held in sockets]
    for held in sockets:
        held.close()
    return ports


def get(url):
    with urllib.request.urlopen(url, timeout=5) as answer:
        return answer.read().decode()


@pytest.fixture
def running(start, tmp_path, httpserver):
    httpserver.expect_request("/good.xml").respond_with_data(GOOD, content_type="application/rss+xml")
    httpserver.expect_request("/broken.xml").respond_with_data(BROKEN, content_type="application/rss+xml")
    httpserver.expect_request("/page.html").respond_with_data(
        "<html><body>no feed</body></html>", content_type="text/html"
    )
    outlines = "".join(
        f'<outline type="rss" text="{name}" xmlUrl="{httpserver.url_for(name)}"/>'
        for name in ("/good.xml", "/broken.xml", "/page.html", "/gone.xml")
    )
    feeds = tmp_path / "feeds.opml"
    feeds.write_text(f'<opml version="2.0"><head/><body>{outlines}</body></opml>')
    broker, page = free_ports(2)
    metrics = max(free_ports(8))
    command = start(
        *("run", "--feeds", str(feeds), "--data", str(tmp_path / "data"), "--port", str(page)),
        TOCSIN_BROKER_PORT=str(broker),
        TOCSIN_METRICS_PORT=str(metrics),
        TOCSIN_ALLOW_PRIVATE="true",
        TOCSIN_EMBEDDER="use",
        TOCSIN_HEARTBEAT_SECONDS="1",
    )
    command.settings = load(broker_port=broker, web_port=page, metrics_port=metrics)
    command.until(lambda text: "everything runs" in text, 60)
    return command


def raw_articles(settings, wanted, seconds=60):
    source = transport.consumer(settings, [topics.RAW], None)
    found, deadline = [], time.monotonic() + seconds
    while len(found) < wanted and time.monotonic() < deadline:
        for records in source.poll(timeout_ms=300).values():
            articles = [decode(RawArticle, record.value) for record in records]
            found += [article for article in articles if article.kind == "article"]
    source.close()
    return found


def test_every_item_arrives_and_every_trouble_is_named(running):
    articles = raw_articles(running.settings, 4)
    assert sorted(a.url for a in articles if a.site == "harbour.example") == [
        "https://harbour.example/1",
        "https://harbour.example/2",
    ]
    assert len([a for a in articles if a.site == "broken.example"]) >= 2
    running.until(lambda text: re.search(r"broken\.xml.*malformed|malformed.*broken\.xml", text), 30)
    running.until(lambda text: re.search(r"page\.html", text) and re.search(r"gone\.xml", text), 30)

    base = f"http://127.0.0.1:{running.settings.web_port}"
    running.until(lambda _: len(json.loads(get(f"{base}/api/stories"))["stories"]) >= 2, 60)
    assert "Harbour" in get(base) or "First" in get(base)


def test_every_part_serves_its_metrics_and_heartbeats_come_through(running):
    def read():
        return [get(f"http://127.0.0.1:{running.settings.metrics_port + n}/metrics") for n in range(6)]

    def measured(_):
        try:
            pages = read()
        except OSError:
            return False
        return any(re.search(r"tocsin_heartbeat_delay_seconds_count [1-9]", page) for page in pages)

    running.until(measured, 90)
    pages = read()
    assert all("tocsin_build_info" in page for page in pages)
    assert any('tocsin_records_in_total{stage="clean"}' in page for page in pages)
    assert any('tocsin_feed_fetches_total{outcome="fetched"}' in page for page in pages)


def test_it_stops_all_its_parts_on_sigterm(running):
    family = psutil.Process(running.process.pid).children(recursive=True)
    assert len(family) == 5
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(40) == 0
    assert not any(process.is_running() for process in family)


def test_parts_stop_when_their_supervisor_is_killed(running):
    family = psutil.Process(running.process.pid).children(recursive=True)
    running.children = family
    running.process.kill()
    running.process.wait(10)
    gone, alive = psutil.wait_procs(family, timeout=40)
    assert not alive
    assert len(gone) == 5
