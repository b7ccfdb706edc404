"""The terminal, shared by two lanes of steps: while one streams its output, what the other says waits."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_waiting: list[str] = []
_is_taken = False


def say(text: str) -> None:
    """Print ``text`` now, or as soon as the lane that streams is done."""
    with _lock:
        _waiting.append(text)
        if not _is_taken:
            _flush()


def copy(piece: bytes) -> None:
    """Pass on a piece of streamed output as it is."""
    sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


@contextmanager
def taken() -> Iterator[None]:
    """Have the terminal for oneself."""
    _set_taken(is_taken=True)
    try:
        yield
    finally:
        _set_taken(is_taken=False)


def _set_taken(*, is_taken: bool) -> None:
    global _is_taken  # noqa: PLW0603  (there is one terminal)
    with _lock:
        _is_taken = is_taken
        _flush()


def _flush() -> None:
    for text in _waiting:
        print(text)
    _waiting.clear()
    sys.stdout.flush()
