"""A SIP phone small enough to misbehave on purpose: what sipp and the softphones cannot be made to send, this one does.

It registers with digest authentication, places calls, and answers what it is asked. UDP, TCP, TLS or WebSocket.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import select
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from queue import Empty, Queue
from typing import Self

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from sip import authorization

WAIT_SECONDS = 6.0  # a machine of two busy cores answers late, and is not wrong for it
DIGESTS: Mapping[str, Callable[[bytes], hashlib._Hash]] = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}
ECHOED = ("via", "from", "to", "call-id", "cseq", "record-route")


@dataclass(frozen=True, slots=True)
class Message:
    """A SIP message as it came in."""

    start: str
    headers: Sequence[tuple[str, str]]
    body: str

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        head, _blank, body = raw.decode(errors="replace").partition("\r\n\r\n")
        start, *lines = head.split("\r\n")
        pairs = [line.partition(":")[::2] for line in lines]
        return cls(start, [(name.strip().lower(), value.strip()) for name, value in pairs], body)

    @property
    def status(self) -> int:
        return int(self.start.split()[1])

    @property
    def method(self) -> str:
        return self.start.split()[0]

    def all(self, name: str) -> list[str]:
        return [value for known, value in self.headers if known == name]

    def first(self, name: str) -> str:
        return next(iter(self.all(name)), "")


class WebSocket:
    """SIP over WebSocket (RFC 7118) where a socket is expected."""

    def __init__(self, plain: socket.socket) -> None:
        host, port = plain.getpeername()
        plain.settimeout(None)
        self._timeout_seconds = WAIT_SECONDS
        self._stack = ExitStack()
        handshake = connect(f"ws://{host}:{port}/", sock=plain, subprotocols=[Subprotocol("sip")], compression=None)
        self._connection = self._stack.enter_context(handshake)

    def settimeout(self, seconds: float) -> None:
        self._timeout_seconds = seconds

    def sendall(self, raw: bytes) -> None:
        self._connection.send(raw)

    def recv(self, _size: int) -> bytes:
        try:
            frame = self._connection.recv(self._timeout_seconds)
        except ConnectionClosed as error:
            raise OSError from error
        return frame if isinstance(frame, bytes) else frame.encode()

    def close(self) -> None:
        self._stack.close()


@dataclass
class Phone:
    """One user agent. ``answers`` says with what status it answers each method; 0 is silence."""

    user: str
    domain: str
    password: str
    server: tuple[str, int]
    transport: str = "udp"
    source: str = "127.0.0.1"
    digest_username: str = ""
    user_agent: str = "test-phone"
    contact: str = ""
    answers: dict[str, int] = field(default_factory=lambda: {"NOTIFY": 200})
    challenge: str = ""  # sent with a 401 until the request comes with an Authorization
    is_never_content: bool = False  # challenges again whatever comes
    answer: Message | None = None  # the last final answer to an authenticated request
    received: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        kind = socket.SOCK_DGRAM if self.transport == "udp" else socket.SOCK_STREAM
        plain = socket.socket(socket.AF_INET6 if ":" in self.source else socket.AF_INET, kind)
        plain.bind((self.source, 0))
        plain.settimeout(WAIT_SECONDS)
        plain.connect(self.server)
        self.port: int = plain.getsockname()[1]
        self._socket = self._dressed(plain)
        self._socket.settimeout(0.1)
        suffix = "" if self.transport == "udp" else f";transport={self.transport}"
        self.host = f"[{self.source}]" if ":" in self.source else self.source
        self.contact = self.contact or f"sip:{self.user}@{self.host}:{self.port}{suffix}"
        self.call_id, self.sequence, self.tag = secrets.token_hex(8), 0, secrets.token_hex(4)
        self._responses: Queue[Message] = Queue()
        self.keepalives: Queue[bytes] = Queue()
        self._is_closed, self._lock = threading.Event(), threading.Lock()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _dressed(self, plain: socket.socket) -> socket.socket | WebSocket:
        if self.transport in ("tls", "wss"):
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            plain = context.wrap_socket(plain)
        return WebSocket(plain) if self.transport in ("ws", "wss") else plain

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._is_closed.set()
        self._thread.join()
        self._socket.close()

    # --- what it does -------------------------------------------------------------------------------------------------

    def register(self, *, expires: int = 300, headers: Sequence[str] = ()) -> int | None:
        """Register, answering one challenge. Returns the final status; None for silence."""
        target = f"sip:{self.domain}"
        common = [f"Contact: <{self.contact}>", f"Expires: {expires}", *headers]
        return self._authenticated("REGISTER", target, f"sip:{self.user}@{self.domain}", common)

    def invite(self, user: str, domain: str = "", *, headers: Sequence[str] = ()) -> int | None:
        """Ask for a call, answering one challenge. Returns the first final status."""
        aor = f"sip:{user}@{domain or self.domain}"
        return self._authenticated("INVITE", aor, aor, [f"Contact: <{self.contact}>", *headers])

    def hang_up(self) -> Message | None:
        """End the call that ``invite`` began, along the route that its answer showed."""
        call = self.answer
        assert call is not None
        route = [f"Route: {value}" for value in reversed(call.all("record-route"))]
        remote = call.first("contact").strip("<>")
        return self.send("BYE", remote, call.first("to"), route)

    def hears_keepalive(self, *, within_seconds: float) -> bool:
        """Whether an empty packet comes, which keeps a way through NAT open."""
        try:
            return bool(self.keepalives.get(timeout=within_seconds))
        except Empty:
            return False

    def _authenticated(self, method: str, target: str, to: str, headers: Sequence[str]) -> int | None:
        answer = self.send(method, target, to, headers)
        if answer is not None and answer.status in (401, 407):
            answer = self.send(method, target, to, [*headers, self.credentials(answer, method, target)])
        self.answer = answer
        return answer.status if answer is not None else None

    def credentials(self, challenge: Message, method: str, target: str, *, username: str = "") -> str:
        """The header that answers a challenge (RFC 7616, qop auth)."""
        is_proxy = challenge.status == 407
        given = authorization.parse(challenge.first(f"{'proxy' if is_proxy else 'www'}-authenticate")) or {}
        name, realm = username or self.digest_username or self.user, given["realm"]
        algorithm, nonce, cnonce = given.get("algorithm", "MD5"), given["nonce"], secrets.token_hex(8)
        first = self._hash(algorithm, f"{name}:{realm}:{self.password}")
        second = self._hash(algorithm, f"{method}:{target}")
        response = self._hash(algorithm, f"{first}:{nonce}:00000001:{cnonce}:auth:{second}")
        return (
            f'{"Proxy-" if is_proxy else ""}Authorization: Digest username="{name}", realm="{realm}", nonce="{nonce}", '
            f'uri="{target}", response="{response}", algorithm={algorithm}, qop=auth, nc=00000001, cnonce="{cnonce}"'
        )

    @staticmethod
    def _hash(algorithm: str, text: str) -> str:
        return DIGESTS[algorithm](text.encode()).hexdigest()

    def send(
        self, method: str, target: str, to: str, headers: Sequence[str] = (), *, branch: str = "", body: str = ""
    ) -> Message | None:
        """Send one request and return its first final response; None for silence."""
        self.sequence += 1
        branch = branch or f"z9hG4bK{secrets.token_hex(8)}"
        while not self._responses.empty():
            self._responses.get()
        lines = [
            f"{method} {target} SIP/2.0",
            f"Via: SIP/2.0/{self.transport.upper()} {self.host}:{self.port};branch={branch};rport",
            f"From: <sip:{self.user}@{self.domain}>;tag={self.tag}",
            f"To: <{to}>" if "<" not in to else f"To: {to}",
            f"Call-ID: {self.call_id}",
            f"CSeq: {self.sequence} {method}",
            "Max-Forwards: 70",
            f"User-Agent: {self.user_agent}",
            *headers,
            f"Content-Length: {len(body)}",
        ]
        self.send_raw("\r\n".join([*lines, "", body]).encode())
        return self._final()

    def send_raw(self, raw: bytes) -> None:
        with self._lock:
            self._socket.sendall(raw)

    def _final(self) -> Message | None:
        while True:
            try:
                answer = self._responses.get(timeout=WAIT_SECONDS)
            except Empty:
                return None
            if answer.status >= 200 and answer.first("cseq").split()[0] == str(self.sequence):
                return answer

    # --- what it hears ------------------------------------------------------------------------------------------------

    def _listen(self) -> None:
        stream = b""
        while not self._is_closed.is_set():
            try:
                chunk = self._receive()
            except TimeoutError:
                continue
            except OSError:
                return
            if self.transport in ("udp", "ws", "wss"):  # a message each
                self._take(chunk)
                continue
            if not chunk:
                return
            stream = self._take_all(stream + chunk)

    def _receive(self) -> bytes:
        """What came, or ``TimeoutError``. One thread at a time touches a TLS connection: OpenSSL takes no two."""
        if not isinstance(self._socket, ssl.SSLSocket):
            return self._socket.recv(65535)
        if not self._socket.pending() and not select.select([self._socket], [], [], 0.1)[0]:
            raise TimeoutError
        with self._lock:
            return self._socket.recv(65535)

    def _take_all(self, stream: bytes) -> bytes:
        """Take every complete message off a stream and return the rest."""
        while b"\r\n\r\n" in stream:
            head, rest = stream.split(b"\r\n\r\n", 1)
            found = re.search(rb"(?im)^content-length\s*:\s*(\d+)", head)
            length = int(found[1]) if found else 0
            if len(rest) < length:
                return stream
            self._take(head + b"\r\n\r\n" + rest[:length])
            stream = rest[length:]
        return stream

    def _take(self, raw: bytes) -> None:
        if not raw.strip(b"\r\n\0"):
            self.keepalives.put(raw)
            return
        message = Message.parse(raw)
        if message.start.startswith("SIP/2.0"):
            self._responses.put(message)
            return
        self.received.append(message)
        self._answer(message)

    def _answer(self, request: Message) -> None:
        status, extra = self.answers.get(request.method, 200), []
        if self.challenge and (self.is_never_content or not request.all("authorization")):
            status, extra = 401, [f"WWW-Authenticate: {self.challenge}"]
        if not status or request.method == "ACK":
            return
        echoed = [
            f"{name}: {value}" + (f";tag={self.tag}" if name == "to" and "tag=" not in value else "")
            for name, value in request.headers
            if name in ECHOED
        ]
        lines = [f"SIP/2.0 {status} Said", *echoed, f"Contact: <{self.contact}>", *extra, "Content-Length: 0"]
        self.send_raw("\r\n".join([*lines, "", ""]).encode())
