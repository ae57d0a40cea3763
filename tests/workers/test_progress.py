from hypothesis import given
from hypothesis import strategies as st

from stream.workers.progress import Progress, Verdict

HANDLE, SKIP, REWIND = Verdict.HANDLE, Verdict.SKIP, Verdict.REWIND


def take(progress, offset, committed=None):
    verdict = progress.judge("p", offset, committed)
    if verdict is HANDLE:
        progress.handled("p", offset)
    return verdict


def test_offsets_in_order_are_handled_and_repeats_are_not():
    progress = Progress()
    assert [take(progress, offset) for offset in (0, 1, 1, 0, 2)] == [HANDLE, HANDLE, SKIP, SKIP, HANDLE]
    assert progress.due("p") == 3


def test_a_partition_begins_where_it_was_committed():
    assert take(Progress(), 7, committed=7) is HANDLE
    assert take(Progress(), 9, committed=7) is REWIND


def test_a_gap_is_fetched_again_once_and_nothing_after_it_is_done_before():
    progress = Progress()
    assert [take(progress, offset) for offset in (0, 3, 4, 5)] == [HANDLE, REWIND, SKIP, SKIP]
    assert progress.due("p") == 1
    assert [take(progress, offset) for offset in (1, 2, 3, 4)] == [HANDLE] * 4


def test_what_has_expired_is_not_waited_for():
    progress = Progress()
    assert [take(progress, offset) for offset in (5, 6, 5, 6)] == [REWIND, SKIP, HANDLE, HANDLE]


def test_a_partition_that_moved_away_is_forgotten():
    progress = Progress()
    take(progress, 0)
    progress.keep([])
    assert progress.due("p") is None
    assert take(progress, 40, committed=40) is HANDLE


def test_a_stall_is_told_from_work_and_from_the_end():
    progress = Progress()
    take(progress, 0)
    assert progress.stalled("p", 3, None) is None
    assert progress.stalled("p", 3, None) == 1
    take(progress, 1)
    assert progress.stalled("p", 3, None) is None
    take(progress, 2)
    assert [progress.stalled("p", 3, None) for _ in range(3)] == [None, None, None]


@given(st.lists(st.integers(0, 6), max_size=30), st.integers(1, 7))
def test_whatever_is_dropped_every_offset_is_handled_once_and_in_order(drops, length):
    """A source that loses some of what it sends, and starts again where it is told to."""
    progress, done, position, losses = Progress(), [], 0, list(drops)
    for _ in range(200):
        if position >= length:
            again = progress.stalled("p", length, None)
            position = again if again is not None else position
            if len(done) == length:
                break
            continue
        offset, position = position, position + 1
        if losses and losses[0] == offset:
            losses.pop(0)
            continue
        match progress.judge("p", offset, None):
            case Verdict.HANDLE:
                done.append(offset)
                progress.handled("p", offset)
            case Verdict.REWIND:
                position = progress.due("p")
            case Verdict.SKIP:
                pass
    assert done == sorted(set(done))
