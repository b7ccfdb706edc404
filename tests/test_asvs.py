"""The security standard's table: no section is left out, and whatever is said to be met names tests that are there."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from tests.live import ROOT

TEXT = (ROOT / "docs/asvs.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.split("|")[1:-1]] for line in TEXT.splitlines() if line.startswith("| V")]
SECTIONS = {  # of ASVS 5.0.0, those with requirements of level 1 or 2: how many requirements each has, level 3 included
    "V1": {1: 2, 2: 10, 3: 12, 4: 3, 5: 3},
    "V2": {1: 3, 2: 3, 3: 5, 4: 2},
    "V3": {2: 3, 3: 5, 4: 8, 5: 8, 7: 5},
    "V4": {1: 5, 2: 5, 3: 2, 4: 4},
    "V5": {1: 1, 2: 6, 3: 3, 4: 3},
    "V6": {1: 3, 2: 12, 3: 8, 4: 6, 5: 8, 6: 4, 8: 4},
    "V7": {1: 3, 2: 4, 3: 2, 4: 5, 5: 3, 6: 2},
    "V8": {1: 4, 2: 4, 3: 3, 4: 2},
    "V9": {1: 3, 2: 4},
    "V10": {},  # as a whole: n/a
    "V11": {1: 4, 2: 5, 3: 5, 4: 4, 5: 2, 6: 2},
    "V12": {1: 5, 2: 2, 3: 5},
    "V13": {1: 4, 2: 6, 3: 4, 4: 7},
    "V14": {1: 2, 2: 8, 3: 3},
    "V15": {1: 5, 2: 5, 3: 7},
    "V16": {1: 1, 2: 5, 3: 4, 4: 3, 5: 4},
    "V17": {},
}
STATES = {"met", "documented", "n/a", "not met"}
REFERENCE = re.compile(r"`([\w/]+\.py)::(\w+)`")
LINK = re.compile(r"\]\(([\w-]+\.md)(?:#([\w-]+))?\)")


@cache
def names_in(path: str) -> set[str]:
    """The tests of a module."""
    nodes = ast.parse((ROOT / path).read_text(encoding="utf-8")).body
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def anchors(page: str) -> set[str]:
    """What the headings of a page can be reached by."""
    headings = re.findall(r"^#+ (.+)$", (ROOT / "docs" / page).read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


def test_every_section_has_its_line_in_order() -> None:
    asked = [f"{chapter}.{section}" for chapter, sections in SECTIONS.items() for section in sections or [0]]
    asked = [name.removesuffix(".0") for name in asked]
    named = [row[0].split()[0] for row in ROWS]
    assert [name for name in named if name in asked] == asked
    single = [name.removeprefix("V").split(".") for name in named if name not in asked]
    assert [name for name in single if len(name) != 3] == []
    assert [name for name in single if not 0 < int(name[2]) <= SECTIONS[f"V{name[0]}"][int(name[1])]] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].split()[0])
def test_what_is_met_names_its_tests_and_what_is_not_its_reason(row: list[str]) -> None:
    _name, state, words = row
    assert state in STATES
    references, links = REFERENCE.findall(words), LINK.findall(words)
    assert {"met": references, "documented": links}.get(state, True)
    assert [reference for reference in references if reference[1] not in names_in(reference[0])] == []
    assert [link for link in links if link[1] and link[1] not in anchors(link[0])] == []
    assert len(REFERENCE.sub("", words)) > 10
