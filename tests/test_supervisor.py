"""The parts of a console run side by side: one that dies is started again, a vital one ends them all."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from console import supervisor
from console.supervisor import Part, Supervisor, exit_words

LIVES_ON = "import time; print('up', flush=True); time.sleep(60)"
IGNORES_SIGTERM = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); open({path!r}, 'w'); time.sleep(60)"
)


def part(name: str, code: str, *, is_vital: bool = False, pause_seconds: float = 0.0) -> Part:
    return Part(name=name, command=[sys.executable, "-S", "-c", code], is_vital=is_vital, pause_seconds=pause_seconds)


def ended_part(*, pause_seconds: float) -> Part:
    """A part that was started and has ended."""
    ended = part("worker", "", pause_seconds=pause_seconds)
    ended.start()
    ended.wait(time.monotonic() + 10)
    return ended


def counting(path: Path) -> str:
    """A program that adds a line to ``path`` and ends with 3."""
    return f"open({str(path)!r}, 'a').write('ran\\n'); raise SystemExit(3)"


def send_when(is_time: Callable[[], bool], number: signal.Signals) -> threading.Thread:
    """Send ourselves a signal as soon as ``is_time()``, ten seconds at most from now."""

    def wait() -> None:
        deadline = time.monotonic() + 10
        while not is_time() and time.monotonic() < deadline:
            time.sleep(0.01)
        os.kill(os.getpid(), number)

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_all_parts_when_asked_to(number: signal.Signals) -> None:
    parts = [part("web server", LIVES_ON, is_vital=True), part("worker", LIVES_ON)]
    sender = send_when(lambda: all(each.is_running for each in parts), number)

    code = Supervisor(parts, say=print).run()
    sender.join()

    assert code == 0
    assert not any(each.is_running for each in parts)


def test_the_end_of_a_vital_part_ends_the_others() -> None:
    said: list[str] = []
    worker = part("worker", LIVES_ON)

    code = Supervisor([part("web server", "raise SystemExit(3)", is_vital=True), worker], say=said.append).run()

    assert (code, said) == (1, ["The web server ended (exit code 3): stopping."])
    assert not worker.is_running


def test_another_part_that_dies_is_started_again(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    said: list[str] = []
    sender = send_when(lambda: runs.exists() and len(runs.read_text().splitlines()) >= 2, signal.SIGTERM)

    code = Supervisor([part("worker", counting(runs))], say=said.append).run()
    sender.join()

    assert code == 0
    assert said[0] == "The worker ended (exit code 3): starting it again in 0 s."


def test_a_part_that_does_not_stop_is_killed_and_that_is_said(tmp_path: Path) -> None:
    said: list[str] = []
    is_up = tmp_path / "up"
    stubborn = part("web server", IGNORES_SIGTERM.format(path=str(is_up)))
    sender = send_when(is_up.exists, signal.SIGTERM)

    code = Supervisor([stubborn], say=said.append, stop_seconds=0.2).run()
    sender.join()

    assert (code, stubborn.exit_code) == (1, -signal.SIGKILL)
    assert said == ["The web server did not stop within 0 s and was killed."]


def test_it_gives_the_signal_handlers_back() -> None:
    before = signal.getsignal(signal.SIGTERM)

    Supervisor([part("web server", "", is_vital=True)], say=lambda _: None).run()

    assert signal.getsignal(signal.SIGTERM) is before


def test_the_pause_before_a_restart_doubles_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "LONGEST_PAUSE_SECONDS", 4.0)
    flaky = ended_part(pause_seconds=1.0)

    assert [flaky.plan_restart() for _ in range(4)] == [1.0, 2.0, 4.0, 4.0]


def test_a_part_that_lived_long_starts_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "HEALTHY_SECONDS", 0.0)
    steady = ended_part(pause_seconds=16.0)

    assert steady.plan_restart() == 1.0


@pytest.mark.parametrize(("code", "words"), [(0, "exit code 0"), (1, "exit code 1"), (-9, "SIGKILL"), (-15, "SIGTERM")])
def test_it_says_how_a_program_ended(code: int, words: str) -> None:
    assert exit_words(code) == words


def test_what_others_stand_on_comes_first_and_goes_last(tmp_path: Path) -> None:
    ready, log = tmp_path / "ready", tmp_path / "log"
    says = "import signal, sys, time; signal.signal({by}, lambda *_: (print('{name} ends', flush=True), sys.exit()));"
    base = part("base", says.format(by=2, name="base") + f"time.sleep(0.3); open({str(ready)!r}, 'w'); time.sleep(60)")
    above = part("above", says.format(by=15, name="above") + f"print(open({str(ready)!r}), flush=True); time.sleep(60)")
    base.is_base, base.is_ready, base.stop_by, base.log, above.log = True, ready.exists, signal.SIGINT, log, log
    sender = send_when(lambda: log.exists() and "_io.TextIOWrapper" in log.read_text(), signal.SIGTERM)

    code = Supervisor([base, above], say=print).run()

    sender.join()
    assert code == 0
    assert log.read_text().splitlines()[1:] == ["above ends", "base ends"]


def test_a_base_that_ends_before_it_is_ready_ends_it_all() -> None:
    said: list[str] = []
    base = part("base", "raise SystemExit(4)")
    base.is_ready = lambda: False

    code = Supervisor([base, part("above", LIVES_ON)], say=said.append).run()

    assert (code, said) == (1, ["The base ended (exit code 4) before it was ready."])


def test_it_stops_while_a_part_is_not_ready_yet() -> None:
    base, above = part("base", LIVES_ON), part("above", LIVES_ON)
    base.is_ready = lambda: False
    sender = send_when(lambda: base.is_running, signal.SIGTERM)

    code = Supervisor([base, above], say=print).run()

    sender.join()
    assert (code, above.is_running, base.is_running) == (0, False, False)


def test_a_dead_parts_children_do_not_outlive_it(tmp_path: Path) -> None:
    children = tmp_path / "child"
    parent_ends = f"open({str(children)!r}, 'w').write(str(pid)), os._exit(1)"
    code = f"import os, time; pid = os.fork(); pid and ({parent_ends}); time.sleep(60)"
    dead = part("parent", code)
    dead.start()
    assert dead.wait(time.monotonic() + 10)

    deadline = time.monotonic() + 10
    while Path(f"/proc/{children.read_text()}/cmdline").exists() and time.monotonic() < deadline:
        if not Path(f"/proc/{children.read_text()}/cmdline").read_bytes():
            break  # dead, and not yet buried
        time.sleep(0.01)
    assert time.monotonic() < deadline
