import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from stream.errors import Refused
from stream.records import RawArticle, SparseVector, decode, encode, pack_dense, unpack_dense

raw = RawArticle(site="a.example", outlet="A", title="عنوان", content="نص", fetched=1.5)


def test_a_record_survives_the_wire():
    assert decode(RawArticle, encode(raw)) == raw


def test_text_stays_readable_on_the_wire():
    assert "عنوان".encode() in encode(raw)


def test_unknown_fields_are_ignored():
    assert decode(RawArticle, encode(raw)[:-1] + b',"added_later":1}') == raw


@pytest.mark.parametrize("data", [None, b"", b"\xff", b"{}", b"[1]", b'{"site":1}', encode(raw)[:-3]])
def test_anything_else_is_refused(data):
    with pytest.raises(Refused) as refusal:
        decode(RawArticle, data)
    assert refusal.value.reason == "undecodable"


@given(st.binary(max_size=200))
def test_no_bytes_do_anything_but_decode_or_be_refused(data):
    with contextlib.suppress(Refused):
        decode(RawArticle, data)


@given(hnp.arrays(np.float16, st.integers(0, 40), elements=st.floats(-1, 1, width=16)))
def test_half_precision_vectors_come_back_exactly(vector):
    wide = vector.astype(np.float32)
    assert np.array_equal(unpack_dense(pack_dense(wide)), wide)
    indices = np.arange(len(wide), dtype=np.uint32)
    back_indices, back_values = SparseVector.of(indices, wide).arrays()
    assert np.array_equal(back_indices, indices)
    assert np.array_equal(back_values, wide)
