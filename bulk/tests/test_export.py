"""Exporting, and importing what was exported: nothing is lost and nothing changes."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Account
from accounts.services import account_create
from bulk import export
from bulk.cells import SIGNS, guard, unguard
from bulk.kinds.registry import kinds
from bulk.models import Job
from bulk.reading.records import read
from bulk.tests.conftest import apply, check_file
from credentials.models import Credential
from devices.services import device_create
from sip.models import Secret
from tests.tenants import SIP_PASSWORD, make_application, make_credential, make_endpoint

ODD = [
    "plain", "", " lead", "trail ", "a,b;c\td|e", 'quo"te', "line\nbreak", "carriage\r\nreturn", "lone\rreturn", "=1+1",
    "+1", "-1", "@x", "\ttab", "\r", "\n", "'", "''", "'=x", "'tis", "\uff1dwide", "Ünïcödé", "日本語", "עברית", "🤙🏽",
    "\u2028sep", "nel\x85", "nbsp\xa0", "\ufeffmark", "sep=;", "null", "true", "1e5", "00042", "\\n", "%s", "{{x}}",
]  # fmt: skip


def file_of(kind: str, account: Account, form: str = "csv") -> bytes:
    one = kinds()[kind]
    pieces = export.as_csv(one, one.rows(account)) if form == "csv" else export.as_json(one, one.rows(account))
    return "".join(pieces).encode("utf-8", "surrogatepass")


@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(SIGNS + "'\"\r\n,;")),
            min_size=2,
            max_size=2,
        )
    )
)
def test_any_cells_survive_the_file(table: list[list[str]]) -> None:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([["one", "two"], *([guard(cell) for cell in row] for row in table)])
    found = [cells for _line, cells in read(buffer.getvalue().encode()).records]
    assert found == [row for row in table if any(row)]


@given(st.text())
def test_guarding_has_an_inverse(text: str) -> None:
    assert unguard(guard(text)) == text


@pytest.fixture
def mixed(account: Account, sub_account: Account) -> Account:
    """An account with something of every kind."""
    ivr = make_application(account, "ivr")
    for number in range(3):
        make_endpoint(account, f"p{number}", application=ivr if number else None, enabled=number != 1, allow_video=True)
    make_endpoint(account, "sub", sub_account=sub_account)
    device_create(account=account, data={"name": "=1+1", "sip": {"username": "desk", "password": SIP_PASSWORD}})
    for number, text in enumerate(ODD):
        networks = ["203.0.113.0/24", "2001:db8::/32"] if number % 2 else []
        make_credential(account, f"trunk_{number}", description=text, allowed_networks=networks)
    for text in ODD:
        if text.strip() and text.isprintable():
            account_create(account=Account(name=text, parent=account, description=text, endpoint_limit=5))
    return account


@pytest.mark.parametrize("form", ["csv", "json"])
@pytest.mark.parametrize("kind", sorted(kinds()))
def test_what_was_exported_imports_unchanged_and_exports_the_same(mixed: Account, kind: str, form: str) -> None:
    before = file_of(kind, mixed, form)
    job = check_file(mixed, kind, before)
    assert (job.unchanged_count, job.total) == (job.total, kinds()[kind].rows(mixed).count())
    assert file_of(kind, mixed, form) == before


def test_what_was_deleted_comes_back_from_its_export(mixed: Account) -> None:
    before = columns_but(file_of("credentials", mixed), "credential_id", "created_at")
    from credentials.services import credential_delete

    text = file_of("credentials", mixed)
    for credential in Credential.objects.all():
        credential_delete(credential=credential)
    job: Job = apply(check_file(mixed, "credentials", text))
    assert job.created_count == len(ODD)
    assert columns_but(file_of("credentials", mixed), "credential_id", "created_at") == before


def columns_but(data: bytes, *left_out: str) -> list[dict[str, Any]]:
    rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    return [{name: cell for name, cell in row.items() if name not in left_out} for row in rows]


def test_no_cell_of_an_export_runs(mixed: Account) -> None:
    table = csv.reader(io.StringIO(file_of("credentials", mixed).decode("utf-8-sig"), newline=""))
    assert not [cell for row in table for cell in row if cell[:1] and cell[0] in SIGNS]


def test_no_export_has_a_password_or_a_hash(mixed: Account) -> None:
    text = file_of("endpoints", mixed).decode()
    secret = Secret.objects.order_by("pk")[0]
    assert "password" not in text
    assert not [column for column in ("md5", "sha256", "sha512_256") if getattr(secret, column) in text]


def test_rows_are_fetched_a_thousand_at_a_time(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "ROWS_AT_A_TIME", 2)
    for number in range(5):
        make_credential(account, f"t{number}")
    chunks = export.in_chunks(kinds()["credentials"].rows(account))
    assert [len(chunk) for chunk in chunks] == [2, 2, 1]


@pytest.mark.parametrize("form", ["csv", "json"])
def test_an_empty_list_makes_a_file_too(account: Account, form: str) -> None:
    assert file_of("credentials", account, form) in {
        b"\xef\xbb\xbfusername,description,enabled,allowed_networks,credential_id,sip_uri,created_at\r\n",
        b"[]\n",
    }


@pytest.mark.slow
@pytest.mark.django_db
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(SIGNS[:7] + "'\"\n\t"), max_size=500),
        min_size=1,
        max_size=200,
    )
)
def test_any_description_survives(account: Account, descriptions: list[str]) -> None:
    Credential.objects.all().delete()
    for number, text in enumerate(descriptions):
        make_credential(account, f"x{number}", description=text)
    before = file_of("credentials", account)
    assert check_file(account, "credentials", before).unchanged_count == len(descriptions)
    assert file_of("credentials", account) == before
