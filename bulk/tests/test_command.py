"""``manage.py import_csv``."""

from __future__ import annotations

import csv
import io
import json
import stat
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Account
from bulk import runner
from bulk.models import Job
from endpoints.models import Endpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "phones.csv"
    path.write_text("username,alias,pasword\na,A,x\nb!,B,x\n")
    return path


def run(file: Path, account: Account, *options: str, kind: str = "endpoints") -> str:
    out = io.StringIO()
    call_command("import_csv", str(file), "--account", account.auth_id, "--kind", kind, *options, stdout=out)
    return out.getvalue()


def test_without_apply_it_is_a_dry_run(file: Path, account: Account) -> None:
    text = run(file, account)
    assert "line 3 (b!): username: Only alphanumeric characters are allowed" in text
    assert "Did you mean password?" in text
    assert "Nothing was written" in text
    assert not Endpoint.objects.exists()


def test_the_good_lines_are_applied(file: Path, account: Account) -> None:
    result: dict[str, Any] = json.loads(run(file, account, "--apply", "good", "--json"))
    assert (result["state"], result["new"], result["refused"]) == ("done", 1, 1)
    assert Endpoint.objects.get().username == "a"


def test_all_lines_or_none(file: Path, account: Account) -> None:
    with pytest.raises(CommandError, match="1 lines are refused"):
        run(file, account, "--apply", "all")
    assert not Endpoint.objects.exists()


def test_passwords_go_to_a_file_of_ones_own(file: Path, account: Account, tmp_path: Path) -> None:
    secrets = tmp_path / "secrets.csv"
    run(file, account, "--apply", "good", "--passwords", str(secrets), "--report", str(tmp_path / "report.csv"))
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    assert [row["username"] for row in csv.DictReader(secrets.read_text().splitlines())] == ["a"]
    assert (tmp_path / "report.csv").read_text("utf-8-sig").startswith("line,outcome,name,column,message")


def test_passwords_go_to_json_where_the_files_name_says_so(file: Path, account: Account, tmp_path: Path) -> None:
    run(file, account, "--apply", "good", "--passwords", str(tmp_path / "secrets.json"))
    assert [row["username"] for row in json.loads((tmp_path / "secrets.json").read_text())] == ["a"]


def test_a_file_that_is_there_is_not_written_over_with_passwords(file: Path, account: Account, tmp_path: Path) -> None:
    (tmp_path / "secrets.csv").write_text("precious")
    with pytest.raises(FileExistsError):
        run(file, account, "--apply", "good", "--passwords", str(tmp_path / "secrets.csv"))
    assert (tmp_path / "secrets.csv").read_text() == "precious"


def test_a_file_may_come_through_a_pipe(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"username,alias\na,A\n")))
    assert "1 lines: 1 new" in run(Path("-"), account)


def test_passwords_that_nobody_asked_for_are_said_to_wait(file: Path, account: Account) -> None:
    assert "to be fetched once" in run(file, account, "--apply", "good")


def test_the_first_refused_lines_are_enough(file: Path, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bulk.management.commands.import_csv.SHOWN", 1)
    file.write_text("username,alias\na!,A\nb!,B\n")
    told = run(file, account).splitlines()
    assert [line for line in told if line.startswith(("line", "..."))] == [told[0], "..."]


def test_it_waits_for_the_worker_that_was_quicker(
    file: Path, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, waits = runner.run, Mock()
    monkeypatch.setattr("bulk.management.commands.import_csv.runner.run", lambda _pk: None)
    waits.side_effect = lambda _seconds: work(Job.objects.get().pk)
    monkeypatch.setattr("time.sleep", waits)
    assert "Nothing was written" in run(file, account)
    assert waits.call_count == 1


@pytest.mark.parametrize(("text", "words"), [("", "The file is empty"), ("alias\nx\n", "No column is headed username")])
def test_what_cannot_be_read_is_said(file: Path, account: Account, text: str, words: str) -> None:
    file.write_text(text)
    with pytest.raises(CommandError, match=words):
        run(file, account)


def test_a_sub_account_has_no_sub_accounts(file: Path, sub_account: Account) -> None:
    with pytest.raises(CommandError, match="has no sub-accounts"):
        run(file, sub_account, kind="sub-accounts")


def test_an_unknown_account_is_said(file: Path) -> None:
    with pytest.raises(CommandError, match="There is no account MA_NOBODY00"):
        run(file, Account(auth_id="MA_NOBODY00"))
