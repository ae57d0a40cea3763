import asyncio
import time

from stream.alerts.waiting import wait_any


async def test_any_event_ends_the_wait() -> None:
    one, other = asyncio.Event(), asyncio.Event()
    asyncio.get_running_loop().call_later(0.01, other.set)
    started = time.perf_counter()
    await wait_any(one, other, seconds=30)
    assert time.perf_counter() - started < 5


async def test_time_ends_the_wait_and_leaves_nothing_behind() -> None:
    before = len(asyncio.all_tasks())
    await wait_any(asyncio.Event(), seconds=0.01)
    assert len(asyncio.all_tasks()) == before
