"""A backup of a console that is being written to is of one moment, and whole: what is put back elsewhere is sound."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.figures import count, report
from tests.faults.installations import Make
from tests.faults.load import Load
from tests.live import CommandFailedError, LiveConsole

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("durability")]


def test_a_backup_of_a_busy_console_is_whole(fresh_database_url: str | None, make: Make, tmp_path: Path) -> None:
    rounds, elsewhere = count(1, 10), make("restored").console
    elsewhere.manage("prepare")
    elsewhere.manage("create_account", "--name", "Somebody")
    with LiveConsole(database_url=fresh_database_url) as console:
        load = Load(console, seed=3)
        for number in range(rounds):
            parent = tmp_path / str(number)
            with load.running():
                load.wait_for_writes(1)
                console.manage("backup", str(parent))
            (backup,) = parent.iterdir()
            with pytest.raises(CommandFailedError, match="--force"):
                elsewhere.manage("restore", str(backup))
            elsewhere.manage("restore", str(backup), "--force")
            assert elsewhere.manage_json("verify", "--json")["broken"] == []
        assert load.faults() == []
    report("backups under load", backups=rounds, acknowledged_writes=load.acknowledged)
