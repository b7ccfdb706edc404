"""Reading the bodies of requests before a thread is given to them, under a deadline (ASGI 3.0).

A client that sends slowly, or never finishes, costs a connection that ends soon; it holds none of the server's threads.
Bodies stay in memory: a file for an import holds passwords, which no disk sees unsealed. Only some large ones are read
at once, so that nobody fills the memory from outside.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from io import BytesIO
from typing import Any

from django.utils.http import parse_header_parameters

type_of_receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
DEADLINE_SECONDS = 20.0  # for the first byte of a part of a body; and
LEAST_BYTES_PER_SECOND = 16_384  # is how fast the rest must follow
SMALL_BYTES = 65_536
LARGE_AT_ONCE = 4  # larger ones that are read at the same time, in one process


class ClientGoneError(Exception):
    """The client closed its connection before its request was whole."""


class TooSlowError(Exception):
    """The client sends slower than anybody waits for."""


class Bodies:
    """Reads bodies up to ``most_bytes``; what is longer is cut there, and whoever parses it finds it too long."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._large = asyncio.Semaphore(LARGE_AT_ONCE)

    async def read(self, receive: type_of_receive, content_type: str) -> BytesIO:
        """Return the body as a file that stands at its start.

        A form that was cut is closed, so that the file in it is found too long, not the form broken.
        Raises ``TooSlowError`` and ``ClientGoneError``.
        """
        body = BytesIO()
        try:
            if not await take(receive, body, SMALL_BYTES):
                async with self._large:
                    if not await take(receive, body, self.most_bytes):
                        body.write(end_of_form(content_type))
        except TimeoutError:
            raise TooSlowError from None
        body.seek(0)
        return body


async def take(receive: type_of_receive, body: BytesIO, until_bytes: int) -> bool:
    """Write what arrives to ``body`` until it has more than ``until_bytes``. Returns whether that was all of it."""
    begun_with = body.tell()
    async with asyncio.timeout(DEADLINE_SECONDS) as deadline:
        begun = (deadline.when() or 0.0) - begun_with / LEAST_BYTES_PER_SECOND
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientGoneError
            body.write(message.get("body", b""))
            if not message.get("more_body", False):
                return True
            size = body.tell()
            if size > until_bytes:
                return False
            deadline.reschedule(begun + size / LEAST_BYTES_PER_SECOND)


def end_of_form(content_type: str) -> bytes:
    """What ends a body of type ``multipart/form-data`` (RFC 2046 §5.1.1), and nothing for any other."""
    kind, parameters = parse_header_parameters(content_type)
    return f"\r\n--{parameters.get('boundary', '')}--\r\n".encode("latin-1") if kind == "multipart/form-data" else b""
