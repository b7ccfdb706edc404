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
from tests.faults.load import Load, wait_for
from tests.live import LiveConsole
from tests.postgres import PostgresServer

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("durability")]
DURABLE = {"synchronous_commit": "on", "full_page_writes": "on"}  # what the tests' server gives up for speed
LEAST = 5  # acknowledged writes before each fault
REFUSED = {500, 503, 507}


def test_no_acknowledged_write_is_lost_when_the_server_is_killed(fresh_database_url: str | None) -> None:
    rounds, chance = count(3, 50), random.Random(10)
    with console_on(fresh_database_url) as console:
        load = Load(console)
        for _round in range(rounds):
            with load.running():
                load.wait_for_writes(LEAST)
                time.sleep(chance.uniform(0, 1.5))
                console.kill()
                console.start()
            assert load.faults() == []
    report("kill -9 of the server", kills=rounds, acknowledged_writes=load.acknowledged)


def test_no_acknowledged_write_is_lost_when_postgresql_is_killed() -> None:
    rounds, chance = count(2, 50), random.Random(11)
    with PostgresServer(**DURABLE) as server, LiveConsole(database_url=server.url()) as console:
        load = Load(console)
        for _round in range(rounds):
            with load.running():
                load.wait_for_writes(LEAST)
                time.sleep(chance.uniform(0, 1.5))
                server.kill()
                time.sleep(0.5)
                server.start()
                time.sleep(1.0)
            assert load.faults() == []
    assert load.refusals <= REFUSED
    report("kill -9 of PostgreSQL", kills=rounds, acknowledged_writes=load.acknowledged)


def test_a_full_disk_loses_nothing_and_ends_with_the_fullness(small_disk: Path) -> None:
    rounds = count(1, 10)
    with console_on_disk(small_disk) as console:
        load, ballast = Load(console), small_disk / "ballast"
        for _round in range(rounds):
            with load.running():
                load.wait_for_writes(LEAST)
                fill(ballast)
                time.sleep(2.0)
                ballast.unlink()
                time.sleep(1.0)
            with load.running():
                load.wait_for_writes(LEAST)  # it comes back by itself
            assert load.faults() == []
    assert load.refusals <= REFUSED
    report("full disk", times=rounds, acknowledged_writes=load.acknowledged)


LOSSES = {
    "acknowledged as created": "Endpoint.objects.filter(username={0!r}).first().subscriber.delete()",
    "that nothing was provisioned as": "Endpoint.objects.filter(username={0!r})._raw_delete('default')",
    "its password is none that was set": "Secret.objects.filter(subscriber__username={0!r}).update(md5='0' * 32)",
    "row counters that are not exact": "RowCounter.objects.update(value=F('value') + 1)",
}
IMPORTS = """
from django.db.models import F
from console.models import RowCounter
from endpoints.models import Endpoint
from sip.models import Secret
"""


def test_what_a_crash_could_lose_is_found(fresh_database_url: str | None) -> None:
    """Each loss is caused on purpose, one endpoint for each: the journal and ``verify`` name it."""
    with console_on(fresh_database_url) as console:
        load = Load(console, seed=2)
        with load.running():
            assert wait_for(lambda: len(load.living()) > len(LOSSES))
        assert load.faults() == []
        victims = zip(LOSSES.values(), load.living(), strict=False)
        console.manage("shell", "-v", "0", "-c", IMPORTS + "\n".join(code.format(name) for code, name in victims))
        found = load.faults()
        console.manage("verify", "--repair", codes=(0, 1))  # others use this database after us
    assert {loss: any(loss in fault for fault in found) for loss in LOSSES} == dict.fromkeys(LOSSES, True)


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
