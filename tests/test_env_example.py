"""``.env.example`` lists every variable that the code reads, each once, with a comment above it."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import environ
import pytest

from sip.kamailio.configuration import Options

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(path.parent.name for path in ROOT.glob("*/apps.py"))
VARIABLE = re.compile(r"#?([A-Z][A-Z0-9_]*)=")
READERS = {name for name in dir(environ.Env) if not name.startswith("_")}


def variables_read() -> set[str]:
    """Names that any module gives to django-environ, and those that Kamailio's options are named by."""
    modules = [path for app in SOURCES for path in (ROOT / app).rglob("*.py") if "tests" not in path.parts]
    literal = {name for path in modules for name in names_read_in(path)}
    return literal | {f"KAMAILIO_{option.name.upper()}" for option in fields(Options)}


def names_read_in(path: Path) -> Iterator[str]:
    """The first argument of every ``env.str("NAME")`` and the like."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Call(func=ast.Attribute(attr=reader), args=[ast.Constant(value=str(name)), *_]):
                if reader in READERS and re.fullmatch(r"[A-Z][A-Z0-9_]*", name):
                    yield name


def lines_of_example() -> list[str]:
    return (ROOT / ".env.example").read_text().splitlines()


def variables_listed() -> list[str]:
    return [found[1] for line in lines_of_example() if (found := VARIABLE.match(line))]


def test_it_lists_what_the_code_reads_and_nothing_else() -> None:
    assert set(variables_listed()) == variables_read()


def test_it_lists_each_variable_once() -> None:
    assert [name for name, count in Counter(variables_listed()).items() if count > 1] == []


@pytest.mark.parametrize("block", (ROOT / ".env.example").read_text().split("\n\n"))
def test_a_comment_stands_above_the_variables(block: str) -> None:
    first = block.strip().splitlines()[0]
    assert first.startswith("# ")


def test_taken_as_it_is_it_changes_nothing() -> None:
    assert [line for line in lines_of_example() if line and not line.startswith("#")] == []
