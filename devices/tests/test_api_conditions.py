"""Entity tags: a client's word on which revision it means."""

from __future__ import annotations

from typing import Any

import pytest

from devices.tests.support import SIP, Kazoo, rules
from sip.models import Secret

STALE = '"1-00000000000000000000000000000000"'


@pytest.fixture
def device(kazoo: Kazoo) -> Any:
    created = kazoo.created()
    created["etag"] = kazoo.get(f"devices/{created['id']}")["ETag"]
    return created


def test_the_entity_tag_is_the_revision(kazoo: Kazoo, device: Any) -> None:
    response = kazoo.get(f"devices/{device['id']}")
    assert response["ETag"] == f'"{response.json()["revision"]}"'


def test_a_write_answers_the_new_tag(kazoo: Kazoo, device: Any) -> None:
    response = kazoo.patch(f"devices/{device['id']}", {"a": 1})
    assert response["ETag"] == kazoo.get(f"devices/{device['id']}")["ETag"] != device["etag"]


@pytest.mark.parametrize("spelling", ["{}", "W/{}", '"other", {}', "*"])
def test_who_has_it_already_gets_a_304_without_a_body(kazoo: Kazoo, device: Any, spelling: str) -> None:
    headers = {"If-None-Match": spelling.format(device["etag"])}
    response = kazoo.get(f"devices/{device['id']}", headers=headers)
    assert (response.status_code, response.content, response["ETag"]) == (304, b"", device["etag"])


def test_who_has_another_one_gets_it(kazoo: Kazoo, device: Any) -> None:
    assert kazoo.get(f"devices/{device['id']}", headers={"If-None-Match": STALE}).status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    ("header", "tag", "passes"),
    [
        ("If-Match", "{etag}", True),
        ("If-Match", "*", True),
        ("If-Match", "{bare}", True),
        ("If-Match", STALE, False),
        ("If-Match", "nonsense", False),
        ("If-Match", "", False),
        ("If-None-Match", STALE, True),
        ("If-None-Match", "{etag}", False),
        ("If-None-Match", "*", False),
    ],
)
def test_a_write_is_held_to_the_revision_that_is_named(
    kazoo: Kazoo, device: Any, method: str, header: str, tag: str, passes: bool
) -> None:
    headers = {header: tag.format(etag=device["etag"], bare=device["etag"].strip('"'))}
    response = kazoo.ask(method, f"devices/{device['id']}", {"name": "y"} if method != "GET" else None, headers=headers)
    refused = 304 if (method, header) == ("GET", "If-None-Match") else 412
    assert response.status_code == (200 if passes else refused)
    if not passes:
        assert response.content == b""
        assert kazoo.read(device["id"])["name"] == "Desk"


def test_nothing_that_is_there_can_be_created(kazoo: Kazoo, device: Any) -> None:
    assert kazoo.put("devices", {"name": "x"}, headers={"If-Match": device["etag"]}).status_code == 412
    assert kazoo.put("devices", {"name": "x"}, headers={"If-None-Match": "*"}).status_code == 201


def test_what_is_invalid_is_said_before_what_is_stale(kazoo: Kazoo, device: Any) -> None:
    headers = {"If-Match": STALE}
    assert rules(kazoo.patch(f"devices/{device['id']}", {"name": ""}, headers=headers)) == {"name": ["minLength"]}


def test_a_stale_write_leaves_the_password(kazoo: Kazoo) -> None:
    device = kazoo.created(sip=SIP)
    before = Secret.objects.get().pk
    response = kazoo.patch(f"devices/{device['id']}", {"sip": {"password": "another"}}, headers={"If-Match": STALE})
    assert (response.status_code, Secret.objects.get().pk) == (412, before)


def test_a_change_of_nothing_keeps_the_revision(kazoo: Kazoo, device: Any) -> None:
    assert kazoo.patch(f"devices/{device['id']}", {})["ETag"] == device["etag"]


def test_two_writers_that_saw_the_same_revision(kazoo: Kazoo, device: Any) -> None:
    headers = {"If-Match": device["etag"]}
    answers = [kazoo.patch(f"devices/{device['id']}", {"name": name}, headers=headers) for name in ("one", "two")]
    assert [answer.status_code for answer in answers] == [200, 412]
    assert kazoo.read(device["id"])["name"] == "one"


def test_a_list_has_a_revision_of_what_is_in_it(kazoo: Kazoo, device: Any) -> None:
    first, second = kazoo.get("devices").json()["revision"], kazoo.get("devices").json()["revision"]
    kazoo.patch(f"devices/{device['id']}", {"name": "y"})
    assert first == second != kazoo.get("devices").json()["revision"]
