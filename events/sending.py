"""One HTTPS POST to a webhook: to a judged address, verified by name, with limits of time and size, no redirects."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpcore
import httpx
from django.utils.translation import gettext_lazy as _

from console.sections import Words
from events.addresses import Forbidden, Unresolved, resolve

TOTAL_SECONDS = 10.0  # from the first byte sent to the last one read, however slowly they come
MOST_ANSWER_BYTES = 16_384  # what is read of an answer, only to use the connection again


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a try: a status, or what was wrong."""

    status: int | None = None
    error: Words = ""

    @property
    def is_good(self) -> bool:
        """Whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """Whether the receiver wants no more (410)."""
        return self.status == 410


class Clock:
    """How long a request may still take."""

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Begin a request."""
        self.ends = time.monotonic() + TOTAL_SECONDS

    def left(self) -> float:
        """The seconds left. Raises ``httpcore.ReadTimeout`` when there are none."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left


class TimedStream(httpcore.NetworkStream):
    """A stream on which a request ends with its clock: a timeout for each read alone would let a slow one drip on."""

    def __init__(self, stream: httpcore.NetworkStream, clock: Clock) -> None:
        self.stream, self.clock = stream, clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what is there."""
        return self.stream.read(max_bytes, self.clock.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all."""
        self.stream.write(buffer, self.clock.left())

    def close(self) -> None:
        """Close it."""
        self.stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Speak TLS from here on."""
        return TimedStream(self.stream.start_tls(ssl_context, server_hostname, self.clock.left()), self.clock)

    def get_extra_info(self, info: str) -> Any:
        """What the stream below knows."""
        return self.stream.get_extra_info(info)


class PinnedBackend(httpcore.NetworkBackend):
    """Connects to an address that was judged, never to a name. TLS still checks the name."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.below = clock, httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve once, judge, connect. Raises ``Unresolved`` or ``Forbidden``."""
        addresses = resolve(host.strip("[]"), port)
        for address in addresses[:-1]:
            try:
                return self.connected(address, port)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self.connected(addresses[-1], port)

    def connected(self, address: str, port: int) -> TimedStream:
        """A stream to the address."""
        return TimedStream(self.below.connect_tcp(address, port, self.clock.left()), self.clock)


class Line:
    """A connection to one receiver, for as many requests as it stays open for."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(), max_connections=1, network_backend=PinnedBackend(self.clock)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pool.close()

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send it. Nothing raises: what went wrong is the answer's ``error``."""
        self.clock.restart()
        try:
            return Answer(self.status(url, body, headers))
        except Unresolved:
            return Answer(error=_("The name has no address."))
        except Forbidden:
            return Answer(error=_("The name leads to an address that is not public."))
        except (httpcore.TimeoutException, TimeoutError):
            return Answer(error=_("No answer in time."))
        except httpcore.ConnectError as error:
            is_tls = isinstance(error.__context__, ssl.SSLError) or "certificate" in str(error).lower()
            return Answer(error=_("TLS failed: its certificate is not good.") if is_tls else _("No connection."))
        except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError, OSError):
            return Answer(error=_("The connection broke."))

    def status(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """The status of the answer, whose body is read no further than it must."""
        own = {"Host": urlsplit(url).netloc, "Content-Length": str(len(body))}
        sent: list[tuple[bytes | str, bytes | str]] = [*own.items(), *headers.items()]
        with self.pool.stream("POST", url, headers=sent, content=body) as response:
            read = 0
            for piece in response.iter_stream():
                read += len(piece)
                if read > MOST_ANSWER_BYTES:
                    break
            return int(response.status)
