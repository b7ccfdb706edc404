"""What never changes after creation: refused by the model, by bulk updates and by the API, and offered by no form."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.test import Client
from django.urls import reverse

from accounts.invitations import invitation_send
from accounts.models import ApiToken, Invitation, Membership
from accounts.permissions import Role
from console.models import ConsoleModel
from console.querysets import ConsoleQuerySet, ImmutableFieldError
from devices.models import KazooUser
from devices.services import device_create
from devices.user_services import user_create
from events.tests.conftest import make_webhook
from handover.models import Link
from handover.services import link_create
from sip.models import WebhookAccess
from tests.doors import Values, World, told_by_vobiz
from tests.tenants import SIP_PASSWORD, make_application, make_credential, make_endpoint, make_person, own_models

pytestmark = pytest.mark.django_db
FIXED = "This cannot be changed after creation."


def a_membership(world: World) -> Membership:
    make_person("dave", world.account, Role.VIEWER)
    return Membership.objects.get(user__email="dave@example.test")


def a_link(world: World) -> Link:
    subscriber = make_endpoint(world.account, "alice").subscriber
    return link_create(account=world.account, subscriber=subscriber, password=SIP_PASSWORD).link


def an_invitation(world: World) -> Invitation:
    person = make_person("dave", world.account, Role.OWNER)
    return invitation_send(invitation=Invitation(account=world.account, email="eve@example.test"), invited_by=person)


EXAMPLES: dict[str, Callable[[World], Any]] = {
    "accounts.account": lambda world: world.account,
    "accounts.apitoken": lambda world: ApiToken.objects.get(account=world.account, name="tests"),
    "accounts.invitation": an_invitation,
    "accounts.membership": a_membership,
    "credentials.credential": lambda world: make_credential(world.account, "trunk"),
    "devices.device": lambda world: device_create(account=world.account, data={"name": "Desk"}).device,
    "devices.kazoouser": lambda world: user_create(user=KazooUser(account=world.account, name="Jo")),
    "endpoints.application": lambda world: make_application(world.account, "ivr"),
    "endpoints.endpoint": lambda world: make_endpoint(world.account, "alice"),
    "events.webhook": lambda world: make_webhook(world.account).webhook,
    "handover.link": a_link,
    "sip.realm": lambda world: world.account.realms.first(),
    "sip.subscriber": lambda world: make_endpoint(world.account, "alice").subscriber,
    "sip.webhookaccess": lambda world: WebhookAccess.objects.get(account=world.account),
}


def models_with_fixed_fields() -> Iterable[type[ConsoleModel]]:
    return [found for found in own_models() if issubclass(found, ConsoleModel) and found.immutable_fields]


def fixed_fields() -> list[tuple[str, str]]:
    return [(found._meta.label_lower, name) for found in models_with_fixed_fields() for name in found.immutable_fields]


def stored(label: str, world: World) -> Any:
    model = apps.get_model(label)
    return model._default_manager.get(pk=EXAMPLES[label](world).pk)


def something_else(column: models.Field[Any, Any]) -> Any:
    """A value that no row of the test has."""
    if isinstance(column, (models.ForeignKey, models.IntegerField)):
        return 987_654_321
    return uuid4() if isinstance(column, models.UUIDField) else "different"


@pytest.mark.parametrize(("label", "name"), fixed_fields())
def test_a_fixed_field_is_refused_by_the_model(label: str, name: str, world: World) -> None:
    instance = stored(label, world)
    column = instance._meta.get_field(name)
    setattr(instance, column.attname, something_else(column))
    with pytest.raises(ValidationError) as refused:
        instance.clean()
    assert refused.value.message_dict[name] == [FIXED]


@pytest.mark.parametrize(("label", "name"), fixed_fields())
def test_a_fixed_field_is_refused_by_a_bulk_update(label: str, name: str, world: World) -> None:
    rows = apps.get_model(label)._default_manager.all()
    assert isinstance(rows, ConsoleQuerySet)
    with pytest.raises(ImmutableFieldError):
        rows.update(**{name: None})


API_UPDATES = [
    ("endpoint", "username", "mallory"),
    ("endpoint", "endpoint_id", "1"),
    ("credential", "username", "mallory"),
    ("application", "app_id", "1"),
]


@pytest.mark.parametrize(("kind", "name", "other"), API_UPDATES)
def test_the_api_refuses_another_value_in_the_same_words(kind: str, name: str, other: str, world: World) -> None:
    assert told_by_vobiz(update(world, kind, {name: other})) == {name: [FIXED]}


@pytest.mark.parametrize("kind", ["endpoint", "credential"])
def test_the_api_accepts_the_same_value_again(kind: str, world: World) -> None:
    assert told_by_vobiz(update(world, kind, {"username": "alice"})) == {}


def update(world: World, kind: str, body: Values) -> Any:
    """Post an update of a fresh object."""
    paths = {
        "endpoint": lambda: f"Endpoint/{make_endpoint(world.account, 'alice').endpoint_id}/",
        "credential": lambda: f"credentials/{make_credential(world.account, 'alice').credential_id}",
        "application": lambda: f"Application/{make_application(world.account, 'ivr').app_id}/",
    }
    url = f"/api/v1/Account/{world.account.auth_id}/{paths[kind]()}"
    return Client().post(url, body, content_type="application/json", headers=world.headers)


EDITABLE_PAGES = [
    ("endpoints.endpoint", "endpoints", "endpoint_id"),
    ("endpoints.application", "applications", "app_id"),
    ("credentials.credential", "credentials", "credential_id"),
]


@pytest.mark.parametrize(("label", "section", "key"), EDITABLE_PAGES)
def test_a_page_offers_no_open_field_for_what_is_fixed(label: str, section: str, key: str, world: World) -> None:
    instance = stored(label, world)
    url = reverse(f"{section}-edit", kwargs={"auth_id": world.account.auth_id, "key": getattr(instance, key)})
    form = world.owner.get(url).context["form"]
    assert [name for name in instance.immutable_fields if name in form.fields and not form.fields[name].disabled] == []


@pytest.mark.parametrize("label", sorted(EXAMPLES))
def test_the_admin_offers_no_field_for_what_is_fixed(label: str, world: World) -> None:
    instance = stored(label, world)
    response = world.staff.get(reverse(f"admin:{label.replace('.', '_')}_change", args=[instance.pk]))
    form = response.context["adminform"].form
    assert set(instance.immutable_fields) & set(form.fields) == set()


def test_what_is_posted_for_a_fixed_field_in_spite_is_not_taken(world: World) -> None:
    endpoint = make_endpoint(world.account, "alice")
    sent = {"username": "mallory", "alias": "Renamed", "overlap_minutes": 0}
    world.staff.post(reverse("admin:endpoints_endpoint_change", args=[endpoint.pk]), sent)
    endpoint.refresh_from_db()
    assert (endpoint.username, endpoint.alias) == ("alice", "Renamed")


def test_every_model_with_fixed_fields_is_in_the_table() -> None:
    assert {found._meta.label_lower for found in models_with_fixed_fields()} == set(EXAMPLES)
