"""What each stage costs, on the newswire's articles: `make bench` prints articles a second, medians of five rounds.

The machine is named with the figures; nothing is asserted about time.
"""

import os
import platform
import statistics
import time

import pytest

from stream.bursts import BurstRules, detect
from stream.cleaning import clean_article
from stream.embedding.embedders import load_embedder
from stream.embedding.understand import embed_articles, understand
from stream.newswire import recorded_stream
from stream.records import RawArticle
from stream.windows import StoryWindows

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]

ROUNDS = 5
START = 1_795_388_221.0


@pytest.fixture(scope="module")
def raws():
    return [
        RawArticle(
            id=line["id"],
            site=line["source"],
            outlet=line["source"],
            url=line["url"],
            title=line["title"],
            content=line["text"],
            content_type="html" if "<p" in line["text"] else "text",
            fetched=START - 1e6 + number,
        )
        for number, line in enumerate(recorded_stream(START))
    ]


def rates(work, count):
    """Return `work`'s items a second of CPU time over several rounds, after a first that is not counted."""
    work()
    seconds = []
    for _ in range(ROUNDS):
        started = time.process_time()
        work()
        seconds.append(time.process_time() - started)
    return sorted(count / each for each in seconds)


def show(stage, found):
    print(f"{stage:24} {statistics.median(found):9,.0f}/s  ({found[0]:,.0f} to {found[-1]:,.0f})")


def test_stages(raws, capsys):
    cleaned = [clean_article(raw).article for raw in raws]
    with capsys.disabled():
        print(f"\n{platform.processor() or platform.machine()}, {os.cpu_count()} cores, {len(raws)} articles, CPU time")
        show("clean", rates(lambda: [clean_article(raw) for raw in raws], len(raws)))
        show("understand", rates(lambda: [understand(article) for article in cleaned], len(cleaned)))
        for name in ("use", "e5"):
            embedder = load_embedder(name)
            few = cleaned[:40]
            show(f"embed, {name}", rates(lambda e=embedder, f=few: embed_articles(f, e), len(few)))
            embedded = embed_articles(cleaned, embedder)

            def assign(articles=embedded):
                windows = StoryWindows()
                return [windows.assign(article).update for article in articles]

            show(f"assign, {name}", rates(assign, len(embedded)))
        updates = assign()
        show("detect", rates(lambda: [detect(None, update, BurstRules()) for update in updates], len(updates)))
