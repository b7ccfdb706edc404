"""Every route of the project, walked by everybody: who may, who may not, and for whom it is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import Account, ApiToken
from tests.route_table import BY_PROOF, FOR_ALL, KAZOO, NONE, OF_ONE_PERSON, PAGES, SIGN_IN, VOBIZ, Table
from tests.scene import BY_KAZOO, BY_PAGE, BY_VOBIZ, CALLERS, PERSONAS, Scene, disable_for, wrong
from tests.tenants import make_credential, make_endpoint

pytestmark = pytest.mark.django_db

IN_AND_OUT = ("owner", "anonymous")  # where it only matters whether somebody is signed in
ADMIN = "admin/"
BULK = {"device-users": "delete", "links": "revoke", "blocks": "lift"}  # an action that the list has; else "enable"
JSON = "application/json"
DATA = b'{"data": {}}'
KEYED = r"<(\w+_id)>.*<\w+_id>|<sub_auth_id>|auth_id>.*<str:key>"  # a route that names an object of the account


# --- the routes -------------------------------------------------------------------------------------------------------


def routes() -> dict[str, str | None]:
    """Every route of the resolver with its name."""
    return dict(walk(get_resolver().url_patterns))


def walk(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, str | None]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, route)
        else:
            yield route, pattern.name


def below(prefix: str) -> list[str]:
    return [route for route in routes() if route.startswith(prefix)]


def test_every_route_is_in_the_table() -> None:
    listed = {*PAGES, *VOBIZ, *KAZOO, *FOR_ALL, *BY_PROOF, *OF_ONE_PERSON}
    left = {route: name for route, name in routes().items() if route not in listed and not route.startswith(ADMIN)}
    assert set(left.values()) == set(SIGN_IN), left


def test_nothing_is_in_the_table_that_is_no_route() -> None:
    assert {*PAGES, *VOBIZ, *KAZOO, *FOR_ALL, *BY_PROOF, *OF_ONE_PERSON} - set(routes()) == set()


# --- the walk ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("persona", PERSONAS)
def test_pages(persona: str, scene: Scene) -> None:
    disable_for(persona, scene.account)
    client = scene.browser(persona)

    def call(method: str, address: str) -> Any:
        action = next((name for section, name in BULK.items() if f"/{section}/" in address), "enable")
        return client.get(address) if method == "GET" else client.post(address, {"action": action, "typed": "not this"})

    assert wrong(every_method(PAGES), persona, BY_PAGE, call, scene) == {}


def every_method(table: Table) -> Table:
    """The table with the method that a page does not serve."""
    return {route: dict.fromkeys(("GET", "POST"), NONE) | needs for route, needs in table.items()}


def test_what_is_one_persons_is_there_for_nobody_else(scene: Scene) -> None:
    scene.keys["key"] = str(ApiToken.objects.get(user=scene.people["viewer"]).pk)
    calls = [(method, scene.address(route)) for route, needs in OF_ONE_PERSON.items() for method in reversed(needs)]
    others = [persona for persona in PERSONAS if persona not in ("viewer", "anonymous")]
    foreign = {scene.browser(persona).generic(*call).status_code for persona in others for call in calls}
    assert foreign == {404}
    assert {scene.browser("anonymous").generic(*call).status_code for call in calls} == {302}
    viewer = scene.browser("viewer")
    assert [viewer.generic(*call).status_code for call in calls] == [200, 303, 404]  # revoked by the POST before


def test_strangers_are_sent_to_sign_in_and_back(scene: Scene) -> None:
    addresses = [scene.address(route) for route in PAGES]
    answers = {address: Client().get(address)["Location"] for address in addresses}
    assert answers == {address: f"/user/login/?next={address}" for address in addresses}


@pytest.mark.parametrize("persona", CALLERS)
def test_the_vobiz_api(persona: str, scene: Scene) -> None:
    disable_for(persona, scene.account)
    headers, client = scene.vobiz_headers(persona), Client()

    def call(method: str, address: str) -> Any:
        body = b"" if method == "GET" else b'{"overlap_minutes": "nothing that can be"}'
        return client.generic(
            method, f"{address}?kind=endpoints", body, content_type="application/json", headers=headers
        )

    assert wrong(VOBIZ, persona, BY_VOBIZ, call, scene) == {}


@pytest.mark.parametrize("persona", CALLERS)
def test_the_kazoo_api(persona: str, scene: Scene) -> None:
    disable_for(persona, scene.account)
    headers, client = scene.kazoo_headers(persona), Client()

    def call(method: str, address: str) -> Any:
        body = b"" if method in ("GET", "DELETE") else b'{"data": {"nothing": "that can be"}}'
        return client.generic(method, address, body, content_type=JSON, headers=headers)

    assert wrong(KAZOO, persona, BY_KAZOO, call, scene) == {}


@pytest.mark.parametrize("persona", IN_AND_OUT)
def test_what_is_the_same_for_all(persona: str, scene: Scene) -> None:
    client = scene.browser(persona)
    assert {route: client.get(scene.address(route)).status_code for route in FOR_ALL} == FOR_ALL


@pytest.mark.parametrize("route", sorted(BY_PROOF))
def test_being_signed_in_proves_nothing_to_what_asks_for_a_proof(route: str, owner: Client) -> None:
    assert owner.post(f"/{route}", "{}", content_type="application/json").status_code == 401


@pytest.mark.parametrize("persona", IN_AND_OUT)
def test_the_sign_in_pages(persona: str, scene: Scene) -> None:
    names = {name: route for route, name in routes().items() if name in SIGN_IN}
    fill = {"pk": "1", "key": "x-y", "uidb36": "1"}
    found = {}
    for name, route in names.items():
        plain = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda group: fill[group[1]], route.replace("^", "").replace("$", ""))
        client = scene.browser(persona)
        found[name] = client.get("/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda group: fill[group[1]], plain)).status_code
    if persona == "anonymous":
        assert found == SIGN_IN
    else:
        assert {name: status for name, status in found.items() if status not in (200, 302, 404)} == {}


# --- the admin: one rule for whatever is below it ---------------------------------------------------------------------


def admin_addresses() -> list[str]:
    filled = {"object_id": "1", "content_type_id": "1", "url": "nothing", "app_label": "accounts"}
    routes_below = (re.sub(r"\(\?P<(\w+)>.*?\)(?=[/$])", r"<\1>", route) for route in below(ADMIN))
    plain = (route.replace("^", "").replace("$", "").replace("\\.", ".") for route in routes_below)
    return ["/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: filled[found[1]], route) for route in plain]


@pytest.mark.parametrize("persona", IN_AND_OUT)
def test_the_admin_is_closed_to_all_but_staff(persona: str, scene: Scene) -> None:
    client = scene.browser(persona)
    ends = {address: client.get(address, follow=True) for address in admin_addresses()}
    let_in = {address for address, page in ends.items() if not is_turned_away(page)}
    assert let_in == set()


def is_turned_away(response: Any) -> bool:
    return bool(response.status_code == 403 or response.request["PATH_INFO"] == "/user/login/")


def test_the_admin_is_open_to_staff(scene: Scene) -> None:
    client = scene.browser("staff")
    found = {address: client.get(address).status_code for address in admin_addresses()}
    assert {address: status for address, status in found.items() if status not in (200, 302, 403, 404, 405)} == {}
    assert sum(status == 200 for status in found.values()) > 20


# --- one's own --------------------------------------------------------------------------------------------------------


def test_a_sub_account_sees_its_own_and_not_its_parents(scene: Scene, sub_account: Account) -> None:
    mine = make_endpoint(scene.account, "mine", sub_account=sub_account)
    base, headers = f"/api/v1/Account/{sub_account.auth_id}/Endpoint/", scene.vobiz_headers("sub-account")
    keys = (mine.endpoint_id, scene.keys["endpoint_id"])
    statuses = [Client().get(f"{base}{key}/", headers=headers).status_code for key in keys]
    assert statuses == [200, 404]


def test_a_main_account_reaches_its_sub_accounts_objects(scene: Scene, sub_account: Account) -> None:
    credential = make_credential(sub_account, "theirs")
    address = f"/api/v1/Account/{sub_account.auth_id}/credentials/{credential.credential_id}"
    assert Client().get(address, headers=scene.vobiz_headers("owner")).status_code == 200


@pytest.mark.parametrize("table", [VOBIZ, KAZOO, PAGES], ids=["vobiz", "kazoo", "pages"])
def test_ones_own_account_does_not_hold_anothers_objects(table: Table, scene: Scene, other_account: Account) -> None:
    """The stranger's own address with Acme's keys: foreign and unknown are answered alike."""
    scene.keys |= {"auth_id": other_account.auth_id, "account_id": other_account.kazoo_id}
    headers, client = scene.vobiz_headers("stranger"), scene.browser("stranger")
    keyed = [route for route in table if re.search(KEYED, route)]
    calls = [(method, scene.address(route)) for route in keyed for method in table[route]]
    answers = {call: client.generic(*call, DATA, content_type=JSON, headers=headers).status_code for call in calls}
    assert {call: status for call, status in answers.items() if status != 404} == {}
