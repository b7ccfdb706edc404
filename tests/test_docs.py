"""The documentation's commands: run as printed against a real console, or marked as not run, with the reason."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.live import ROOT, LiveConsole

PAGES = sorted([*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")])
FENCED = re.compile(
    r"^(?:<!-- not run: (?P<reason>[^>]+) -->\n)?```(?P<kind>sh|python)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
INDENTED = re.compile(r"(?:^\n|\A)((?:^ {4}.*\n)+)", re.MULTILINE)
KNOWN = re.compile(r" {4}(curl|script/|deploy/|manage\.py|systemctl|docker|git|pip|python3?) ")
SECONDS = 60


@dataclass(frozen=True)
class Block:
    """One command or program of a page."""

    page: Path
    line: int
    kind: str
    text: str
    reason: str | None

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page that a reader could run."""
    text = page.read_text()
    return [
        Block(page, text.count("\n", 0, found.start()) + 1, found["kind"], found["text"], found["reason"])
        for found in FENCED.finditer(text)
    ]


ALL = [block for page in PAGES for block in blocks(page)]


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, str]]]:
    """Somebody who followed the pages so far: a console, its address and keys, and ``manage.py`` on the path."""
    directory = tmp_path_factory.mktemp("reader")
    program = directory / "manage.py"
    program.write_text(f'#!/bin/sh\ncd {ROOT} && exec {sys.executable} manage.py "$@"\n')
    program.chmod(0o755)
    with LiveConsole(environment={"SIP_DOMAIN": "sip.example.com"}) as console:
        account = console.manage_json("create_account", "--name", "Reader", "--json")
        yield (
            directory,
            console.environment
            | {
                "PATH": f"{directory}:{Path(sys.executable).parent}:{os.environ['PATH']}",
                "CONSOLE": console.url,
                "AUTH_ID": account["auth_id"],
                "TOKEN": account["auth_token"],
                "KAZOO_ID": account["kazoo_account_id"],
                "WEBHOOK_USER": account["webhook"]["username"],
                "WEBHOOK_PASSWORD": account["webhook"]["password"],
            },
        )


@pytest.mark.slow
@pytest.mark.xdist_group("docs")
@pytest.mark.parametrize("block", [block for block in ALL if block.reason is None], ids=str)
def test_what_the_documentation_prints_works(block: Block, reader: tuple[Path, dict[str, str]]) -> None:
    directory, environment = reader
    command = ["sh", "-eu", "-c", block.text] if block.kind == "sh" else [sys.executable, "-c", block.text]
    done = subprocess.run(
        command, cwd=directory, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"


def test_what_is_not_run_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    """Left out are only blocks with a reason; the list is printed."""
    left_out = [block for block in ALL if block.reason is not None]
    with capsys.disabled():
        for block in left_out:
            sys.stdout.write(f"\nnot run: {block}: {block.reason}")
    assert [block for block in left_out if len(block.reason or "") < 10] == []
    assert len(ALL) - len(left_out) >= 10


@pytest.mark.parametrize("source", PAGES, ids=lambda source: str(source.relative_to(ROOT)))
def test_no_command_hides_in_an_indented_block(source: Path) -> None:
    """An indented block is for pictures and answers: a command in it would be run by readers and by no test."""
    hidden = [
        line for block in INDENTED.findall(source.read_text()) for line in block.splitlines() if KNOWN.match(line)
    ]
    assert hidden == []


def test_every_dependency_has_its_reason() -> None:
    names = set(re.findall(r"^([A-Za-z][\w-]*)", (ROOT / "requirements.in").read_text(), re.MULTILINE))
    told = set(re.findall(r"^\| ([\w-]+) \|", (ROOT / "docs/dependencies.md").read_text(), re.MULTILINE)) - {"package"}
    assert told == names
