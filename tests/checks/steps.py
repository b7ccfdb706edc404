"""One step: a command, how long it took and what came of it."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.checks import screen

ROOT = Path(__file__).resolve().parent.parent.parent
PASSED, FAILED, NOT_RUN = "passed", "FAILED", "not run"


@dataclass(frozen=True, kw_only=True)
class Result:
    """What came of a step; ``detail`` is a few words for the table."""

    name: str
    seconds: float
    outcome: str
    detail: str = ""

    @property
    def has_failed(self) -> bool:
        """Whether the run as a whole must fail."""
        return self.outcome == FAILED


def judge_by_exit_code(code: int, _output: str) -> tuple[str, str]:
    """Return the outcome and detail of a program that says it all with its exit code."""
    return (PASSED, "") if code == 0 else (FAILED, f"exit code {code}")


@dataclass(frozen=True, kw_only=True)
class Step:
    """A command to run in the repository. A streamed one shows its output as it comes, others only when they failed."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    is_streamed: bool = False
    judge: Callable[[int, str], tuple[str, str]] = judge_by_exit_code

    def run(self) -> Result:
        """Run it. Never raises for a command that fails."""
        started = time.monotonic()
        code, output = self._streamed() if self.is_streamed else self._captured()
        outcome, detail = self.judge(code, output)
        result = Result(name=self.name, seconds=time.monotonic() - started, outcome=outcome, detail=detail)
        if not self.is_streamed:
            _tell(result, output)
        return result

    def _captured(self) -> tuple[int, str]:
        with self._started(bufsize=-1) as process:
            output, _ = process.communicate()
        return process.returncode, output.decode(errors="replace")

    def _streamed(self) -> tuple[int, str]:
        pieces: list[bytes] = []
        screen.say(f"\n--- {self.name}")
        with screen.taken(), self._started(bufsize=0) as process:
            while piece := os.read(process.stdout.fileno(), 65536) if process.stdout else b"":
                pieces.append(piece)
                screen.copy(piece)
        return process.returncode, b"".join(pieces).decode(errors="replace")

    @contextmanager
    def _started(self, *, bufsize: int) -> Iterator[subprocess.Popen[bytes]]:
        environment = {**os.environ, **self.environment}
        with subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=environment,
            bufsize=bufsize,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process:
            try:
                yield process
            except BaseException:  # Ctrl-C among them: what was started ends as well
                process.terminate()
                raise


def _tell(result: Result, output: str) -> None:
    if result.outcome != PASSED and output.strip():
        screen.say(f"\n--- {result.name}\n{output.rstrip()}")
    screen.say(f"{result.outcome:>8}  {result.name}  ({result.seconds:.1f} s)")


def table(results: Sequence[Result]) -> str:
    """Return the results as lines of text: one a step."""
    width = max(len(result.name) for result in results)
    lines = [f"{'step':<{width}}  seconds  result"]
    lines += [f"{each.name:<{width}}  {each.seconds:7.1f}  {each.outcome}  {each.detail}".rstrip() for each in results]
    return "\n".join(lines)
