import pytest

from stream.web.headers import HEADERS
from tests.web.conftest import Served


@pytest.mark.parametrize("path", ["/", "/healthz", "/alerts.atom", "/static/tocsin.js", "/stories/never", "/nowhere"])
async def test_every_answer_carries_them(served: Served, path: str) -> None:
    async with served.get(path) as answer:
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
