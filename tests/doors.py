"""The doors through which things are made: each tries to make one and returns what it was told, by field.

``{}`` means that it was made. A message without a field stands under ``__all__``. Doors speak of the fields by the
model's names.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import Account
from accounts.services import account_create
from bulk.tests.conftest import check_file, errors_of
from credentials.models import Credential
from credentials.services import credential_create
from devices.refusals import DocumentRefused
from devices.services import device_create
from endpoints.models import Application, Endpoint
from endpoints.services import application_create, endpoint_create

Told = dict[str, list[str]]
Values = dict[str, Any]


@dataclass
class World:
    """One account, and somebody at each door."""

    account: Account
    other_account: Account
    staff: Client
    owner: Client
    token: str

    @property
    def headers(self) -> dict[str, str]:
        """What a Vobiz client proves itself with."""
        return {"X-Auth-ID": self.account.auth_id, "X-Auth-Token": self.token}


def told_by(error: ValidationError) -> Told:
    """What a service or model said."""
    return error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}


# --- the model and the services ---------------------------------------------------------------------------------------


def model(world: World, kind: str, values: Values) -> Told:
    """``full_clean`` of an unsaved object."""
    try:
        unsaved(world, kind, values).full_clean()
    except ValidationError as error:
        return told_by(error)
    return {}


def service(world: World, kind: str, values: Values) -> Told:
    """The app's create service."""
    if kind == "device":
        return device_service(world, values)
    instance, password = unsaved(world, kind, values), values.get("password", "")
    create: Mapping[str, Callable[[], Any]] = {
        "endpoint": lambda: endpoint_create(endpoint=instance, password=password),
        "credential": lambda: credential_create(credential=instance, password=password),
        "application": lambda: application_create(application=instance),
        "account": lambda: account_create(account=instance, realm=values.get("realm")),
    }
    try:
        create[kind]()
    except ValidationError as error:
        return told_by(error)
    return {}


def device_service(world: World, values: Values) -> Told:
    """The devices' create service, which takes a document."""
    try:
        device_create(account=world.account, data=values)
    except DocumentRefused as error:
        return {"document": error.messages}
    return {}


def unsaved(world: World, kind: str, values: Values) -> Any:
    """The object that ``values`` describe."""
    columns = {name: value for name, value in values.items() if name not in ("password", "realm")}
    if kind == "account":
        return Account(**columns)
    classes: Mapping[str, Any] = {"endpoint": Endpoint, "credential": Credential, "application": Application}
    instance = classes[kind](account=world.account, **columns)
    if "password" in values:
        instance.password = values["password"]
    return instance


# --- pages and admin --------------------------------------------------------------------------------------------------

SECTIONS = {"endpoint": "endpoints", "credential": "credentials", "application": "applications"}
ADMIN = {
    "endpoint": "endpoints_endpoint",
    "credential": "credentials_credential",
    "application": "endpoints_application",
    "account": "accounts_account",
    "device": "devices_device",
}
METHODS = dict.fromkeys(("answer_method", "hangup_method", "fallback_method", "message_method"), "POST")
SID = "5c1f2a0e-6f3a-4a67-9a57-0d2d0c8f5c11"
UNTOUCHED: dict[str, Values] = {  # what a browser sends of a form besides what was typed
    "endpoint": {},
    "credential": {"enabled": "on"},
    "application": {**METHODS, "sip_transfer_method": "POST", "application_sid": SID},
    "account": {"rate_limit": 1000, "kyc_mode": "personal_use", "timezone": "UTC", "permissions": "null"},
}


def page(world: World, kind: str, values: Values) -> Told:
    """The console's form; an account is made on its main account's page, as a sub-account."""
    if kind == "device":
        return device_page(world, values)
    name, owner = SECTIONS.get(kind, "sub-accounts"), values.get("parent") or world.account
    url = reverse(f"{name}-create", kwargs={"auth_id": owner.auth_id})
    return told_by_form(world.owner.post(url, typed(kind, values)), "form")


def device_page(world: World, values: Values) -> Told:
    """The device editor, as JSON."""
    url = reverse("devices-create", kwargs={"auth_id": world.account.auth_id})
    response = world.owner.post(url, {"text": json.dumps(values)})
    if response.status_code == 303:
        return {}
    return {"document": [f"{note.key}: {note.message}" for note in response.context["text"].notes]}


def admin(world: World, kind: str, values: Values) -> Told:
    """The Django admin's form."""
    owner = {} if kind == "account" else {"account": world.account.pk}
    sent = {"document": json.dumps(values)} if kind == "device" else typed(kind, values)
    response = world.staff.post(reverse(f"admin:{ADMIN[kind]}_add"), {**owner, **sent})
    return told_by_form(response, "adminform")


def typed(kind: str, values: Values) -> Values:
    """The values as a browser sends them."""
    return {**UNTOUCHED[kind], **{name: as_text(value) for name, value in values.items()}}


def as_text(value: Any) -> Any:
    """A list one a line; a row by its key."""
    return "\n".join(value) if isinstance(value, list) else getattr(value, "pk", value)


def told_by_form(response: Any, name: str) -> Told:
    """The errors of the form that came back; a redirect means that it was taken."""
    if response.status_code in (302, 303):
        return {}
    form = response.context[name]
    errors = getattr(form, "form", form).errors
    return {field: list(faults) for field, faults in errors.items()}


# --- API, CSV, command ------------------------------------------------------------------------------------------------


def vobiz(world: World, kind: str, values: Values) -> Told:
    """The Vobiz API."""
    paths = {
        "endpoint": "Account/{}/Endpoint/",
        "credential": "Account/{}/credentials",
        "application": "Account/{}/Application/",
    }
    path = paths.get(kind, "accounts/{}/sub-accounts/").format(world.account.auth_id)
    body = {name: value for name, value in values.items() if name != "parent"}
    response = Client().post(f"/api/v1/{path}", body, content_type="application/json", headers=world.headers)
    return told_by_vobiz(response)


def kazoo(world: World, kind: str, values: Values) -> Told:
    """The Kazoo API."""
    response = Client().put(
        f"/v2/accounts/{world.account.kazoo_id}/devices",
        {"data": values},
        content_type="application/json",
        headers={"X-Auth-Token": world.token},
    )
    if response.status_code == 201:
        return {}
    faults = response.json()["data"].items()
    return {"document": [f"{key}: {told['message']}" for key, rules in faults for told in rules.values()]}


def told_by_vobiz(response: Any) -> Told:
    """The details of a 400, or its message; a 409 is about the username."""
    if response.status_code in (200, 201, 202):
        return {}
    body = response.json()
    if response.status_code == 409:
        return {"username": [body["message"]]}
    return {field: [words] for field, words in body.get("details", {NON_FIELD_ERRORS: body["message"]}).items()}


def csv(world: World, kind: str, values: Values) -> Told:
    """One line of an imported file."""
    names = {"endpoint": "endpoints", "credential": "credentials", "account": "sub-accounts"}
    columns = {
        name: " ".join(value) if isinstance(value, list) else value
        for name, value in values.items()
        if name != "parent"
    }
    cells = ",".join('"{}"'.format(str(value).replace('"', '""')) for value in columns.values())
    job = check_file(world.account, names[kind], f"{','.join(columns)}\n{cells}\n")
    told: Told = {}
    for _line, column, words in errors_of(job):
        told.setdefault(column or NON_FIELD_ERRORS, []).append(str(words))
    return told


def command(world: World, kind: str, values: Values) -> Told:
    """``manage.py create_account``."""
    try:
        call_command("create_account", "--json", name=values["name"], realm=values["realm"])
    except CommandError as error:
        field, _colon, words = str(error).partition(": ")
        return {field: [words]}
    return {}


DOORS: dict[str, Callable[[World, str, Values], Told]] = {
    "model": model,
    "service": service,
    "page": page,
    "admin": admin,
    "vobiz": vobiz,
    "kazoo": kazoo,
    "csv": csv,
    "command": command,
}
