"""What ``script/sip`` puts together: a PostgreSQL of its own, and everything that stands on it."""

from __future__ import annotations

import io
import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper

from console.management.commands import serve
from console.supervisor import Part
from sip.development import __main__ as development
from sip.development import cluster as clusters
from sip.development.cluster import Cluster, NotInstalledError, cluster_at
from sip.kamailio.management.commands import serve_sip
from tests import processes

SECRET = "a-secret-of-the-tests"


class Recorder:
    """Takes the supervisor's place: keeps what it was to run, and runs nothing."""

    parts: list[Part]
    code = 0

    def __init__(self, parts: list[Part], **_options: object) -> None:
        type(self).parts = parts

    def run(self) -> int:
        return self.code


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An environment that a test may write to, with its data below ``tmp_path``."""
    monkeypatch.setattr(os, "environ", {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "ENV_FILE": os.devnull})
    monkeypatch.setattr(os, "chdir", lambda _directory: None)
    monkeypatch.setattr(development, "Supervisor", Recorder)
    return tmp_path / "sip"


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A cluster that runs."""
    directory = Path(tempfile.mkdtemp(prefix="console-cluster-"))
    directory.chmod(0o755)  # open to PostgreSQL's user, which pytest's own directories are not
    found = cluster_at(directory)
    found.initialise()
    part = found.part()
    part.start()
    try:
        assert part.log is not None
        assert part._process is not None
        processes.wait_until(found.has_database, process=part._process, log=part.log, timeout_seconds=30)
        yield found
    finally:
        part.ask_to_stop()
        assert part.wait(float("inf"))
        for left in (found.directory, directory):
            shutil.rmtree(left, ignore_errors=True)


def test_a_cluster_has_the_consoles_database_and_asks_for_the_password(cluster: Cluster) -> None:
    import psycopg

    with psycopg.connect(cluster.url) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == ("console",)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(cluster.url.replace(cluster.password, "wrong-password"))
    assert cluster.password not in repr(cluster)
    assert cluster.has_database()


def test_a_cluster_is_made_once(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", pytest.fail)
    cluster.initialise()


def test_it_lies_where_its_user_can_reach_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    closed, opened = tmp_path / "closed", tmp_path / "open"
    for each in (closed, opened):
        each.mkdir()
    monkeypatch.setattr(clusters, "is_open", lambda path: path == opened)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert cluster_at(opened).directory == opened / "postgres"
    first = cluster_at(closed).directory
    assert (first.parent, cluster_at(closed).directory) == (Path("/var/lib"), first)
    (closed / "database_password").unlink()
    assert cluster_at(closed).directory != first  # whose password nobody knows any more
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    mine = cluster_at(closed)
    assert (mine.directory, mine.user) == (closed / "postgres", None)


def test_everybody_may_go_through_an_open_directory(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    assert clusters.is_open(Path("/"))
    assert not clusters.is_open(tmp_path / "later")


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotInstalledError, match="install the PostgreSQL server"):
        clusters.server_program("no-such-program")
    monkeypatch.setattr(clusters, "UNPRIVILEGED", ("no-such-user",))
    with pytest.raises(NotInstalledError, match="cannot run as root"):
        clusters.unprivileged()


# --- what stands on it ------------------------------------------------------------------------------------------------


def test_postgresql_comes_first_and_goes_last(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Cluster, "initialise", lambda _self: None)
    assert development.main(["--demo"]) == 0
    base, above = Recorder.parts
    assert (base.name, base.is_base, base.is_vital, above.is_vital) == ("PostgreSQL", True, True, True)
    assert above.command[1:] == ["manage.py", "serve_sip", "--prepare", "--demo"]
    kept = environment / "console.env"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    lines = kept.read_text().splitlines()
    assert "REGISTRAR=kamailio" in lines
    assert "SIP_SERVER=127.0.0.1:5060" in lines
    assert not any(line.startswith("PATH=") for line in lines)


def test_a_failure_names_the_logs_and_a_missing_server_what_to_install(
    environment: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Cluster, "initialise", lambda _self: None)
    monkeypatch.setattr(Recorder, "code", 1)
    assert development.main([]) == 1
    assert f"{environment}/kamailio/log" in capsys.readouterr().err

    def refuse(_self: Cluster) -> None:
        raise NotInstalledError("no initdb")

    monkeypatch.setattr(Cluster, "initialise", refuse)
    assert development.main([]) == 2
    assert capsys.readouterr().err == "no initdb\n"


def test_what_is_given_stays_but_the_database_is_its_own(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path, None, 5433, "pw")
    given = {"KAMAILIO_ADDRESSES": "192.0.2.1,192.0.2.2", "KAMAILIO_SIP_PORT": "5070", "DATABASE_URL": "sqlite://"}
    made = development.environment(given, tmp_path, cluster)
    assert made["SIP_SERVER"] == "192.0.2.1:5070"
    assert made["DATABASE_URL"] == "postgres://console:pw@127.0.0.1:5433/console"
    assert made["KAMAILIO_RPC_URL"] == f"http://127.0.0.1:{made['KAMAILIO_RPC_PORT']}"
    said = {"SIP_SERVER": "sip.example.test", "CONSOLE_ENVIRONMENT": "production"}
    assert development.environment(given | said, tmp_path, cluster).items() >= said.items()


# --- manage.py serve_sip ----------------------------------------------------------------------------------------------


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, settings: object, tmp_path: Path) -> list[str]:
    """Runs nothing; notes which commands would have prepared it."""
    called: list[str] = []

    def note(name: str, **_options: object) -> None:
        called.append(name)

    monkeypatch.setattr(serve, "Supervisor", Recorder)
    monkeypatch.setattr(serve, "let_go_of_databases", lambda: None)
    for module in (serve, serve_sip):
        monkeypatch.setattr(module, "call_command", note)
    monkeypatch.setattr("django.conf.settings.VAR_DIR", tmp_path)
    monkeypatch.setattr("django.conf.settings.KAMAILIO_RPC_SECRET", SECRET)
    monkeypatch.setenv("KAMAILIO_DATABASE_URL", "postgres://kamailio:pw@127.0.0.1/console")
    monkeypatch.setenv("KAMAILIO_SIP_PORT", str(processes.free_port()))
    return called


def serve_sip_now(**options: object) -> str:
    """Run the command. Returns what it printed."""
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("serve_sip", port=processes.free_port(), stdout=out, **options)
    assert ended.value.code == 0
    return out.getvalue()


def test_kamailio_and_its_upkeep_run_beside_the_console(served: list[str], tmp_path: Path) -> None:
    said = serve_sip_now(prepare=True, demo=True)
    assert [part.name for part in Recorder.parts] == [
        "web server", "background worker", "Kamailio", "upkeep of Kamailio",
    ]  # fmt: skip
    assert served == ["prepare", "kamailio_role", "seed_demo"]
    assert f'"{SECRET}"' in (tmp_path / "kamailio" / "settings.cfg").read_text()
    assert "SIP server: " in said
    assert Recorder.parts[-1].command[:3] == [sys.executable, "manage.py", "kamailio_upkeep"]


def test_it_may_start_without_a_demo(served: list[str]) -> None:
    serve_sip_now(prepare=True)
    assert served == ["prepare", "kamailio_role"]


def test_a_port_that_is_taken_for_phones_is_named_with_its_setting(
    served: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as taken:
        taken.bind((processes.LOOPBACK, 0))
        monkeypatch.setenv("KAMAILIO_SIP_PORT", str(taken.getsockname()[1]))
        with pytest.raises(CommandError, match="Choose others with KAMAILIO_ADDRESSES and KAMAILIO_SIP_PORT"):
            call_command("serve_sip", port=processes.free_port())


def test_a_setting_that_kamailio_would_misread_ends_it(served: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAMAILIO_ADDRESSES", "not-an-address")
    with pytest.raises(CommandError, match="'not-an-address' is not an IP address"):
        call_command("serve_sip", port=processes.free_port(), stdout=OutputWrapper(io.StringIO()))
