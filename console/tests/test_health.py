"""What monitoring sees."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from pytest_django.fixtures import Settings

from console import health, metrics
from console.version import VERSION

pytestmark = pytest.mark.django_db


def test_healthz_names_the_version(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok", "version": VERSION}


def test_every_page_ends_with_the_version(owner: Client) -> None:
    page = owner.get("/accounts/").content.decode()
    assert f"Console {VERSION}" in page.rpartition("</main>")[2]


def test_readyz_is_ready_when_every_database_answers(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")


def test_readyz_is_503_and_names_the_part_when_a_database_does_not_answer(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise DatabaseError("host=secret.example user=admin")

    monkeypatch.setattr(connections["default"], "cursor", broken)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["faults"]) == (503, {"default": "no answer"})


def test_readyz_says_when_migrations_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated", set())
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: ["something"])
    assert health.database_fault("default") == "migrations are missing"


def test_metrics_count_requests_by_route_and_never_by_path(client: Client) -> None:
    client.get("/accounts/MA_SECRET01/endpoints/")
    text = client.get("/metrics").content.decode()
    assert 'route="accounts/<str:auth_id>/endpoints/"' in text
    assert "MA_SECRET01" not in text


def test_metrics_are_not_there_for_other_machines(client: Client) -> None:
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.7").status_code == 404


def test_metrics_are_not_there_behind_a_proxy_without_a_token(client: Client, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    assert client.get("/metrics").status_code == 404


@pytest.mark.parametrize(("given", "status"), [("Bearer s3cret", 200), ("Bearer wrong", 404), ("", 404)])
def test_a_metrics_token_is_asked_for_once_it_is_set(
    client: Client, settings: Settings, given: str, status: int
) -> None:
    settings.METRICS_TOKEN = "s3cret"
    assert client.get("/metrics", headers={"Authorization": given}).status_code == status


def test_an_unreadable_source_address_may_not_read_metrics(client: Client) -> None:
    assert client.get("/metrics", REMOTE_ADDR="").status_code == 404


def test_a_database_that_does_not_answer_leaves_its_gauges_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Iterator[metrics.Reading]:
        raise DatabaseError

    monkeypatch.setattr(metrics, "gauges", [broken, lambda: iter([("answer", "It.", 42)])])
    assert [(metric.name, metric.samples[0].value) for metric in metrics.Gauges().collect()] == [("console_answer", 42)]


def test_processes_that_serve_together_count_together(client: Client, settings: Settings, tmp_path: Path) -> None:
    """Another process's numbers are read from its file."""
    count = "from console import metrics; metrics.throttled.labels('account').inc()"
    try:
        metrics.share(tmp_path / "metrics")
        subprocess.run([sys.executable, "-c", count], check=True, cwd=settings.BASE_DIR)
        text = client.get("/metrics").content.decode()
    finally:
        del os.environ[metrics.SHARED_DIRECTORY]
    assert 'console_throttled_total{limit="account"} 1.0' in text
    assert "console_tasks_ready 0.0" in text
