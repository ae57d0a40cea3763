import errno
import socket

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.netguard import PrivateAddressError, connector, guarded_socket, is_public, was_refused

PRIVATE = [
    "127.0.0.1",
    "10.0.0.1",
    "172.16.5.4",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "255.255.255.255",
    "224.0.0.1",
    "240.0.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fd00::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::127.0.0.1",
    "2002:7f00:0001::",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "2001:0:7f00:1::",
    "localhost",
    "",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "93.184.216.34", "2606:2800:220:1::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"],
)
def test_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_an_address_in_an_ipv6_coat_is_as_public_as_the_address(address: object) -> None:
    assert is_public(f"::ffff:{address}") == is_public(str(address))


def test_no_socket_is_made_for_a_private_address() -> None:
    with pytest.raises(PrivateAddressError, match=r"127\.0\.0\.1"):
        guarded_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80)))
    with guarded_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 80))) as made:
        assert made.family == socket.AF_INET


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost", "[::ffff:127.0.0.1]"])
async def test_a_client_session_is_kept_from_private_hosts(host: str) -> None:
    async with aiohttp.ClientSession(connector=connector(allow_private=False)) as session:
        with pytest.raises(aiohttp.ClientConnectorError) as caught:
            await session.get(f"http://{host}:9/")
    assert was_refused(caught.value)


def test_other_failures_are_not_taken_for_refusals() -> None:
    assert not was_refused(OSError(errno.ECONNREFUSED, "refused"))
    assert not was_refused(ValueError())
