"""From every schema that is out there, with data in it, forwards to this one: every row is kept, and work goes on.

The data are what the services write today; of each table, the old schema takes the columns that it has.
"""

from __future__ import annotations

from collections import Counter

import pytest

from tests.faults.databases import common
from tests.faults.figures import report
from tests.faults.installations import Installation, Make
from tests.migrations import released

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("migrations")]
FILL = "from tests.faults.callers import tell; tell()"
GO_TO = "from tests.migrations import go_to; go_to({!r})"
# What Django, or the console after each migration, writes itself.
WRITTEN_ANEW = {"django_migrations", "console_rowcounter"}


@pytest.fixture(scope="module")
def full(make: Make) -> Installation:
    """One of this release, with every kind of object in two accounts."""
    installation = make("upgrade_full")
    installation.console.manage("prepare")
    installation.run(FILL)
    return installation


@pytest.mark.parametrize("schema", released())
def test_a_released_schema_with_data_comes_forward_whole(make: Make, full: Installation, schema: str) -> None:
    old = make(f"upgrade_{list(released()).index(schema)}")
    old.run(GO_TO.format(schema))
    with full.open() as source, old.open() as target:
        had = common(target.columns(), source.columns())
        put = {table: names for table, names in had.items() if table not in WRITTEN_ANEW}
        target.fill(put, source.rows(put))
    old.console.manage("prepare")
    with full.open() as source, old.open() as target:
        kept = common(put, target.columns())
        before, after = source.rows(kept), target.rows(kept)
    lost = {table: Counter(before[table]) - Counter(after[table]) for table in kept}
    assert {table: rows for table, rows in lost.items() if rows} == {}
    assert old.console.manage_json("verify", "--json")["broken"] == []
    assert old.console.manage_json("create_account", "--name", "Later", "--json")["auth_id"]
    report(f"migrated forwards: {schema}", tables=len(kept), rows=sum(map(len, before.values())))
