"""Undo a response's compression chunk by chunk, never holding more than the limit."""

from __future__ import annotations

import zlib

GZIP_MAGIC = b"\x1f\x8b"
PLAIN = frozenset({"", "identity"})
GZIP = frozenset({"gzip", "x-gzip"})


class TooLarge(Exception):
    """The body is larger than the limit."""


class UnknownEncoding(Exception):
    """The body's `Content-Encoding` was not asked for."""


class Inflater:
    """Collects a body; `limit` bounds both the bytes on the wire and the bytes after decompression.

    Gzip is recognised by its first two bytes, whatever the header says: servers forget the header for `.xml.gz` files,
    and send it for bodies that a proxy has already unpacked.

    Raises:
        UnknownEncoding: `content_encoding` is none of gzip, deflate, identity.
    """

    def __init__(self, content_encoding: str, limit: int) -> None:
        self._encoding = content_encoding.strip().lower()
        if self._encoding not in PLAIN | GZIP | {"deflate"}:
            raise UnknownEncoding(self._encoding)
        self._limit = limit
        self._wire = 0
        self._head = b""
        self._body = bytearray()
        self._started = False
        self._stream: zlib._Decompress | None = None
        self._members = False

    def feed(self, chunk: bytes) -> None:
        """Take the next chunk.

        Raises:
            TooLarge: more than `limit` bytes.
            zlib.error: the compressed stream is broken.
        """
        self._wire += len(chunk)
        if self._wire > self._limit:
            raise TooLarge(f"more than {self._limit} bytes")
        if not self._started:
            self._head += chunk
            if len(self._head) < 2:
                return
            chunk = self._begin()
        self._take(chunk)

    def finish(self) -> bytes:
        """Return the body; a compressed stream that was cut short gives what it held."""
        if not self._started and self._head:
            self._take(self._begin())
        return bytes(self._body)

    def _begin(self) -> bytes:
        head, self._head, self._started = self._head, b"", True
        if head[:2] == GZIP_MAGIC:
            self._members = True
            self._stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
        elif self._encoding == "deflate":
            wrapped = len(head) > 1 and head[0] & 0x0F == 8 and (head[0] << 8 | head[1]) % 31 == 0
            self._stream = zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
        return head

    def _take(self, chunk: bytes) -> None:
        if self._stream is None:
            self._add(chunk)
            return
        while chunk:
            # One byte more than allowed, so that a body of exactly the limit passes and a larger one is noticed.
            self._add(self._stream.decompress(chunk, self._limit - len(self._body) + 1))
            chunk = self._stream.unconsumed_tail
            if self._stream.eof:
                chunk = self._next_member(self._stream.unused_data)

    def _next_member(self, rest: bytes) -> bytes:
        if not self._members or rest[:2] != GZIP_MAGIC:
            return b""
        self._stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
        return rest

    def _add(self, data: bytes) -> None:
        self._body += data
        if len(self._body) > self._limit:
            raise TooLarge(f"more than {self._limit} bytes after decompression")
