import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from stream.windows.vectors import SCALE, pack, signs, to_grid, unpack


def unit(seed: int, dim: int = 384) -> np.ndarray:
    vector = np.random.RandomState(seed).standard_normal(dim)
    return vector / np.linalg.norm(vector)


def test_the_grid_keeps_cosines() -> None:
    for seed in range(20):
        a, b = unit(seed), unit(seed) + 0.02 * unit(seed + 100) * seed
        exact = a @ b / np.linalg.norm(b)
        assert abs(to_grid(a) @ to_grid(b) / SCALE**2 - exact) < 0.005


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_products_do_not_depend_on_the_order_of_summation(seed: int, order: int) -> None:
    a, b = to_grid(unit(seed)), to_grid(unit(seed + 1))
    shuffled = np.random.RandomState(order).permutation(len(a))
    assert a @ b == a[shuffled] @ b[shuffled] == int(a.astype(np.int64) @ b.astype(np.int64))


def test_the_zero_vector_stays_zero() -> None:
    assert not to_grid(np.zeros(8)).any()


def test_differing_signs_estimate_the_angle() -> None:
    a, b = unit(1), unit(2)
    for angle in (0.0, 0.5, 1.0, np.pi):
        b = b - (b @ a) * a
        turned = np.cos(angle) * a + np.sin(angle) * b / np.linalg.norm(b)
        differing = np.bitwise_count(signs(a[None]) ^ signs(turned[None])).sum()
        assert abs(differing / 384 * np.pi - angle) < 0.25


def test_signs_of_a_length_that_fills_no_word() -> None:
    assert signs(np.ones((3, 10))).shape == (3, 1)


def test_packing_comes_back() -> None:
    values = np.array([-127, 0, 127], dtype=np.int8)
    assert unpack(pack(values, "i1"), "i1").tolist() == values.tolist()
