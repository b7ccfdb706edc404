"""Ten thousand rows of every kind, with every odd character there is: exported, imported, exported again.

What comes out the second time is the first file, byte for byte. Into an empty account, everything comes back but what
the console itself gives: ids, addresses, moments.
"""

from __future__ import annotations

import csv
import io
import json
import sys
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from accounts.models import Account
from bulk.kinds.registry import kinds
from bulk.models import Job
from bulk.tests.conftest import apply, check_file, errors_of
from bulk.tests.test_export import ODD, file_of
from tests.faults.figures import report
from tests.tenants import make_account, make_application

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
ROWS = {"sub-accounts": 200, "endpoints": 3800, "credentials": 3000, "devices": 3000}
ENOUGH = 800  # rows that hold every odd character
GIVEN = {"endpoint_id", "credential_id", "device_id", "auth_id", "sip_uri", "created_at"}
CONTROLS = [chr(code) for code in range(32) if chr(code) not in "\t\r\n"]  # no field takes them
A_PIECE = 40  # characters; together the pieces hold every odd one more than once


def odd_characters() -> Iterator[str]:
    """Everything that is neither a letter nor a digit, nor unassigned or half of something."""
    for code in range(sys.maxunicode + 1):
        sign = chr(code)
        if unicodedata.category(sign)[0] not in "LN" and unicodedata.category(sign) not in ("Cn", "Co", "Cs"):
            yield sign


def pieces(*, refused: list[str]) -> list[str]:
    """Texts that together hold every odd character but those, at their beginning, middle and end."""
    signs = [sign for sign in odd_characters() if sign not in refused]
    runs = ["".join(signs[at : at + A_PIECE]) for at in range(0, len(signs), A_PIECE)]
    return [*ODD, *runs, *(f"{sign}a{sign}" for sign in signs[:400])]


def as_table(header: list[str], rows: list[list[str]]) -> str:
    """The rows as the file of somebody who guards no cell: an apostrophe that guards one is added."""
    from bulk.cells import guard

    buffer = io.StringIO()
    csv.writer(buffer).writerows([header, *([guard(cell) for cell in row] for row in rows)])
    return buffer.getvalue()


def columns_of(kind: str, count: int, texts: list[str], offices: list[str]) -> tuple[list[str], list[list[str]]]:
    """A file of ``count`` rows of one kind, each with another odd text."""
    rows = range(count)
    text = [texts[number % len(texts)] for number in rows]
    if kind == "sub-accounts":
        return ["name", "description"], [[f"Office {number}", text[number]] for number in rows]
    if kind == "endpoints":
        aliases = ["Desk", "O'Brien & Söhne (2nd)", "+49 30 #1", "-1", "@home", "a, b", "日本語"]
        header = ["username", "alias", "application", "sub_account", "enabled", "allow_video"]
        return header, [
            [f"phone{n}", aliases[n % 7], "ivr" if n % 3 else "", offices[n % 5] if n % 2 else "", str(n % 7 > 0), "no"]
            for n in rows
        ]
    if kind == "credentials":
        networks = ["", "203.0.113.0/24 2001:db8::/32"]
        return ["username", "description", "allowed_networks"], [
            [f"trunk_{number}", text[number], networks[number % 2]] for number in rows
        ]
    documents = [json.dumps({"x_odd": {text[n]: [text[n], None, 1.5]}, "x_name": text[n]}) for n in rows]
    return ["name", "mac_address", "sip.username", "document"], [
        [f"{text[n][:100]}{n}", f"{n:012x}" if n % 2 else "", f"desk{n}" if n % 3 else "", documents[n]] for n in rows
    ]


def fill(account: Account, kind: str, count: int) -> None:
    """Import ``count`` odd rows of one kind."""
    texts = pieces(refused=["\0"] if kind == "devices" else CONTROLS)
    offices = list(account.sub_accounts.order_by("pk").values_list("auth_id", flat=True)[:5])
    job = apply(check_file(account, kind, as_table(*columns_of(kind, count, texts, offices))))
    assert (job.created_count, errors_of(job)) == (count, [])


def without_given(data: bytes, *more: str) -> list[dict[str, Any]]:
    """The rows of an export without what the console gives."""
    rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    return [{name: cell for name, cell in row.items() if name not in {*GIVEN, *more}} for row in rows]


def moved(data: bytes, home: Account, other: Account) -> str:
    """An export of ``home`` as it has to be for ``other``: without ids, and with the other's own sub-accounts."""
    names = dict(home.sub_accounts.values_list("auth_id", "name"))
    theirs = dict(other.sub_accounts.values_list("name", "auth_id"))
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    for row in rows:
        row.update({name: "" for name in ("device_id", "auth_id", "application") if name in row})
        row.update({"sub_account": theirs[names[row["sub_account"]]]} if row.get("sub_account") else {})
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def counts(job: Job) -> tuple[int, int, int, int]:
    return job.created_count, job.changed_count, job.unchanged_count, job.refused_count


def test_ten_thousand_mixed_rows_come_back_byte_for_byte(account: Account, settings: Settings) -> None:
    settings.ENDPOINT_NAMES = "relaxed"
    make_application(account, "ivr")
    other = make_account("Another")
    for kind, count in ROWS.items():
        fill(account, kind, count)
        assert kinds()[kind].rows(account).count() == count
    for kind, count in ROWS.items():
        before = file_of(kind, account)
        assert counts(check_file(account, kind, before)) == (0, 0, count, 0)
        assert file_of(kind, account) == before
        assert counts(apply(check_file(other, kind, moved(before, account, other)))) == (count, 0, 0, 0)
        left_out = ("application", "sub_account")
        assert without_given(file_of(kind, other), *left_out) == without_given(before, *left_out)
    report("export, import, export: the same bytes", rows=sum(ROWS.values()))


@pytest.mark.parametrize("kind", ["credentials", "devices"])
def test_odd_characters_come_back_from_json_too(account: Account, kind: str) -> None:
    assert len(pieces(refused=[])) <= ENOUGH
    fill(account, kind, ENOUGH)
    before = file_of(kind, account, "json")
    assert counts(check_file(account, kind, before)) == (0, 0, ENOUGH, 0)
    assert file_of(kind, account, "json") == before
