"""The bridge between an ASGI server and Django's WSGI application, driven as a server would."""

from __future__ import annotations

import ast
import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest

from console import asgi, request_bodies
from console.asgi import Bridge

Result = TypeVar("Result")
type_of_messages = list[dict[str, Any]]
SCOPE: dict[str, Any] = {
    "type": "http",
    "http_version": "1.1",
    "method": "POST",
    "scheme": "https",
    "path": "/a b/é",
    "raw_path": b"/a%20b/%C3%A9",
    "root_path": "",
    "query_string": b"q=%20\xc3\xa9",
    "headers": [(b"host", b"console.example"), (b"content-length", b"5")],
    "server": ("127.0.0.1", 8000),
    "client": ("192.0.2.7", 40000),
}


def run(played: Coroutine[Any, Any, Result]) -> Result:
    """Play in a loop of a thread's own: browser tests leave one running in this."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, played).result()


def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """A WSGI application that says what it was told."""
    told = {key: value for key, value in environ.items() if not key.startswith("wsgi.")}
    start_response("200 OK", [("Content-Type", "text/plain"), ("X-Name", "é")])
    return [repr(told | {"body": environ["wsgi.input"].read()}).encode()]


def exchange(
    application: Any = echo,
    *,
    bodies: Iterable[bytes] = (b"hello",),
    threads: int = 2,
    most_bytes: int = 1_000_000,
    stalls: bool = False,
    leaves: bool = False,
    pause_seconds: float = 0,
    **scope: Any,
) -> type_of_messages:
    """Send one request whose body comes in pieces, and perhaps stops there. Returns what was sent back."""
    sent: type_of_messages = []
    pieces = list(bodies)

    async def receive() -> dict[str, Any]:
        if pieces:
            await asyncio.sleep(pause_seconds)
            piece = pieces.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(pieces) or stalls or leaves}
        if leaves:
            return {"type": "http.disconnect"}
        return await stays()

    async def send(message: Any) -> None:
        sent.append(dict(message))

    run(Bridge(application, threads=threads, most_bytes=most_bytes)({**SCOPE, **scope}, receive, send))
    return sent


def told(**arguments: Any) -> dict[str, Any]:
    """What the echo was told."""
    found: dict[str, Any] = ast.literal_eval(exchange(**arguments)[-1]["body"].decode())
    return found


def test_a_request_reaches_the_application_as_wsgi_says() -> None:
    assert told() == {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/a b/\xc3\xa9",
        "QUERY_STRING": "q=%20\xc3\xa9",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "192.0.2.7",
        "REMOTE_PORT": "40000",
        "HTTP_HOST": "console.example",
        "CONTENT_LENGTH": "5",
        "body": b"hello",
    }


def test_an_answer_reaches_the_client() -> None:
    start, body = exchange()
    assert start == {
        "type": "http.response.start",
        "status": 200,
        "headers": [(b"content-type", b"text/plain"), (b"x-name", b"\xe9")],
    }
    assert body["body"].startswith(b"{'REQUEST_METHOD'")


@pytest.mark.parametrize(
    ("headers", "key", "value"),
    [
        ([(b"x-a", b"1"), (b"x-a", b"2")], "HTTP_X_A", "1,2"),
        ([(b"cookie", b"a=1"), (b"cookie", b"b=2")], "HTTP_COOKIE", "a=1; b=2"),
        ([(b"content-type", b"text/csv")], "CONTENT_TYPE", "text/csv"),
        ([(b"x_forwarded_for", b"192.0.2.9")], "HTTP_X_FORWARDED_FOR", None),
        ([(b"x-a", b"\xff")], "HTTP_X_A", "\xff"),
    ],
)
def test_headers(headers: list[tuple[bytes, bytes]], key: str, value: str | None) -> None:
    assert told(headers=headers, bodies=[b""]).get(key) == value


def test_a_path_that_is_no_utf_8_is_passed_on() -> None:
    assert told(raw_path=b"/%FF")["PATH_INFO"] == "/\xff"


def test_a_server_may_leave_out_what_asgi_calls_optional() -> None:
    environ = told(raw_path=None, server=None, client=None)
    assert (environ["PATH_INFO"], environ["SERVER_NAME"], environ["REMOTE_ADDR"]) == ("/a b/\xc3\xa9", "localhost", "")


def test_a_body_in_chunks_gets_its_length() -> None:
    environ = told(headers=[(b"transfer-encoding", b"chunked")], bodies=[b"he", b"llo", b""])
    assert (environ["CONTENT_LENGTH"], environ["body"]) == ("5", b"hello")


def test_a_large_body_comes_whole() -> None:
    pieces = [bytes([number]) * 30_000 for number in range(10)]
    assert told(bodies=pieces)["body"] == b"".join(pieces)


def test_a_body_that_is_too_long_is_cut_and_its_length_told() -> None:
    environ = told(bodies=[b"x" * 50_000] * 10, most_bytes=100_000, headers=[(b"content-length", b"500000")])
    assert (environ["CONTENT_LENGTH"], len(environ["body"])) == ("500000", 150_000)


def test_a_form_that_is_too_long_is_closed() -> None:
    kind = (b"content-type", b'multipart/form-data; boundary="x y"')
    body = told(bodies=[b"x" * 70_000] * 3, most_bytes=100_000, headers=[(b"content-length", b"210000"), kind])["body"]
    assert body == b"x" * 140_000 + b"\r\n--x y--\r\n"


@pytest.mark.parametrize("bodies", [(), (b"hel",), (b"x" * 70_000,)], ids=["nothing", "a little", "much"])
def test_who_sends_too_slowly_is_told_and_left(monkeypatch: pytest.MonkeyPatch, bodies: tuple[bytes, ...]) -> None:
    monkeypatch.setattr(request_bodies, "DEADLINE_SECONDS", 0.05)
    monkeypatch.setattr(request_bodies, "LEAST_BYTES_PER_SECOND", 1_000_000)
    start, _body = exchange(bodies=bodies, stalls=True)
    assert (start["status"], (b"connection", b"close") in start["headers"]) == (408, True)


def test_a_slow_body_that_keeps_coming_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_bodies, "DEADLINE_SECONDS", 1.0)
    monkeypatch.setattr(request_bodies, "LEAST_BYTES_PER_SECOND", 2)  # so each piece earns two and a half
    assert exchange(bodies=[b"hello"] * 4, pause_seconds=0.4)[0]["status"] == 200


def test_a_body_that_ends_early_is_no_request() -> None:
    """The client left, or sent what is no body: chunks without lengths."""
    start, _body = exchange(bodies=[b"hel"], leaves=True)
    assert (start["status"], (b"connection", b"close") in start["headers"]) == (400, True)


def test_only_some_large_bodies_are_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_bodies, "LARGE_AT_ONCE", 2)
    reading: set[int] = set()
    most: list[int] = []

    async def receiver(number: int) -> AsyncIterator[dict[str, Any]]:
        yield {"body": b"x" * 70_000, "type": "http.request", "more_body": True}
        reading.add(number)
        most.append(len(reading))
        await asyncio.sleep(0.01)
        reading.discard(number)
        yield {"body": b"", "type": "http.request", "more_body": False}

    async def read_all() -> list[int]:
        bodies = request_bodies.Bodies(1_000_000)
        found = await asyncio.gather(*[bodies.read(receiver(number).__anext__, "") for number in range(6)])
        return [len(body.getvalue()) for body in found]

    assert run(read_all()) == [70_000] * 6
    assert max(most) == 2


def test_anything_but_http_is_refused() -> None:
    with pytest.raises(ValueError, match="not lifespan"):
        exchange(type="lifespan")


async def stays() -> dict[str, Any]:
    """Receive nothing from a client that sent no body and does not leave."""
    await asyncio.sleep(60)
    raise AssertionError("nobody waits that long")


# --- long answers -----------------------------------------------------------------------------------------------------


class Export:
    """A WSGI answer of many pieces that knows whether it was closed."""

    def __init__(self, pieces: int = 50, *, breaks: bool = False) -> None:
        self.pieces = pieces
        self.breaks = breaks
        self.is_closed = False

    def __call__(self, _environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [])
        return self

    def __iter__(self) -> Iterator[bytes]:
        for _piece in range(self.pieces):
            yield b"x" * 100_000
        if self.breaks:
            raise RuntimeError("the database went away")

    def close(self) -> None:
        self.is_closed = True


def test_a_short_answer_is_sent_at_once_and_closed_before() -> None:
    export = Export(pieces=5)
    messages = exchange(export)
    assert [len(message.get("body", b"")) for message in messages] == [0, 500_000]
    assert export.is_closed


def test_a_long_answer_is_sent_while_it_is_made() -> None:
    export = Export()
    messages = exchange(export)
    assert sum(len(message.get("body", b"")) for message in messages) == 5_000_000
    assert max(len(message.get("body", b"")) for message in messages) <= asgi.SHORT_BYTES
    assert [message.get("more_body", False) for message in messages[1:]] == [True] * (len(messages) - 2) + [False]
    assert export.is_closed


def test_a_long_answer_that_breaks_is_not_ended_as_if_it_were_whole() -> None:
    export = Export(breaks=True)
    with pytest.raises(RuntimeError, match="went away"):
        exchange(export)
    assert export.is_closed


def test_half_of_the_threads_are_kept_from_long_answers() -> None:
    """Two of four threads send to clients that do not read: a third long answer is refused, a short one is made."""
    exports = [Export() for _each in range(3)]
    goes_on = threading.Event()

    async def ask(bridge: Bridge, is_read: bool) -> type_of_messages:
        sent: type_of_messages = []

        async def send(message: Any) -> None:
            sent.append(dict(message))
            while message.get("more_body") and not is_read and not goes_on.is_set():
                await asyncio.sleep(0.01)

        await bridge({**SCOPE, "headers": []}, stays, send)
        return sent

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        return exports.pop()(environ, start_response) if exports else echo(environ, start_response)

    async def play() -> list[int]:
        bridge = Bridge(application, threads=4, most_bytes=1000)
        slow = [asyncio.create_task(ask(bridge, is_read=False)) for _each in range(2)]
        while len(exports) > 1 or bridge._long_answers.acquire(blocking=False):
            if len(exports) <= 1:
                bridge._long_answers.release()
            await asyncio.sleep(0.01)
        refused, short = await ask(bridge, is_read=True), await ask(bridge, is_read=True)
        goes_on.set()
        ended = await asyncio.gather(*slow)
        return [messages[0]["status"] for messages in (refused, short, *ended)]

    assert run(play()) == [503, 200, 200, 200]


def test_nothing_more_is_made_for_who_left() -> None:
    """A server takes what is sent to a closed connection, and says nothing."""
    export = Export()
    assert len(exchange(export, bodies=[b"hello"], leaves=True, headers=[])) < 10
    assert export.is_closed


def test_who_does_not_read_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi, "SEND_SECONDS", 0.05)
    export = Export()
    sent: type_of_messages = []

    async def send(message: Any) -> None:
        sent.append(dict(message))
        if message.get("more_body"):
            await asyncio.sleep(60)

    run(Bridge(export, threads=1, most_bytes=1000)({**SCOPE, "headers": []}, stays, send))
    assert [message.get("more_body") for message in sent] == [None, True]
    assert export.is_closed
