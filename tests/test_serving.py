"""``manage.py serve`` and ``manage.py prepare``."""

from __future__ import annotations

import io
import os
import socket
import sys
import time
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from pytest_django import Settings

from console.management.commands import prepare, serve
from console.serving import web_command, worker_command
from console.supervisor import Part
from tests.processes import LOOPBACK, free_port


class Recorder:
    """Takes the supervisor's place: keeps what it was to run, and runs nothing."""

    parts: list[Part]

    def __init__(self, parts: list[Part], **_options: object) -> None:
        type(self).parts = parts

    def run(self) -> int:
        return 0


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> type[Recorder]:
    monkeypatch.setattr(serve, "Supervisor", Recorder)
    return Recorder


def serve_on(port: int, **options: object) -> tuple[int | str | None, str]:
    """Run the command. Returns its exit code and what it printed."""
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("serve", port=port, stdout=out, **options)
    return ended.value.code, out.getvalue()


def test_serve_runs_the_web_server_with_the_worker_beside_it(recorder: type[Recorder]) -> None:
    code, _ = serve_on(free_port())

    assert code == 0
    assert [(part.name, part.is_vital) for part in recorder.parts] == [
        ("web server", True),
        ("background worker", False),
    ]


def test_serve_without_the_worker_becomes_the_web_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service manager's signals then reach it: SIGHUP reloads."""
    became: list[list[str]] = []

    def execv(_program: str, command: list[str]) -> None:
        became.append(command)
        raise SystemExit

    monkeypatch.setattr(os, "execv", execv)

    serve_on(free_port(), no_worker=True)

    assert [command[1:3] for command in became] == [["-m", "granian"]]


def test_serve_prints_where_a_browser_finds_the_console(recorder: type[Recorder]) -> None:
    port = free_port()

    assert f"http://localhost:{port} " in serve_on(port)[1]


def test_serve_prepares_and_makes_a_demo_first_if_asked_to(
    recorder: type[Recorder], monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[str] = []
    monkeypatch.setattr(serve, "call_command", called.append)
    monkeypatch.setattr(serve, "let_go_of_databases", lambda: called.append("let go"))

    serve_on(free_port(), prepare=True, demo=True)

    assert called == ["prepare", "seed_demo", "let go"]


@pytest.mark.django_db(transaction=True)
def test_serve_holds_no_connection_while_it_waits(recorder: type[Recorder]) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT 1")

    serve_on(free_port())

    assert connections["default"].connection is None


def test_serve_says_when_the_port_is_taken() -> None:
    with socket.create_server((LOOPBACK, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"Cannot listen on 127.0.0.1:{port}: .*HOST and PORT"):
            call_command("serve", port=port)


def test_the_web_server_serves_the_application_that_reads_bodies_first() -> None:
    command = web_command(host=LOOPBACK, port=8000)

    assert command[-1] == "console.asgi:application"
    assert command[command.index("--interface") + 1] == "asginl"


def test_the_worker_runs_on_the_same_python() -> None:
    assert worker_command()[:3] == [sys.executable, "manage.py", "db_worker"]


@pytest.mark.django_db
def test_prepare_leaves_every_database_migrated(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path / "static"

    call_command("prepare")

    assert all("django_migrations" in connections[alias].introspection.table_names() for alias in settings.DATABASES)


@pytest.fixture
def static(settings: Settings, tmp_path: Path) -> Path:
    """One static file, which production would collect."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "look.css").write_text("a { color: red }")
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.WHITENOISE_USE_FINDERS = False
    return source


def test_it_collects_static_files(static: Path, settings: Settings) -> None:
    prepare.collect_static()

    assert (settings.STATIC_ROOT / "look.css").exists()


def test_it_collects_nothing_twice(static: Path, settings: Settings) -> None:
    prepare.collect_static()
    (settings.STATIC_ROOT / "look.css").unlink()

    prepare.collect_static()

    assert not (settings.STATIC_ROOT / "look.css").exists()


def test_it_collects_what_has_changed(static: Path, settings: Settings) -> None:
    prepare.collect_static()
    (static / "look.css").write_text("a { color: green }")
    os.utime(static / "look.css", (time.time() + 5, time.time() + 5))  # collectstatic compares whole seconds

    prepare.collect_static()

    assert "green" in (settings.STATIC_ROOT / "look.css").read_text()


def test_it_collects_nothing_in_development(static: Path, settings: Settings) -> None:
    settings.WHITENOISE_USE_FINDERS = True

    prepare.collect_static()

    assert list(settings.STATIC_ROOT.iterdir()) == []


def test_the_fingerprint_of_static_files_follows_their_content(static: Path) -> None:
    before = prepare.static_fingerprint()
    (static / "look.css").write_text("a { color: rebeccapurple }")

    assert prepare.static_fingerprint() != before
