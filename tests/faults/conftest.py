"""What the fault tests share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.faults.figures import database
from tests.faults.installations import Installation, Make, on_postgres, on_sqlite
from tests.postgres import PostgresServer


@pytest.fixture(scope="module")
def make(request: pytest.FixtureRequest) -> Iterator[Make]:
    """Makes an empty installation of that name, on the kind of database that the suite runs on."""
    made: list[Installation] = []
    server: PostgresServer | None = None
    if database() == "PostgreSQL":
        server = request.getfixturevalue("postgres_server")

    def make_one(name: str) -> Installation:
        made.append(on_postgres(server, name) if server else on_sqlite())
        return made[-1]

    yield make_one
    for each in made:
        shutil.rmtree(each.console.directory, ignore_errors=True)
