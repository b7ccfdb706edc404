"""Tests of one ``xdist_group`` stay in one process: what they share, a server or a port, is made once.

pytest-xdist 3.8 tells its scheduler the group at the end of a test's id, by an attribute that pytest 9.2 reads no more:
groups are shared out without a word (pytest-dev/pytest-xdist#1386). This puts it where pytest has looked since.
"""

from __future__ import annotations

import pytest
from _pytest.nodeid import NodeId


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Name each test's group in its id, in a process that was asked to."""
    if not config.getoption("loadgroup", False):
        return
    for item in items:
        if groups := sorted({mark.args[0] for mark in item.iter_markers("xdist_group")}):
            item._id = NodeId.parse(f"{item.nodeid}@{'_'.join(groups)}")
