"""One client's connection: frames in, answers out, in order."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog

from stream.broker import wire
from stream.broker.errors import ProtocolError
from stream.broker.handlers import HANDLERS
from stream.broker.node import Node
from stream.broker.wire import APIS, LENGTH, MIN_FRAME, Request, UnspeakableError, UnsupportedVersion

log = structlog.get_logger(__name__)

_UNSUPPORTED_VERSION = 35


async def serve(node: Node, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer a client's requests one after the other until it goes, or until it cannot be understood."""
    peer = writer.get_extra_info("peername") or ("?", 0)
    local = writer.get_extra_info("sockname") or ("?", 0)
    try:
        while True:
            frame = await _read_frame(node, reader)
            answer = await _answer(node, frame, peer[0], (local[0], local[1]))
            if answer is not None:
                writer.write(answer)
                await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass  # the client went
    except UnspeakableError as error:
        log.warning("connection closed", peer=f"{peer[0]}:{peer[1]}", reason=str(error))
    except Exception:
        log.exception("request failed, connection closed", peer=f"{peer[0]}:{peer[1]}")
    finally:
        writer.close()


async def _read_frame(node: Node, reader: asyncio.StreamReader) -> bytes:
    (length,) = LENGTH.unpack(await reader.readexactly(LENGTH.size))
    if not MIN_FRAME <= length <= node.config.max_frame_bytes:
        raise UnspeakableError(
            f"a frame of {length} bytes, where {MIN_FRAME} to {node.config.max_frame_bytes} are taken"
        )
    return await reader.readexactly(length)


async def _answer(node: Node, frame: bytes, peer: str, local: tuple[str, int]) -> bytes | bytearray | None:
    try:
        request = wire.decode(frame, peer, local)
    except UnsupportedVersion as error:
        api = APIS[wire.API_VERSIONS]
        keys = [{"api_key": wire.API_VERSIONS, "min_version": api.least, "max_version": api.most}]
        return wire.encode(api, 0, error.correlation, {"error_code": _UNSUPPORTED_VERSION, "api_keys": keys})
    fields = await _handle(node, request)
    return None if fields is None else wire.encode(request.api, request.version, request.correlation, fields)


async def _handle(node: Node, request: Request) -> dict[str, Any] | None:
    try:
        return await HANDLERS[request.api.request.name](node, request)
    except ProtocolError as error:
        if not wire.has_field(request.api, "error_code"):
            raise
        said = {"error_code": error.code, "error_message": error.detail}
        return {name: value for name, value in said.items() if wire.has_field(request.api, name)}
