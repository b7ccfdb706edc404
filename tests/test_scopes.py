"""Every route of the APIs, with a token of every scope: what it reaches, and what it is refused."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import ApiToken
from accounts.permissions import Scope
from accounts.services import token_create
from tests.route_table import KAZOO, SELF, VIEW, VOBIZ, Table
from tests.scene import Scene

pytestmark = pytest.mark.django_db

JSON = "application/json"
# What a route belongs to, by the first of these that is found in it. In this walk ``<kind>`` and ``kind=`` say
# endpoints.
PARTS = (
    (r"/Endpoint/|/(imports|exports|rotations|overlaps|links)/", "endpoints"),
    (r"/Application/", "applications"),
    (r"credentials", "credentials"),
    (r"/(devices|users)\b", "devices"),
    (r"", "accounts"),
)
REACH = {
    Scope.FULL: {"endpoints", "applications", "credentials", "devices", "accounts"},
    Scope.READ_ONLY: {"endpoints", "applications", "credentials", "devices", "accounts"},
    Scope.ENDPOINTS: {"endpoints"},
    Scope.CREDENTIALS: {"credentials"},
    Scope.DEVICES: {"devices"},
    Scope.WEBHOOK: set(),
}
MIXED = {"api/v1/Account/<auth_id>/imports/", "api/v1/Account/<auth_id>/links/"}  # lists: of what the token reaches


def part_of(route: str) -> str:
    """The part of the API a route belongs to."""
    return next(part for pattern, part in PARTS if re.search(pattern, route))


def may(scope: Scope, route: str, need: str) -> bool:
    """Whether a token of that scope reaches a route that asks for ``need``."""
    need = VIEW if need == SELF else need  # of the account: what ``auth/me`` tells
    if scope == Scope.ENDPOINTS and part_of(route) == "applications":
        return need == VIEW  # an endpoint names its application
    if route in MIXED and need == VIEW:
        return bool(REACH[scope])
    return part_of(route) in REACH[scope] and (scope != Scope.READ_ONLY or need == VIEW)


def headers_of(scope: Scope, scene: Scene) -> dict[str, str]:
    """What a program sends that has a token of that scope."""
    _token, plain = token_create(token=ApiToken(account=scene.account, scope=scope, name="scoped"))
    return {"X-Auth-ID": scene.account.auth_id, "X-Auth-Token": plain}


@pytest.mark.parametrize("table", [VOBIZ, KAZOO], ids=["vobiz", "kazoo"])
@pytest.mark.parametrize("scope", Scope)
def test_a_token_reaches_what_its_scope_names(scope: Scope, table: Table, scene: Scene) -> None:
    headers, client = headers_of(scope, scene), Client()
    wrong = {}
    for route, needs in table.items():
        for method in sorted(needs, key=("GET", "POST", "PUT", "PATCH", "DELETE").index):
            body = (
                b""
                if method in ("GET", "DELETE")
                else b'{"overlap_minutes": "nothing that can be", "data": {"nothing": "that can be"}}'
            )
            address = f"{scene.address(route)}?kind=endpoints"
            status = client.generic(method, address, body, content_type=JSON, headers=headers).status_code
            is_reached = status not in (401, 403)
            if is_reached is not may(scope, route, needs[method]):
                wrong[f"{method} {route}"] = status
    assert wrong == {}


@pytest.mark.parametrize(("scope", "count"), [(Scope.ENDPOINTS, 1), (Scope.CREDENTIALS, 0), (Scope.READ_ONLY, 1)])
@pytest.mark.parametrize("route", sorted(MIXED))
def test_a_list_of_several_kinds_shows_what_the_token_reaches(
    route: str, scope: Scope, count: int, scene: Scene
) -> None:
    answer = Client().get(scene.address(route), headers=headers_of(scope, scene))
    assert len(answer.json()["objects"]) == count
