"""Files of many rows, column by column: the cells are those that row by row would give."""

from __future__ import annotations

import csv
import datetime
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Account
from bulk import columnwise
from bulk.cells import guard, in_csv
from bulk.kinds.registry import kinds
from tests.tenants import make_endpoint

CELLS = st.text(alphabet="ab'=+,\"\r\n\t ＝é", max_size=4)  # noqa: RUF001  (a full-width sign)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5))
def test_columns_are_written_as_the_standard_library_writes_rows(rows: list[tuple[str, str]]) -> None:
    expected = io.StringIO()
    csv.writer(expected).writerows([[guard(cell) for cell in row] for row in rows])
    columns = [in_csv(column) for column in zip(*rows, strict=True)]
    assert "".join(f"{line}\r\n" for line in map(",".join, zip(*columns, strict=True))) == expected.getvalue()


@pytest.mark.parametrize("column", [[True, 1, True, 1, 1], [None, None, 2, 2, None], ["a", "a", "a"], [[1], [1], [1]]])
def test_values_that_repeat_are_made_once_and_never_mixed_up(column: list[Any]) -> None:
    assert columnwise.mapped(repr, column) == [repr(value) for value in column]


def test_the_columns_hold_what_django_reads(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over several chunks; flags, times and empty values too."""
    made = [make_endpoint(account, f"desk{number}") for number in range(5)]
    monkeypatch.setattr(columnwise, "ROWS_AT_A_TIME", 2)
    paths = ("username", "enabled", "created_at", "application__app_name")
    chunks = list(columnwise.in_chunks(kinds()["endpoints"].rows(account), paths))
    assert [len(chunk[0]) for chunk in chunks] == [2, 2, 1]
    rows = [row for chunk in chunks for row in zip(*chunk, strict=True)]
    assert rows == [(each.username, True, each.created_at, None) for each in made]
    assert isinstance(rows[0][2], datetime.datetime)
