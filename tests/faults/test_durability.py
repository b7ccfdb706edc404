"""Kills and full disks under load: every acknowledged write is there, whole, and counted."""

from __future__ import annotations

import random
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.figures import count, database, report
from tests.faults.load import Load
from tests.live import LiveConsole
from tests.postgres import PostgresServer

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("durability")]
DURABLE = {"synchronous_commit": "on", "full_page_writes": "on"}  # what the tests' server gives up for speed
REFUSED = {500, 503, 507}


def test_no_acknowledged_write_is_lost_when_the_server_is_killed(fresh_database_url: str | None) -> None:
    rounds, chance = count(3, 50), random.Random(10)
    with console_on(fresh_database_url) as console:
        load = Load(console)
        for _round in range(rounds):
            with load.running():
                time.sleep(chance.uniform(0.5, 2.0))
                console.kill()
                console.start()
            assert load.faults() == []
    assert load.acknowledged > rounds * 5
    report("kill -9 of the server", kills=rounds, acknowledged_writes=load.acknowledged)


def test_no_acknowledged_write_is_lost_when_postgresql_is_killed() -> None:
    rounds, chance = count(2, 50), random.Random(11)
    with PostgresServer(**DURABLE) as server, LiveConsole(database_url=server.url()) as console:
        load = Load(console)
        for _round in range(rounds):
            with load.running():
                time.sleep(chance.uniform(0.5, 2.0))
                server.kill()
                time.sleep(0.5)
                server.start()
                time.sleep(1.0)
            assert load.faults() == []
    assert load.acknowledged > rounds * 5
    assert load.refusals <= REFUSED
    report("kill -9 of PostgreSQL", kills=rounds, acknowledged_writes=load.acknowledged)


def test_a_full_disk_loses_nothing_and_ends_with_the_fullness(small_disk: Path) -> None:
    rounds = count(1, 10)
    with console_on_disk(small_disk) as console:
        load, ballast = Load(console), small_disk / "ballast"
        for _round in range(rounds):
            with load.running():
                time.sleep(1.0)
                fill(ballast)
                time.sleep(2.0)
                ballast.unlink()
                time.sleep(1.0)
            before = load.acknowledged
            with load.running():
                time.sleep(2.0)
            assert load.acknowledged > before, "it did not come back by itself"
            assert load.faults() == []
    assert load.refusals <= REFUSED
    report("full disk", times=rounds, acknowledged_writes=load.acknowledged)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own that a test may fill. Needs root, as script/test's system parts do."""
    directory = tmp_path / "small"
    directory.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=160m,mode=1777", "tmpfs", directory], check=True)
    try:
        yield directory
    finally:
        subprocess.run(["umount", "--lazy", directory], check=True)


def fill(ballast: Path) -> None:
    """Leave no room."""
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 65536)
        except OSError:
            return


@contextmanager
def console_on(database_url: str | None) -> Iterator[LiveConsole]:
    with LiveConsole(database_url=database_url) as console:
        yield console


@contextmanager
def console_on_disk(directory: Path) -> Iterator[LiveConsole]:
    """A console whose database lives on that disk."""
    if database() == "SQLite":
        url = f"sqlite:///{directory}/console.sqlite3"
        with LiveConsole(database_url=url) as console:
            yield console
        return
    usual, tempfile.tempdir = tempfile.tempdir, str(directory)
    try:
        server = PostgresServer(**DURABLE)
    finally:
        tempfile.tempdir = usual
    with server, LiveConsole(database_url=server.url()) as console:
        yield console
