"""CONTRIBUTING's steps for a new field, followed on a copy: three files, and every door holds its rule."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scripts import copy_of_checkout

pytestmark = [pytest.mark.slow]

FIELD = """    alias = AliasField(_("alias"), max_length=128)
    location = AliasField(_("location"), max_length=32, blank=True, default="")
"""
RULE = """ENDPOINTS = [
    Rule("endpoint location", "endpoint", {"location": "second floor"}, NAME),
"""
SEEN = """
import pytest
from django.test import Client

from bulk.tests.conftest import check_file
from endpoints.models import Endpoint
from tests.doors import vobiz
from tests.rules import ENDPOINT

pytestmark = pytest.mark.django_db


def test_a_location_is_kept_and_shown(world) -> None:
    assert vobiz(world, "endpoint", {**ENDPOINT, "location": "second-floor"}) == {}
    made = Endpoint.objects.get()
    path = f"/api/v1/Account/{world.account.auth_id}/Endpoint/{made.endpoint_id}/"
    assert Client().get(path, headers=world.headers).json()["location"] == "second-floor"
    assert "second-floor" in world.owner.get(f"/accounts/{world.account.auth_id}/endpoints/{made.endpoint_id}/").text
    exported = world.owner.get(f"/accounts/{world.account.auth_id}/export/endpoints/?format=csv")
    assert b"second-floor" in b"".join(exported)
    assert made.audited_values()["location"] == "second-floor"
    document = Client().get("/api/schema/?format=json").json()
    for name in ("EndpointCreateRequest", "Endpoint"):
        told = document["components"]["schemas"][name]["properties"]["location"]
        assert (told["pattern"], told["maxLength"]) == ("^[A-Za-z0-9_-]+$", 32)
"""


def edit(path: Path, old: str, new: str) -> None:
    """Replace the first of a text that must be there."""
    text = path.read_text()
    assert old in text, path
    path.write_text(text.replace(old, new, 1))


def run(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the copy, on a SQLite of its own."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    environment = kept | {"CONSOLE_ENVIRONMENT": "development"}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The check-out with the new field and its rule, and the test of the rule in the table."""
    copy = copy_of_checkout(tmp_path)
    edit(copy / "endpoints/models.py", FIELD.partition("\n")[0] + "\n", FIELD)
    edit(copy / "tests/rules.py", "ENDPOINTS = [\n", RULE)
    edit(copy / "CHANGELOG.md", "## Unreleased\n", "## Unreleased\n\n- Endpoints have a location.\n")
    made = run(copy, "manage.py", "makemigrations", "endpoints")
    assert made.returncode == 0, made.stderr
    return copy


def test_a_field_named_in_its_model_is_held_to_its_rule_at_every_door(copy: Path) -> None:
    edit(copy / "endpoints/models.py", "    plain_fields = ()\n", '    plain_fields = ("location",)\n')
    (copy / "tests/test_location.py").write_text(SEEN)

    tried = run(copy, "-m", "pytest", "-v", "tests/test_doors.py", "tests/test_location.py", "-k", "location or table")

    assert tried.returncode == 0, tried.stdout
    for door in ("model", "service", "page", "admin", "vobiz", "csv"):
        assert f"[endpoint location at {door}] PASSED" in tried.stdout


def test_a_field_that_is_named_nowhere_fails_the_suite(copy: Path) -> None:
    tried = run(copy, "-m", "pytest", "-q", "tests/test_doors.py", "-k", "location")

    assert tried.returncode == 1
    assert "endpoint location at vobiz" in tried.stdout
