"""Runs the parts of a console side by side: starts them, restarts one that died, ends them together."""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

POLL_SECONDS = 0.1
STOP_SECONDS = 30.0  # then a part that still runs is killed
LONGEST_PAUSE_SECONDS = 30.0
HEALTHY_SECONDS = 60.0  # a part that lived this long starts again with the shortest pause
_PR_SET_PDEATHSIG = 1  # prctl(2)
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def always() -> bool:
    """A part that is ready as soon as it is started."""
    return True


@dataclass(kw_only=True)
class Part:
    """A program to keep running; ``is_vital`` ends the others when it ends, else it is started again.

    The others are started when ``is_ready`` says so; those that stand on an ``is_base`` are stopped before it.
    """

    name: str
    command: Sequence[str]
    is_vital: bool = False
    is_base: bool = False
    is_ready: Callable[[], bool] = always
    pause_seconds: float = 1.0
    stop_by: signal.Signals = signal.SIGTERM
    user: str | None = None  # whose rights it runs with, where they are not ours
    log: Path | None = None  # where its output goes, where that is not ours
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _started: float = field(default=0.0, init=False)
    _due: float = field(default=0.0, init=False)

    def start(self) -> None:
        """Start the program in a process group of its own: a terminal's Ctrl-C must not reach it twice."""
        self._started = time.monotonic()
        output = self.log.open("ab") if self.log else None
        try:
            self._process = subprocess.Popen(  # noqa: S603
                self.command,
                stdout=output,
                stderr=output,
                process_group=0,
                preexec_fn=end_with_parent,  # noqa: PLW1509
                **rights_of(self.user),
            )
        finally:
            if output is not None:
                output.close()

    @property
    def is_running(self) -> bool:
        """Whether the program runs now."""
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """What the program ended with, negative for a signal; None before that."""
        return self._process.poll() if self._process is not None else None

    def plan_restart(self) -> float:
        """Plan to start again. Returns in how many seconds: longer each time, up to a limit."""
        now = time.monotonic()
        if now - self._started >= HEALTHY_SECONDS:
            self.pause_seconds = 1.0
        pause, self.pause_seconds = self.pause_seconds, min(self.pause_seconds * 2, LONGEST_PAUSE_SECONDS)
        self.end_group()
        self._process, self._due = None, now + pause
        return pause

    @property
    def is_due(self) -> bool:
        """Whether the planned restart is to happen now."""
        return self._process is None and time.monotonic() >= self._due

    def ask_to_stop(self) -> None:
        """Send a running program the signal that ends it in good order."""
        if self._process is not None and self.is_running:
            self._process.send_signal(self.stop_by)

    def wait(self, deadline: float) -> bool:
        """Wait for the end until ``deadline`` (monotonic seconds), then kill. Returns whether it ended by itself."""
        if self._process is None:
            return True
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return False
        finally:
            self.end_group()
        return True

    def end_group(self) -> None:
        """Kill what a program that has ended left running: children of a killed one would hold its ports."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)


class Supervisor:
    """Keeps the parts running until SIGINT, SIGTERM or the end of a vital part."""

    def __init__(
        self, parts: Sequence[Part], *, say: Callable[[str], object], stop_seconds: float = STOP_SECONDS
    ) -> None:
        self.parts = parts
        self.say = say
        self.stop_seconds = stop_seconds
        self._is_stopping = False

    def run(self) -> int:
        """Run until told to stop. Returns 0, or 1 when a vital part ended or a part had to be killed."""
        before = {each: signal.signal(each, self._on_signal) for each in (signal.SIGINT, signal.SIGTERM)}
        try:
            is_well = self._start() and self._watch()
            return 0 if self._stop() and is_well else 1
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._is_stopping = True

    def _start(self) -> bool:
        """Start the parts, each when those before it are ready; False when one ended instead."""
        for part in self.parts:
            if self._is_stopping:
                break
            part.start()
            if not self._await(part):
                return False
        return True

    def _await(self, part: Part) -> bool:
        """Wait until a part is ready, or until told to stop; False when it ended instead."""
        while not (part.is_ready() or self._is_stopping):
            if part.exit_code is not None:
                self.say(f"The {part.name} ended ({exit_words(part.exit_code)}) before it was ready.")
                return False
            time.sleep(POLL_SECONDS)
        return True

    def _watch(self) -> bool:
        """Wait until told to stop; False when a vital part ended before."""
        while not self._is_stopping:
            for part in self.parts:
                if part.exit_code is not None and not self._replace(part):
                    return False
                if part.is_due:
                    part.start()
            time.sleep(POLL_SECONDS)
        return True

    def _replace(self, part: Part) -> bool:
        """Say that a part ended and plan its restart; False when it is vital."""
        ended = f"The {part.name} ended ({exit_words(part.exit_code)})"
        if part.is_vital:
            self.say(f"{ended}: stopping.")
            return False
        self.say(f"{ended}: starting it again in {part.plan_restart():.0f} s.")
        return True

    def _stop(self) -> bool:
        """End all parts, what others stand on last. Returns whether none had to be killed."""
        above = [part for part in self.parts if not part.is_base]
        base = [part for part in self.parts if part.is_base]
        return all([self._end(above), self._end(base)])

    def _end(self, parts: Sequence[Part]) -> bool:
        """End these parts, the last started first asked. Returns whether none had to be killed."""
        for part in reversed(parts):
            part.ask_to_stop()
        deadline = time.monotonic() + self.stop_seconds
        killed = [part.name for part in parts if not part.wait(deadline)]
        for name in killed:
            self.say(f"The {name} did not stop within {self.stop_seconds:.0f} s and was killed.")
        return not killed


def exit_words(code: int | None) -> str:
    """Say what a program ended with: ``exit code 1``, ``SIGKILL``."""
    if code is not None and code < 0:
        return signal.Signals(-code).name
    return f"exit code {code}"


def rights_of(user: str | None) -> dict[str, Any]:
    """Return the options with which ``subprocess`` runs a program as ``user`` and in no group but theirs."""
    if user is None:
        return {}
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


def end_with_parent() -> None:  # pragma: no cover  (runs in the child, before its program does)
    """Have the kernel end this process when its parent dies (Linux): called between fork and exec."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
