"""Connections that only ever go to public addresses (no server-side request forgery).

The check sits where the socket is made: after DNS, before the connection, for every address that is tried. So it also
holds for addresses written as numbers, which skip the resolver, for every hop of a redirect, and for a name that
changes its answer between a check and the connection (DNS rebinding).
"""

from __future__ import annotations

import errno
import ipaddress
import socket
from typing import TYPE_CHECKING

import aiohttp

if TYPE_CHECKING:
    from aiohappyeyeballs import AddrInfoType

NAT64 = ipaddress.ip_network("64:ff9b::/96")
NAT64_LOCAL = ipaddress.ip_network("64:ff9b:1::/48")
IPV4_COMPATIBLE = ipaddress.ip_network("::/96")


class PrivateAddressError(OSError):
    """A connection to an address that is not public was refused before it was made."""

    def __init__(self, address: str) -> None:
        super().__init__(errno.EACCES, f"refused to connect to {address}: not a public address")


def is_public(address: str) -> bool:
    """Tell whether a numeric IP address belongs to the public internet.

    An IPv6 address that carries an IPv4 one (mapped, compatible, 6to4, Teredo, NAT64) is as public as that one.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.scope_id is not None or ip in NAT64_LOCAL:
            return False
        inner = _carried(ip)
        if inner is not None:
            return all(is_public(str(one)) for one in inner)
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def _carried(ip: ipaddress.IPv6Address) -> list[ipaddress.IPv4Address] | None:
    if ip.ipv4_mapped is not None:
        return [ip.ipv4_mapped]
    if ip.sixtofour is not None:
        return [ip.sixtofour]
    if ip.teredo is not None:
        return list(ip.teredo)
    if ip in NAT64 or ip in IPV4_COMPATIBLE:
        return [ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)]
    return None


def guarded_socket(addr_info: AddrInfoType) -> socket.socket:
    """Return the socket for one address that a connection is about to try.

    Raises:
        PrivateAddressError: the address is not public.
    """
    family, kind, protocol, _, address = addr_info
    if not is_public(str(address[0])):
        raise PrivateAddressError(str(address[0]))
    return socket.socket(family=family, type=kind, proto=protocol)


def connector(*, allow_private: bool, limit: int = 100, force_close: bool = False) -> aiohttp.TCPConnector:
    """Return an aiohttp connector that refuses addresses that are not public, unless `allow_private`."""
    return aiohttp.TCPConnector(
        limit=limit, force_close=force_close, socket_factory=None if allow_private else guarded_socket
    )


def was_refused(error: BaseException) -> bool:
    """Tell whether a failed request failed because its address is not public.

    Several refused addresses of one name reach us as one plain `OSError` with the same number.
    """
    if isinstance(error, aiohttp.ClientConnectorError):
        error = error.os_error
    return isinstance(error, OSError) and error.errno == errno.EACCES
