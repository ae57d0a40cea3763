"""Segments: what was written is read back, and a torn or corrupt tail never is."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stream.broker import batches
from stream.broker.segment import INDEX_INTERVAL, Segment


def batch(offset: int, values: list[bytes], timestamp: int = 1000) -> tuple[bytes, batches.Header]:
    data = batches.place(batches.build([(b"k", value) for value in values], timestamp), offset)
    return data, batches.read_header(data)


def filled(directory, sizes: list[int]) -> tuple[Segment, list[bytes]]:
    """Return a segment of batches of one record each, and the batches."""
    segment = Segment.create(directory, 0)
    written = []
    for offset, size in enumerate(sizes):
        data, header = batch(offset, [b"v" * size], timestamp=1000 + offset)
        segment.append(data, header)
        written.append(data)
    return segment, written


@given(sizes=st.lists(st.integers(0, 9000), min_size=1, max_size=40), data=st.data())
@settings(max_examples=40, deadline=None)
def test_a_read_gives_whole_batches_from_the_offset_on(tmp_path_factory, sizes, data):
    segment, written = filled(tmp_path_factory.mktemp("s"), sizes)
    offset = data.draw(st.integers(0, len(sizes) - 1))
    most = data.draw(st.integers(0, 60_000))
    got = segment.read(offset, most)
    whole = b"".join(written[offset:])
    assert whole.startswith(got)
    count = len(list(batches.iterate(got)))
    assert got == b"".join(written[offset : offset + count])
    assert count == 1 or len(got) <= most
    assert offset + count == len(sizes) or len(got) + len(written[offset + count]) > most


def test_a_read_finds_a_batch_behind_one_larger_than_an_index_interval(tmp_path):
    segment, written = filled(tmp_path, [10, 3 * INDEX_INTERVAL, 10, 10])
    assert segment.read(2, 100_000) == written[2] + written[3]
    assert segment.read(4, 100_000) == b""


def test_an_opened_file_reads_as_before(tmp_path):
    segment, written = filled(tmp_path, [100] * 500)
    seen = []
    again = Segment(segment.path, verify=True, seen=seen.append)
    assert (again.end, again.size, again.max_timestamp) == (segment.end, segment.size, segment.max_timestamp)
    assert [header.base_offset for header in seen] == list(range(500))
    assert again.read(321, 1) == written[321]


def test_a_tail_torn_at_any_byte_is_cut_off(tmp_path):
    segment, written = filled(tmp_path, [3, 5, 8])
    whole = segment.path.read_bytes()
    kept_before_last = len(whole) - len(written[-1])
    for length in range(kept_before_last, len(whole)):
        segment.path.write_bytes(whole[:length])
        again = Segment(segment.path, verify=True)
        assert again.end == 2
        assert segment.path.read_bytes() == whole[:kept_before_last]
    assert not list(tmp_path.glob("*.corrupt-*"))


@given(place=st.integers(0), flip=st.integers(1, 255))
@example(place=6, flip=128)  # a negative count of records: no header at all, and yet a whole batch
@settings(max_examples=60, deadline=None)
def test_a_corrupt_batch_and_what_follows_is_cut_off_and_kept_for_a_person(tmp_path_factory, place, flip):
    directory = tmp_path_factory.mktemp("s")
    segment, written = filled(directory, [30, 40, 50])
    whole = bytearray(segment.path.read_bytes())
    first = len(written[0])
    at = first + 17 + place % (len(written[1]) - 17)  # from the checksum on; before it nothing is covered
    whole[at] ^= flip
    segment.path.write_bytes(whole)
    again = Segment(segment.path, verify=True)
    assert again.end == 1
    assert again.read(0, 10_000) == written[0]
    saved = list(directory.glob("*.corrupt-*"))
    assert [file.read_bytes() for file in saved] == [bytes(whole[first:])]


def test_a_search_by_time_finds_the_record(tmp_path):
    segment = Segment.create(tmp_path, 0)
    builder = [batches.build([(b"k", b"v" * 5000)], 1000 + i * 10) for i in range(20)]
    for offset, data in enumerate(builder):
        placed = batches.place(data, offset)
        segment.append(placed, batches.read_header(placed))
    assert segment.find_time(1095, 0) == (10, 1100)
    assert segment.find_time(0, 0) == (0, 1000)
    assert segment.find_time(0, 7) == (7, 1070)
    assert segment.find_time(1191, 0) is None


def test_a_failed_append_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    segment, written = filled(tmp_path, [10])
    data, header = batch(1, [b"x" * 100])
    real = segment._descriptor
    calls = []

    def full_disk(descriptor, chunk, position):
        calls.append(position)
        if len(calls) == 1:
            return real_pwrite(descriptor, chunk[:20], position)
        raise OSError(28, "No space left on device")

    import os

    real_pwrite = os.pwrite
    monkeypatch.setattr(os, "pwrite", full_disk)
    with pytest.raises(OSError, match="No space"):
        segment.append(data, header)
    monkeypatch.undo()
    assert real is not None
    assert segment.path.read_bytes() == written[0]
    segment.append(data, header)
    assert segment.read(1, 1) == data
