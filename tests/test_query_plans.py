"""Lists at scale: 24,000 endpoints, nearly all of one account, and no list, filter or search that reads them all.

What a request asks is taken from the request itself, so a new filter need only be named here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from bench.cases import CASES, Asked, Facts, vobiz
from bench.loading import fill
from bench.scale import Scale
from bench.score import recording
from bench.visitors import visit
from console.querysets import part_of
from endpoints.models import Endpoint

LARGE_TABLES = {"endpoints_endpoint", "sip_subscriber", "sip_secret"}
# These hold 2,400 rows here. PostgreSQL may well read so few from end to end; SQLite plans by what indexes there are.
SMALLER_TABLES = {"credentials_credential", "devices_device", "sip_registration", "sip_authattempt"}
ROWS = 24_000  # so that the account has more than are searched anywhere in a text
BEGINS = ") >= LOWER("
SCAN = re.compile(r"SCAN (\w+)")

# Pages below the account's own, by what they are narrowed to and sorted by.
PAGES = [
    "endpoints/",
    "endpoints/?page=200",
    "endpoints/?q=reception7",
    "endpoints/?enabled=false",
    "endpoints/?allow_phones=false",
    "endpoints/?sub_account={facts.sub_auth_id}&q=reception7",
    "endpoints/?application={facts.app_id}&q=reception7",
    "endpoints/?sort=username",
    "endpoints/?sort=-alias",
    "credentials/",
    "credentials/?q=trunk77",
    "credentials/?enabled=false",
    "credentials/?sort=username",
    "devices/",
    "devices/?q=0004f2",
    "devices/?enabled=false",
    "devices/?sort=name",
    "attempts/",
    "attempts/?username=user77",
    "attempts/?source=203.0.113.9",
    "attempts/?outcome=fail&within=hour",
    "registrations/",
]


@pytest.fixture
def facts(db: None) -> Facts:
    """Rows that the database has looked at."""
    large = fill(Scale(ROWS, accounts=10))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return visit(large)


def sent(asked: Asked) -> list[tuple[str, Any]]:
    """The statements that read a large table, with their parameters."""
    with recording() as steps:
        response = Client().generic(asked.method, asked.path, asked.payload("x"), headers=dict(asked.headers))
        assert response.status_code == 200, (asked.path, response.status_code)
        b"".join(response)
    reads = [step for step in steps if step.sql.startswith(("SELECT", "(SELECT"))]
    return [
        (step.sql, step.parameters)
        for step in reads
        if (LARGE_TABLES | SMALLER_TABLES) & set(re.findall(r"\w+", step.sql))
    ]


def scanned(sql: str, parameters: Any) -> set[str]:
    """Which large tables a statement reads from their first row to their last."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", parameters)
            (plan,) = cursor.fetchone()
            nodes = list(each_node((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]))
            return {node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"} & LARGE_TABLES
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
        details = [row[3] for row in cursor.fetchall()]
        found = {match.group(1) for detail in details if (match := SCAN.match(detail))}
        if BEGINS in sql and not any("_begins (" in detail for detail in details):
            found.add("a beginning without its index")
        return found & {*LARGE_TABLES, *SMALLER_TABLES, "a beginning without its index"}


def plan_of(sql: str, parameters: Any) -> str:
    """What the database would do, in its own words."""
    with connection.cursor() as cursor:
        cursor.execute(f"{'EXPLAIN' if connection.vendor == 'postgresql' else 'EXPLAIN QUERY PLAN'} {sql}", parameters)
        return str(cursor.fetchall())


def each_node(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A plan and all below it."""
    yield plan
    for below in plan.get("Plans", ()):
        yield from each_node(below)


def all_requests(facts: Facts) -> Iterator[Asked]:
    """Every list of the benchmark, and the pages."""
    for case in CASES:
        if case.ask(facts).method == "GET" and "has no application" not in case.name and "contains" not in case.name:
            yield case.ask(facts)
    for name in ("username", "alias"):
        yield vobiz("GET", f"Endpoint/?{name}__contains=eption77")(facts)
    for page in PAGES:
        yield Asked("GET", f"/accounts/{facts.auth_id}/{page.format(facts=facts)}", {"Cookie": facts.cookie})


def test_no_list_reads_a_large_table_from_end_to_end(facts: Facts) -> None:
    faults = [
        (asked.path, sorted(tables), sql[:2000])
        for asked in all_requests(facts)
        for sql, parameters in sent(asked)
        if (tables := scanned(sql, parameters))
    ]
    assert not faults, "\n\n".join(map(str, faults))


@pytest.mark.parametrize("order", ["", "&sort=username", "&sort=-alias"])
def test_the_few_that_match_are_looked_up_and_sorted(facts: Facts, order: str) -> None:
    """A database may walk the list in its order instead, until it has met a page of them."""
    path = f"/accounts/{facts.auth_id}/endpoints/?q=reception7{order}"
    reads = sent(Asked("GET", path, {"Cookie": facts.cookie}))
    (shown,) = [each for each in reads if "registered_contact" in each[0]]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_sort = off")  # what it likes to avoid among a million rows
    plan = plan_of(*shown)
    assert [name for name in ("endpoint_username_begins", "endpoint_alias_begins") if name not in plan] == [], plan
    assert [name for name in ("endpoint_newest", "endpoint_username ", "endpoint_alias ") if name in plan] == [], plan


def test_few_that_have_a_part_are_looked_up_by_it(facts: Facts) -> None:
    plans = [plan_of(*each) for each in sent(vobiz("GET", "Endpoint/?username__contains=eption77")(facts))]
    assert len(plans) == 2
    for believed in ("24001 2400 1", "24001 3 1", None) if connection.vendor == "sqlite" else ():
        believe(believed)  # of accounts SQLite knows averages, or nothing, and what it reads then may be all of one
        plans += [plan_of(*each) for each in sent(vobiz("GET", "Endpoint/?username__contains=eption77")(facts))]
    index = "trigrams" if connection.vendor == "sqlite" else "endpoints_endpoint_username_trigrams"
    assert [plan for plan in plans if index not in plan or "(account_id=?" in plan] == []


def believe(rows: str | None) -> None:
    """Have SQLite believe that of the endpoints: how many, and how many an account."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sqlite_stat1 WHERE tbl = 'endpoints_endpoint'")
        for index in ("endpoint_newest", "endpoint_username") if rows else ():
            cursor.execute("INSERT INTO sqlite_stat1 VALUES ('endpoints_endpoint', %s, %s)", [index, rows])
        cursor.execute("ANALYZE sqlite_schema")  # reads them again


def test_sorted_rows_come_in_the_order_of_an_index(facts: Facts) -> None:
    for order in (("username", "-pk"), ("-alias", "-pk"), ("-application__app_name", "-pk"), ()):
        rows = Endpoint.objects.filter(username__begins="reception").order_by(*order)
        walked = Endpoint.objects.filter(username__begins="reception").order_by(*(order or ("-pk",)))
        assert list(part_of(rows, slice(0, 99), few=True).values_list("pk")) == list(walked.values_list("pk")[:99])
