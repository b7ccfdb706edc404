"""``manage.py backup`` and ``restore``: whole or refused, and never over something by accident."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import override_settings

from accounts.models import Account
from accounts.services import account_create
from console import invariants
from console.backups import postgresql
from console.backups.manifest import NAME, Unusable
from console.backups.services import backup_make, backup_restore
from endpoints.models import Endpoint
from sip.kamailio import schema
from tests.tenants import make_endpoint

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def acme() -> Account:
    account = account_create(account=Account(name="Acme")).account
    make_endpoint(account, "desk1")
    return account


@pytest.fixture
def made(acme: Account, tmp_path: Path) -> Path:
    return backup_make(parent=tmp_path)


def manifest_of(directory: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((directory / NAME).read_text())
    return found


def test_a_restored_console_is_what_it_was(acme: Account, made: Path) -> None:
    make_endpoint(acme, "later")
    backup_restore(directory=made, is_forced=True)
    assert [endpoint.username for endpoint in Endpoint.objects.all()] == ["desk1"]
    assert invariants.verify() == []
    make_endpoint(acme, "afterwards")  # triggers and sequences are in place
    assert invariants.verify() == []


def test_a_database_that_holds_something_is_not_overwritten(made: Path) -> None:
    with pytest.raises(Unusable, match=r"not empty .*--force"):
        backup_restore(directory=made, is_forced=False)


def test_the_manifest_counts_every_table_that_is_kept(made: Path) -> None:
    rows = manifest_of(made)["rows"]
    assert (rows["endpoints_endpoint"], rows["sip_secret"], rows["accounts_account"]) == (1, 1, 1)
    assert "console_ratebucket" not in rows


def test_nobody_else_may_read_a_backup(made: Path) -> None:
    copy = made / manifest_of(made)["file"]
    assert [path.stat().st_mode & 0o077 for path in (made, copy)] == [0, 0]


def test_a_changed_copy_is_refused(made: Path) -> None:
    copy = made / manifest_of(made)["file"]
    copy.write_bytes(copy.read_bytes()[:-1] + b"x")
    with pytest.raises(Unusable, match="checksum differs"):
        backup_restore(directory=made, is_forced=True)


@pytest.mark.parametrize(
    ("text", "words"), [(None, "holds no manifest"), ("{", "cannot be read"), ('{"rows": {}}', "cannot be read")]
)
def test_what_is_no_backup_is_refused(tmp_path: Path, text: str | None, words: str) -> None:
    if text is not None:
        (tmp_path / NAME).write_text(text)
    with pytest.raises(Unusable, match=words):
        backup_restore(directory=tmp_path, is_forced=True)


def test_a_backup_of_the_other_engine_is_refused(made: Path) -> None:
    manifest = manifest_of(made) | {"vendor": "oracle"}
    (made / NAME).write_text(json.dumps(manifest))
    with pytest.raises(Unusable, match="is of oracle"):
        backup_restore(directory=made, is_forced=True)


def test_a_restore_that_lacks_rows_says_so(made: Path) -> None:
    manifest = manifest_of(made)
    manifest["rows"]["endpoints_endpoint"] = 7
    (made / NAME).write_text(json.dumps(manifest))
    with pytest.raises(Unusable, match="endpoints_endpoint: 1 rows, not 7"):
        backup_restore(directory=made, is_forced=True)


def test_a_backup_that_fails_leaves_nothing_behind(
    acme: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.backups.services.checksum", lambda _path: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        backup_make(parent=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_commands_say_what_they_did(acme: Account, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("backup", str(tmp_path), "--json")
    told = json.loads(capsys.readouterr().out)
    call_command("restore", told["directory"], "--force")
    assert f"{told['rows']} rows" in capsys.readouterr().out
    with pytest.raises(CommandError, match="--force"):
        call_command("restore", told["directory"])


def test_a_backup_that_cannot_be_written_is_one_clear_line(acme: Account, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match="Not a directory"):
        call_command("backup", str(tmp_path / "file"))


def test_a_program_that_is_missing_or_fails_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unusable, match="no-such-program is not here"):
        postgresql._run("no-such-program")
    with pytest.raises(Unusable, match="false failed"):
        postgresql._run("false")


@override_settings(REGISTRAR="kamailio")
def test_kamailio_gets_its_rights_again(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    granted: list[str] = []
    monkeypatch.setattr(schema, "grant", lambda: granted.append("again"))
    backup_restore(directory=made, is_forced=True)
    assert granted == ["again"]
    assert connections["default"].is_usable() or connections["default"].connection is None
