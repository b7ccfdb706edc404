"""The application that granian, or any ASGI server, serves: Django's WSGI application behind a reader of bodies.

The event loop talks to clients, and waits for as many of them as there are connections; ``WEB_THREADS`` threads work.
Django's own ASGI handler would do so too, at the price of a change of threads for every middleware.
Follows ASGI 3.0 (HTTP) on one side and PEP 3333 on the other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import BoundedSemaphore
from typing import Any

from django.conf import settings
from django.urls import get_resolver

from console.request_bodies import Bodies, ClientGoneError, TooSlowError, type_of_receive
from console.wsgi import application as wsgi_application
from console.wsgi_environ import environ_of

type_of_send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
type_of_wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
SHORT_BYTES = 2_000_000  # an answer up to here is whole before it is sent: nobody's slow reading holds a thread
PIECE_BYTES = 65_536  # of a longer one, which is made while it is sent: no export is held in memory
SEND_SECONDS = 60.0  # for a client to take such a piece
RETRY_SECONDS = 10  # until a long answer may have its turn
MULTIPART_BYTES = 1_000_000  # what a form may add to the file in it
BODY_HEADERS = {b"content-length", b"transfer-encoding"}
TOO_SLOW = b"The request's body did not arrive in time.\n"  # RFC 9110 §15.5.9
UNREADABLE = b"The request's body cannot be read.\n"
BUSY = b"Too many long downloads are under way. Try again shortly.\n"


class Bridge:
    """An ASGI application that answers with a WSGI one, in a thread of its own pool."""

    def __init__(self, application: type_of_wsgi, *, threads: int, most_bytes: int) -> None:
        self.application = application
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="web")
        self._long_answers = BoundedSemaphore(max(1, threads // 2))  # half of the threads are there for all others
        self._bodies = Bodies(most_bytes)

    async def __call__(self, scope: MutableMapping[str, Any], receive: type_of_receive, send: type_of_send) -> None:
        """Answer one request. Raises ``ValueError`` for what is no HTTP request (ASGI: "not supported")."""
        if scope["type"] != "http":
            raise ValueError(f"Only HTTP is served, not {scope['type']}.")
        headers = dict(scope["headers"])
        content_type = headers.get(b"content-type", b"").decode("latin-1")
        has_body = not headers.keys().isdisjoint(BODY_HEADERS)
        try:
            body = await self._bodies.read(receive, content_type) if has_body else BytesIO()
            with body:
                await self._answer(environ_of(scope, body), receive, send)
        except TooSlowError:
            await refuse(send, 408, TOO_SLOW, (b"connection", b"close"))
        except BusyError:
            await refuse(send, 503, BUSY, (b"retry-after", str(RETRY_SECONDS).encode()))
        except NotTakenError:
            pass  # the server ends the connection of an answer that is not whole
        except ClientGoneError:
            # A server tells a body it cannot make out from a client that left no otherwise.
            await refuse(send, 400, UNREADABLE, (b"connection", b"close"))

    async def _answer(self, environ: dict[str, Any], receive: type_of_receive, send: type_of_send) -> None:
        answer = Answer(receive, send, self._long_answers)
        try:
            await answer.loop.run_in_executor(self._threads, answer.make, self.application, environ)
            await answer.finish()
        finally:
            answer.end()


class NotTakenError(Exception):
    """The client takes no more of a long answer, or left."""


class BusyError(Exception):
    """Too many long answers are being sent already."""


class Answer:
    """One answer on its way from a thread to the client."""

    def __init__(self, receive: type_of_receive, send: type_of_send, long_answers: BoundedSemaphore) -> None:
        self.loop = asyncio.get_running_loop()
        self._receive = receive
        self._send = send
        self._long_answers = long_answers
        self._start: dict[str, Any] = {}
        self._is_long = False
        self._leaving: asyncio.Task[None] | None = None
        self._last = b""

    def make(self, application: type_of_wsgi, environ: dict[str, Any]) -> None:
        """In a thread: run the application. A long answer is sent from here, the end of any by ``finish``.

        Raises ``BusyError`` before anything was sent, and ``NotTakenError``.
        """
        made = application(environ, self._take_start)
        try:
            for piece in pieces(made):
                if self._last:
                    self._send_now(self._last)
                self._last = piece
        finally:
            if self._is_long:
                self._long_answers.release()
            close = getattr(made, "close", None)
            if close is not None:
                close()

    async def finish(self) -> None:
        """In the loop: send what is left."""
        if not self._is_long:
            await self._send(self._start)
        await self._send({"type": "http.response.body", "body": self._last})

    def end(self) -> None:
        """In the loop: watch the client no longer."""
        if self._leaving is not None:
            self._leaving.cancel()

    def _take_start(self, status: str, headers: list[tuple[str, str]], _exc_info: object = None) -> None:
        encoded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        self._start = {"type": "http.response.start", "status": int(status[:3]), "headers": encoded}

    def _send_now(self, piece: bytes) -> None:
        """In a thread: send a piece that is not the last, and wait until it is on its way."""
        messages: list[dict[str, Any]] = [{"type": "http.response.body", "body": piece, "more_body": True}]
        if not self._is_long:
            if not self._long_answers.acquire(blocking=False):
                raise BusyError
            self._is_long = True
            messages.insert(0, self._start)
        asyncio.run_coroutine_threadsafe(self._send_within_time(messages), self.loop).result()

    async def _send_within_time(self, messages: list[dict[str, Any]]) -> None:
        self._leaving = self._leaving or self.loop.create_task(has_left(self._receive))
        if self._leaving.done():
            raise NotTakenError
        try:
            async with asyncio.timeout(SEND_SECONDS):
                for message in messages:
                    await self._send(message)
        except TimeoutError:
            raise NotTakenError from None


async def has_left(receive: type_of_receive) -> None:
    """Return once the client closed its connection: a server takes what is sent to it then, and says nothing."""
    while (await receive())["type"] != "http.disconnect":
        pass


def pieces(made: Iterable[bytes]) -> Iterator[bytes]:
    """Join what an application yields (files come in blocks, exports in lines): all of a short answer is one piece."""
    held: list[bytes] = []
    size, until_bytes = 0, SHORT_BYTES
    for block in made:
        held.append(block)
        size += len(block)
        if size >= until_bytes:
            yield b"".join(held)
            held, size, until_bytes = [], 0, PIECE_BYTES
    if held:
        yield b"".join(held)


async def refuse(send: type_of_send, status: int, words: bytes, *headers: tuple[bytes, bytes]) -> None:
    """Answer with a few plain words."""
    kind = (b"content-type", b"text/plain; charset=utf-8")
    await send({"type": "http.response.start", "status": status, "headers": [kind, *headers]})
    await send({"type": "http.response.body", "body": words})


get_resolver().url_patterns  # noqa: B018  (imports all views before the first client waits for them)
application = Bridge(
    wsgi_application,
    threads=settings.WEB_THREADS,
    most_bytes=max(settings.IMPORT_MAX_BYTES, settings.DATA_UPLOAD_MAX_MEMORY_SIZE) + MULTIPART_BYTES,
)
