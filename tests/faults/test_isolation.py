"""Another tenant's identifiers at every door: nothing seen, nothing changed, "not yours" answered as "not there"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from accounts.models import Account
from bulk.tests.conftest import check_file, errors_of
from console.models import AuditEntry
from endpoints.models import Endpoint
from endpoints.services import endpoint_update
from events.models import Delivery, Event
from events.tests.conftest import make_webhook
from tests.faults.figures import report
from tests.route_table import KAZOO, PAGES, VOBIZ, Table
from tests.scene import Scene
from tests.tenants import make_application, own_models

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
WORDS = ("kind", "name", "rest")  # parts of addresses that identify nobody's object
JSON = "application/json"
OF_AN_OBJECT = re.compile(r"<(\w+_id)>.*<\w+_id>|<sub_auth_id>|auth_id>.*<str:key>")
NOT_OF_TENANTS = {"ratebucket", "lastuse", "cachedvalue", "savedfilter"}  # limits and uses: what callers leave anywhere
ONE_TIME = re.compile(  # ids of requests, forgery tokens, the time
    r'[0-9a-f]{32}|[0-9a-f-]{36}|value="[A-Za-z0-9]{64}"|\d{4}-\d\d-\d\dT[\d:.]+Z?'
)
CALLS = {"vobiz": VOBIZ, "kazoo": KAZOO, "pages": PAGES}
FILTERED = {"application": "app_id", "sub_account": "sub_auth_id", "account": "auth_id"}  # what a filter takes


@pytest.fixture
def intruder(scene: Scene, other_account: Account) -> Client:
    """Globex's owner, who is signed in."""
    return scene.browser("stranger")


def unknown(key: str) -> str:
    """A key of the same form that names nothing."""
    try:
        UUID(key)
    except ValueError:
        return key[:3] + "Z" * (len(key) - 3) if key[:3] in ("MA_", "SA_") else "9" * max(len(key), 9)
    return uuid4().hex if len(key) == 32 else str(uuid4())


def everything() -> dict[str, list[Any]]:
    """Every row of every tenant, and the trail's length."""
    tables = (model for model in own_models() if model._meta.managed and model._meta.model_name not in NOT_OF_TENANTS)
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in tables}


def plain(answer: Any, key: str) -> tuple[int, str]:
    """An answer without what differs from one request to the next, and without the key that was asked for."""
    return answer.status_code, ONE_TIME.sub("-", answer.content.decode().replace(key, "-"))


def asked(scene: Scene, table: Table, home: Account) -> Iterator[tuple[str, str, str, str]]:
    """Method, the intruder's address with Acme's key, the same with a key that names nothing, and Acme's key."""
    home_keys = {"auth_id": home.auth_id, "account_id": home.kazoo_id}
    foreign = Scene(scene.account, scene.keys | home_keys, scene.people, scene.tokens)
    nowhere_keys = {name: unknown(key) for name, key in scene.keys.items() if name not in WORDS}
    nowhere = Scene(scene.account, scene.keys | nowhere_keys | home_keys, scene.people, scene.tokens)
    for route in filter(OF_AN_OBJECT.search, table):
        for method in table[route]:
            yield method, foreign.address(route), nowhere.address(route), route


@pytest.mark.parametrize("door", CALLS)
def test_not_yours_is_answered_as_not_there(door: str, scene: Scene, other_account: Account, intruder: Client) -> None:
    headers = {"vobiz": scene.vobiz_headers, "kazoo": scene.kazoo_headers}.get(door, lambda _persona: {})("stranger")
    client = intruder if door == "pages" else Client()
    before, walked, told_apart = everything(), 0, {}
    for method, foreign, nowhere, route in asked(scene, CALLS[door], other_account):
        body = b"" if method == "GET" else b'{"data": {}}'
        answers = [
            client.generic(method, address, body, content_type=JSON, headers=headers) for address in (foreign, nowhere)
        ]
        texts = [
            plain(answer, address.rstrip("/")) for answer, address in zip(answers, (foreign, nowhere), strict=True)
        ]
        texts = [(status, without_keys(text, scene)) for status, text in texts]
        walked += 1
        if texts[0] != texts[1] or texts[0][0] != 404:
            told_apart[f"{method} {route}"] = texts
    assert told_apart == {}
    assert everything() == before
    assert walked > 10
    report(f"foreign identifiers: {door}", routes_and_methods=walked, answers_compared=2 * walked)


@pytest.mark.parametrize("door", CALLS)
def test_not_yours_and_not_there_cost_the_same_statements(
    door: str, scene: Scene, other_account: Account, intruder: Client
) -> None:
    """What a clock could tell apart is how much is asked of the database; a clock itself would be a test of luck."""
    headers = {"vobiz": scene.vobiz_headers, "kazoo": scene.kazoo_headers}.get(door, lambda _persona: {})("stranger")
    client = intruder if door == "pages" else Client()
    compared, told_apart = 0, {}
    for method, foreign, nowhere, route in asked(scene, CALLS[door], other_account):
        body = b"" if method == "GET" else b'{"data": {}}'
        shapes = []
        for address in (nowhere, foreign, nowhere):  # the first one warms what is remembered between requests
            with CaptureQueriesContext(connection) as captured:
                client.generic(method, address, body, content_type=JSON, headers=headers)
            shapes.append([shape(query["sql"]) for query in captured])
        compared += 1
        if shapes[1] != shapes[2]:
            told_apart[f"{method} {route}"] = shapes[1:]
    assert told_apart == {}
    assert compared > 10
    report(f"statements of foreign and missing objects: {door}", routes_and_methods=compared)


def shape(statement: str) -> str:
    """A statement without its values."""
    return re.sub(r"'(?:[^']|'')*'|\b\d+\b|\b[0-9a-f]{32}\b|\bs\d+_x\d+\b", "?", statement)


def without_keys(text: str, scene: Scene) -> str:
    """The text without the keys of both addresses, which an answer may repeat."""
    keys = {key for name, key in scene.keys.items() if len(key) > 5} | {"9" * length for length in range(9, 20)}
    for key in sorted(keys, key=len, reverse=True):
        text = text.replace(key, "-")
    return re.sub(r"[MS]A_Z+", "-", text)


def test_bulk_actions_take_no_foreign_rows(scene: Scene, other_account: Account, intruder: Client) -> None:
    bulk = [route for route, methods in PAGES.items() if route.endswith("/bulk/") and "POST" in methods]
    own = make_application(other_account, "own")
    before, done = everything(), 0
    for route in bulk:
        address = f"/accounts/{other_account.auth_id}/{route.split('/')[2]}/bulk/"
        view: Any = resolve(address).func
        for action in view.view_class.list_page.bulk_actions:
            sent = {"action": action.name, "confirmed": "1", "expected": "1", "typed": "1", "application": own.pk}
            sent["row"] = scene.keys.get(route.split("/")[2], scene.keys["key"])
            assert intruder.post(address, sent).status_code == 303, (route, action.name)
            done += 1
    assert everything() == before
    assert done > len(bulk)
    report("foreign identifiers: bulk actions", lists=len(bulk), actions=done)


def filters_of(address: str) -> list[str]:
    """The names of a list's filters."""
    view: Any = resolve(address).func
    filters = getattr(view.view_class, "filterset_class", None)
    return [] if filters is None else list(filters.base_filters)


def test_no_list_search_or_export_finds_what_is_anothers(
    scene: Scene, other_account: Account, intruder: Client
) -> None:
    """Acme's identifiers as words, as filters, and in what is exported."""
    named = {key for name, key in scene.keys.items() if len(key) > 8 and name not in WORDS}
    lists = [route for route in PAGES if re.fullmatch(r"accounts/<str:auth_id>/[\w-]+/", route)]
    home, walked = f"/accounts/{other_account.auth_id}", 0
    for section in (route.split("/")[2] for route in lists):
        for name in ("q", "object_id", "webhook", "account", *filters_of(f"{home}/{section}/")):
            key = scene.keys.get(FILTERED.get(name, section), scene.keys["endpoint_id"])
            for place in (f"{home}/{section}/", f"{home}/export/{section}/"):
                answer = intruder.get(place, {name: key})
                text = (b"".join(answer) if answer.streaming else answer.content).decode()
                found = {other for other in named - {key} if other in text}
                assert not found, (place, name)
                walked += 1
    for key in named:
        page = intruder.get("/search/", {"q": key}).content.decode()
        assert not {other for other in named - {key} if other in page}
    report("foreign identifiers: lists, exports, search", questions=walked + len(named))


def test_bodies_that_name_anothers_objects_are_refused_as_if_those_were_not_there(
    scene: Scene, other_account: Account
) -> None:
    base, headers = f"/api/v1/Account/{other_account.auth_id}", scene.vobiz_headers("stranger")
    endpoint = {"username": "new1", "password": "VerySecure123", "alias": "New"}
    before = everything()
    for address, body, name in (
        ("Endpoint/", endpoint | {"application": scene.keys["app_id"]}, "application"),
        ("Endpoint/", endpoint | {"sub_account": scene.keys["sub_auth_id"]}, "sub_account"),
        ("links/", {"kind": "endpoints", "username": "alice", "password": "VerySecure123"}, "username"),
    ):
        nowhere = body | {name: "nobody1" if name == "username" else unknown(body[name])}
        answers = [
            Client().post(f"{base}/{address}?kind=endpoints", sent, content_type=JSON, headers=headers)
            for sent in (body, nowhere)
        ]
        texts = [without_keys(ONE_TIME.sub("-", answer.content.decode()), scene) for answer in answers]
        assert answers[0].status_code == answers[1].status_code in (400, 404), (address, texts)
        assert texts[0] == texts[1]
    assert everything() == before


@pytest.mark.parametrize(("column", "key"), [("application", "app_id"), ("sub_account", "sub_auth_id")])
def test_a_file_that_names_anothers_objects_is_refused_as_if_those_were_not_there(
    column: str, key: str, scene: Scene, other_account: Account
) -> None:
    told = []
    for named in (scene.keys[key], unknown(scene.keys[key])):
        job = check_file(other_account, "endpoints", f"username,alias,{column}\nnew1,New,{named}\n")
        told.append(errors_of(job))
    assert told[0] == told[1] != []
    assert not Endpoint.objects.filter(username="new1").exists()


def test_a_rotation_leaves_anothers_passwords(scene: Scene, other_account: Account) -> None:
    before = everything()
    Client().post(
        f"/api/v1/Account/{other_account.auth_id}/rotations/?kind=endpoints",
        {"usernames": ["alice"]},
        content_type=JSON,
        headers=scene.vobiz_headers("stranger"),
    )
    after = everything()
    assert after["sip.Secret"] == before["sip.Secret"]
    assert after["endpoints.Endpoint"] == before["endpoints.Endpoint"]


def test_webhooks_hear_of_their_own_account_alone(scene: Scene, account: Account, other_account: Account) -> None:
    theirs = make_webhook(other_account).webhook
    endpoint_update(endpoint=Endpoint.objects.get(account=account), alias="Renamed")
    assert Event.objects.filter(account_id=account.pk).exists()
    assert not Delivery.objects.filter(webhook=theirs).exists()
    assert not AuditEntry.objects.filter(account_id=other_account.pk, object_type="endpoint").exists()
