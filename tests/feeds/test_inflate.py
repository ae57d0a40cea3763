import gzip
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream.feeds.inflate import Inflater, TooLarge, UnknownEncoding

BODY = b"<rss>" + bytes(range(256)) * 40


def run(data: bytes, encoding: str = "", limit: int = 100_000, step: int = 7) -> bytes:
    inflater = Inflater(encoding, limit)
    for start in range(0, len(data), step):
        inflater.feed(data[start : start + step])
    return inflater.finish()


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (BODY, ""),
        (BODY, "identity"),
        (gzip.compress(BODY), "gzip"),
        (gzip.compress(BODY), "X-GZIP"),
        (gzip.compress(BODY), ""),
        (BODY, "gzip"),
        (zlib.compress(BODY), "deflate"),
        (raw_deflate(BODY), "deflate"),
        (gzip.compress(BODY[:50]) + gzip.compress(BODY[50:]), "gzip"),
        (gzip.compress(BODY) + b"trailing rubbish", "gzip"),
    ],
)
def test_every_way_servers_send_a_body(data, encoding):
    assert run(data, encoding) == BODY


@pytest.mark.parametrize("data", [b"", b"x"])
def test_bodies_too_short_to_tell(data):
    assert run(data) == data


def test_a_stream_cut_short_gives_what_it_held():
    held = run(gzip.compress(BODY)[:-30], "gzip")
    assert held
    assert BODY.startswith(held)


def test_a_bomb_is_stopped_at_the_limit():
    bomb = gzip.compress(b"\0" * 50_000_000)
    assert len(bomb) < 100_000
    inflater = Inflater("gzip", 100_000)
    with pytest.raises(TooLarge):
        inflater.feed(bomb)
    assert len(inflater.finish()) <= 100_001


def test_the_limit_is_a_body_that_passes():
    assert len(run(b"x" * 100, limit=100)) == 100
    assert len(run(gzip.compress(b"x" * 100), limit=100)) == 100
    with pytest.raises(TooLarge):
        run(b"x" * 101, limit=100)
    with pytest.raises(TooLarge):
        run(gzip.compress(b"x" * 101), limit=100)


def test_an_endless_stream_that_inflates_to_nothing_is_stopped():
    empty_blocks = b"\x00\x00\x00\xff\xff" * 1000
    with pytest.raises(TooLarge):
        run(b"\x78\x9c" + empty_blocks, "deflate", limit=1000)


def test_an_encoding_nobody_asked_for():
    with pytest.raises(UnknownEncoding):
        Inflater("br", 10)


def test_a_broken_stream():
    with pytest.raises(zlib.error):
        run(b"\x1f\x8b" + b"\xff" * 50, "gzip")


@settings(max_examples=40)
@given(data=st.binary(max_size=3000), step=st.integers(1, 500))
def test_how_a_body_is_cut_into_chunks_does_not_matter(data, step):
    assert run(gzip.compress(data), "gzip", step=step) == data
