import json
from datetime import UTC, datetime

import aiohttp
import pytest
from standardwebhooks import Webhook

from stream.demo.receiver import Receiver

SECRET = "whsec_" + "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"
BODY = json.dumps({"type": "alert.detected", "data": {}})


@pytest.fixture
async def receiver():
    taken = []
    receiver = Receiver(lambda message, payload: taken.append((message, payload)))
    receiver.secret = SECRET
    receiver.taken = taken
    receiver.url = await receiver.start()
    yield receiver
    await receiver.stop()


async def post(receiver, signature):
    now = datetime.now(UTC)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature(now),
    }
    async with aiohttp.ClientSession() as session, session.post(receiver.url, data=BODY, headers=headers) as answer:
        return answer.status


async def test_a_signed_message_is_taken(receiver):
    assert await post(receiver, lambda now: Webhook(SECRET).sign("msg_1", now, BODY)) == 204
    assert receiver.taken == [("msg_1", json.loads(BODY))]


async def test_any_other_is_refused(receiver):
    assert await post(receiver, lambda now: Webhook(SECRET).sign("msg_2", now, BODY)) == 401
    assert await post(receiver, lambda _: "v1,AAAA") == 401
    assert (receiver.taken, receiver.refused) == ([], 2)
