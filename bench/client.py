"""The load: one keep-alive connection to each contender, asked in turn, so that noise hits all alike."""

from __future__ import annotations

import random
import socket
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Self

from bench.cases import HOST, NAME, Asked
from bench.rehearsal import fresh_name

TIMEOUT_SECONDS = 120
CHUNK_BYTES = 262_144
WARM_UP = 5
IDLE_SECONDS = 3  # the server closes a connection that sends no request for some time


class UnexpectedAnswerError(RuntimeError):
    """A contender answered something else than success."""


@dataclass(slots=True)
class Contender:
    """Who is asked, what, and how long each answer took in each round (milliseconds)."""

    label: str
    port: int
    asked: Asked
    rounds: list[list[float]] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)  # the server's processor time for one request, by round

    def medians(self) -> list[float]:
        """The median of each round."""
        return [statistics.median(taken) for taken in self.rounds]

    @property
    def milliseconds(self) -> float:
        """The median of the medians."""
        return statistics.median(self.medians())

    def asked_once(self) -> float:
        """Ask once, on a new connection. Returns the milliseconds."""
        with Line(self) as line:
            return line.ask()

    @property
    def processor_milliseconds(self) -> float:
        """The server's processor time for one request: the least of the rounds, since noise only adds to it."""
        return min(self.processor)


class Line:
    """One connection, kept alive."""

    def __init__(self, contender: Contender) -> None:
        self.contender = contender
        self.head, self.body = self.written()
        self.socket, self.used = self.connected(), time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.socket.close()

    def connected(self) -> socket.socket:
        """A new connection."""
        made = socket.create_connection((HOST, self.contender.port), TIMEOUT_SECONDS)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def renew(self) -> None:
        """Connect anew where the server may have given the connection up meanwhile."""
        if time.monotonic() - self.used > IDLE_SECONDS:
            self.socket.close()
            self.socket = self.connected()

    def written(self) -> tuple[str, str]:
        """The request as text, but for its name and length."""
        asked = self.contender.asked
        headers = {"Host": f"{HOST}:{self.contender.port}", **asked.headers}
        lines = [f"{asked.method} {asked.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join(lines), asked.body

    def ask(self) -> float:
        """Ask once. Returns how many milliseconds passed until the answer's last byte."""
        name = fresh_name()
        body = self.body.replace(NAME, name).encode()
        self.renew()
        message = f"{self.head.replace(NAME, name)}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        started = time.perf_counter_ns()
        self.socket.sendall(message)
        status = self.receive()
        taken, self.used = (time.perf_counter_ns() - started) / 1_000_000, time.monotonic()
        if not 200 <= status < 300:
            raise UnexpectedAnswerError(f"{self.contender.label}: {status}")
        return taken

    def receive(self) -> int:
        """Read one answer. Returns its status."""
        data = self.socket.recv(CHUNK_BYTES)
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self.more()
        head = data[:end].lower()
        left = length_of(head) - (len(data) - end - 4)
        while left > 0:
            left -= len(self.more())
        return int(head[9:12])

    def more(self) -> bytes:
        """The next piece. Raises ``UnexpectedAnswerError`` at the end of the connection."""
        piece = self.socket.recv(CHUNK_BYTES)
        if not piece:
            raise UnexpectedAnswerError(f"{self.contender.label}: the connection was closed")
        return piece


def length_of(head: bytes) -> int:
    """What ``Content-Length`` says; 0 without."""
    at = head.find(b"\r\ncontent-length:")
    return 0 if at < 0 else int(head[at + 17 :].split(b"\r\n", 1)[0])


def compete(
    contenders: Sequence[Contender], *, rounds: int, requests: int, processors: Mapping[int, Callable[[], float]]
) -> None:
    """Ask all in turn, in another order each time, ``requests`` times in each round; then each by itself in a row.

    The former gives the times, the latter the processor time that ``processors`` (by port) tell.
    """
    with ExitStack() as opened:
        lines = [opened.enter_context(Line(contender)) for contender in contenders]
        for line in lines:
            for _time in range(WARM_UP):
                line.ask()
        for _round in range(rounds):
            ask_in_turn(lines, requests)
            for line in random.sample(lines, len(lines)):
                line.contender.processor.append(processor_time(line, requests, processors[line.contender.port]))


def ask_in_turn(lines: Sequence[Line], requests: int) -> None:
    """One round."""
    for line in lines:
        line.contender.rounds.append([])
    for _time in range(requests):
        for line in random.sample(lines, len(lines)):
            line.contender.rounds[-1].append(line.ask())


def processor_time(line: Line, requests: int, used: Callable[[], float]) -> float:
    """Milliseconds of the server's processor time for one of so many requests."""
    before = used()
    for _time in range(requests):
        line.ask()
    return (used() - before) * 1000 / requests


def ratio(console: Contender, floor: Contender) -> float:
    """How near the console comes to the floor: the median over rounds; 1.0 is the floor itself."""
    return statistics.median(bare / own for own, bare in zip(console.medians(), floor.medians(), strict=True))


def growth(large: Contender, small: Contender) -> float:
    """How many times the small one's time the large one takes: the median over rounds."""
    return ratio(small, large)
