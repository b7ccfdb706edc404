"""Laws that hold for any document, through the API and the database. The oracle is not the validator that ships."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from accounts.models import Account
from accounts.services import account_update
from devices.tests import oracle
from devices.tests.strategies import allowed, any_json, around_the_edges, storable_json
from devices.tests.support import Document, Kazoo
from devices.tests.test_candidate import address_faults, expected, keys_and_rules, without_password

through_the_api = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
SOME_KEYS = st.sampled_from(["name", "flags", "custom", "media", "ringtones"])
NOBODY_HOLDS = "nobody.example.test"


@pytest.fixture
def patient(account: Account) -> Kazoo:
    """A client that no rate limit stops."""
    account_update(account=account, rate_limit=1_000_000)
    return Kazoo(account)


@contextmanager
def forgotten() -> Iterator[None]:
    """Undo everything at the end: every example starts with an empty account."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def settled(sent: Document) -> Document:
    """The document with an address where it needs one and no realm, which a schema does not know of."""
    sent = copy.deepcopy(sent)
    sip = sent.get("sip")
    if isinstance(sip, dict):
        sip.pop("realm", None)
        if sip.get("method") == "ip":
            sip["ip"] = "192.0.2.10"
    return sent


def covers(whole: Any, part: Any) -> bool:
    """Whether ``whole`` has all that ``part`` has.

    1e3 and 1000 are one number in JSON; PostgreSQL writes the latter. Of the large ones, a float is only the nearest.
    """
    if isinstance(whole, dict) and isinstance(part, dict):
        return all(key in whole and covers(whole[key], part[key]) for key in part)
    if isinstance(whole, list) and isinstance(part, list):
        return len(whole) == len(part) and all(map(covers, whole, part))
    if isinstance(whole, float) != isinstance(part, float) and not isinstance(whole, bool | str | None):
        return not isinstance(part, bool | str | None) and float(whole) == float(part)
    return isinstance(whole, bool) == isinstance(part, bool) and bool(whole == part)


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON."""
    return covers(one, other) and covers(other, one)


def without_id(document: Document) -> Document:
    return {key: value for key, value in document.items() if key != "id"}


def realm_faults(document: Document) -> set[tuple[str, str]]:
    """The fault that only the database knows of: no realm in these documents is the account's."""
    sip = document.get("sip")
    realm = sip.get("realm") if isinstance(sip, dict) else None
    is_one = isinstance(realm, str) and not any(key == "sip.realm" for key, _rule in oracle.faults(document))
    return {("sip.realm", "invalid")} if is_one and realm else set()


@through_the_api
@given(allowed().map(settled))
def test_what_the_schema_allows_is_stored_and_read_back_equal(patient: Kazoo, sent: Document) -> None:
    assume(not oracle.faults(sent))
    with forgotten():
        response = patient.put("devices", sent)
        assert response.status_code == 201, response.content
        created = response.json()["data"]
        read = patient.read(created["id"])
        assert same(read, created)
        assert covers(read, without_password(expected(sent)))


@through_the_api
@example({"name": "x", "sip": {"realm": NOBODY_HOLDS}})
@given(around_the_edges())
def test_what_it_forbids_is_a_400_that_names_exactly_the_faulty_keys(patient: Kazoo, sent: Any) -> None:
    assume(isinstance(sent, dict))
    checked = expected(sent)
    faults = oracle.faults(checked) | address_faults(checked) | realm_faults(checked)
    with forgotten():
        response = patient.put("devices", sent)
        assert response.status_code == (400 if faults else 201)
        if faults:
            assert keys_and_rules(response.json()["data"]) == faults


@through_the_api
@given(any_json, st.sampled_from(["PUT", "POST", "PATCH"]))
def test_no_json_is_answered_with_a_failure_of_ours(patient: Kazoo, sent: Any, method: str) -> None:
    with forgotten():
        device = patient.created()
        path = "devices" if method == "PUT" else f"devices/{device['id']}"
        assert patient.ask(method, path, {"name": "x", "custom": sent, "sip": {}}).status_code in (200, 201, 400)
        assert patient.ask(method, path, sent).status_code in (200, 201, 400)


@through_the_api
@given(allowed().map(settled))
def test_an_empty_patch_changes_nothing(patient: Kazoo, sent: Document) -> None:
    with forgotten():
        response = patient.put("devices", sent)
        assume(response.status_code == 201)
        before = response.json()
        after = patient.patch(f"devices/{before['data']['id']}", {}).json()
        assert same(after["data"], before["data"])
        assert after["revision"] == before["revision"]


@through_the_api
@given(allowed().map(settled), st.dictionaries(SOME_KEYS, storable_json))
def test_a_patch_gives_what_replacing_by_the_merge_gives(patient: Kazoo, sent: Document, patch: Document) -> None:
    with forgotten():
        response = patient.put("devices", sent)
        assume(response.status_code == 201)
        device_id = response.json()["data"]["id"]
        path, merge = f"devices/{device_id}", merged(patient.read(device_id), patch)
        with forgotten():
            replacing = patient.post(path, merge)
            replaced = patient.read(device_id)
        patching = patient.patch(path, patch)
        assert patching.status_code == replacing.status_code
        assert same(patient.read(device_id), replaced)


@through_the_api
@given(allowed().map(settled), allowed().map(settled))
def test_a_replacement_gives_the_document_plus_defaults(patient: Kazoo, sent: Document, data: Document) -> None:
    data = {**data, "sip": {**data.get("sip", {}), "expire_seconds": 77, "registration_expiration": 77}}
    sent, data = ({key: value for key, value in one.items() if key != "device_type"} for one in (sent, data))
    with forgotten():
        fresh = patient.put("devices", data)
    with forgotten():
        response = patient.put("devices", sent)
        assume(response.status_code == fresh.status_code == 201)
        path = f"devices/{response.json()['data']['id']}"
        response = patient.post(path, {**data, "sip": {"password": None, **data["sip"]}})
        assert response.status_code == 200
        assert same(without_id(patient.get(path).json()["data"]), without_id(fresh.json()["data"]))


def merged(document: Any, patch: Any) -> Any:
    """JSON Merge Patch as RFC 7396 section 2 writes it down."""
    if not isinstance(patch, dict):
        return patch
    result = dict(document) if isinstance(document, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result
