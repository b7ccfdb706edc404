"""Who may do what. The one table that pages, APIs and the admin ask."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a member is in an account and in its sub-accounts."""

    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Admin")
    SUPPORT = "support", _("Support")
    VIEWER = "viewer", _("Viewer")


class Action(StrEnum):
    """What a route asks of the caller."""

    VIEW = "view"  # read
    OPERATE = "operate"  # reboot a phone, try a password, lift a block: changes nothing that is provisioned
    EDIT = "edit"  # provision
    OWN = "own"  # members, tokens, deletion of the account


ROLE_ACTIONS: dict[Role, frozenset[Action]] = {
    Role.OWNER: frozenset(Action),
    Role.ADMIN: frozenset({Action.VIEW, Action.OPERATE, Action.EDIT}),
    Role.SUPPORT: frozenset({Action.VIEW, Action.OPERATE}),
    Role.VIEWER: frozenset({Action.VIEW}),
}


class Scope(models.TextChoices):
    """What an API token reaches."""

    FULL = "full", _("Everything")
    READ_ONLY = "read_only", _("Read only")
    ENDPOINTS = "endpoints", _("Endpoints only")
    CREDENTIALS = "credentials", _("Credentials only")
    DEVICES = "devices", _("Devices only")
    WEBHOOK = "webhook", _("Webhook only")


class Resource(StrEnum):
    """The part of the API that a route belongs to."""

    ACCOUNTS = "accounts"
    APPLICATIONS = "applications"
    ENDPOINTS = "endpoints"
    CREDENTIALS = "credentials"
    DEVICES = "devices"
    WEBHOOK = "webhook"


NARROW_SCOPES: dict[str, frozenset[tuple[Resource, Action]]] = {
    Scope.ENDPOINTS: frozenset(
        {*((Resource.ENDPOINTS, action) for action in Action), (Resource.APPLICATIONS, Action.VIEW)}
    ),
    Scope.CREDENTIALS: frozenset((Resource.CREDENTIALS, action) for action in Action),
    Scope.DEVICES: frozenset((Resource.DEVICES, action) for action in Action),
    Scope.WEBHOOK: frozenset((Resource.WEBHOOK, action) for action in Action),
}


def role_may(role: str | None, action: Action) -> bool:
    """Whether a member with ``role`` may do ``action``; nobody without a role may do anything."""
    return role is not None and action in ROLE_ACTIONS[Role(role)]


def scope_may(scope: str, resource: Resource, action: Action) -> bool:
    """Whether a token with ``scope`` may do ``action`` on ``resource``."""
    if scope == Scope.FULL:
        return resource is not Resource.WEBHOOK
    if scope == Scope.READ_ONLY:
        return action is Action.VIEW and resource is not Resource.WEBHOOK
    return (resource, action) in NARROW_SCOPES[scope]
