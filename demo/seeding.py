"""Builds the demo through the services, so that every rule, subscriber and audit row is real."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import transaction

from accounts.models import Account, User
from accounts.operators import operator_create
from accounts.permissions import Role
from accounts.services import CreatedAccount, account_create, member_set
from credentials.models import Credential
from credentials.services import credential_create, credential_update
from demo import activity, content
from devices.models import KazooUser
from devices.services import device_create
from devices.user_services import user_create
from endpoints.models import Application, Endpoint
from endpoints.services import application_create, endpoint_create
from sip import passwords

OVERLAP_MINUTES = 3 * 24 * 60


@dataclass(slots=True)
class Demo:
    """What was built, and the secrets that are told once."""

    accounts: dict[str, CreatedAccount] = field(default_factory=dict)
    applications: dict[str, Application] = field(default_factory=dict)
    operator: User | None = None
    operator_password: str | None = None  # None for an operator who was there already

    @property
    def main(self) -> CreatedAccount:
        """The main account."""
        return self.accounts[content.MAIN]

    def owners(self, name: str) -> dict[str, Account | None]:
        """The ``account`` and ``sub_account`` of what belongs to the account of that name."""
        account = self.accounts[name].account
        return {"account": self.main.account, "sub_account": account if account.is_sub_account else None}


@transaction.atomic
def build() -> Demo:
    """Create the whole demo, or nothing of it. Raises ``ValidationError``."""
    demo = Demo()
    for part in PARTS:
        part(demo)
    return demo


def add_accounts(demo: Demo) -> None:
    """A main account and its sub-accounts."""
    main = Account(
        name=content.MAIN, email=content.OPERATOR, company=content.MAIN, city="Rotterdam", country="Netherlands"
    )
    demo.accounts[content.MAIN] = account_create(account=main)
    for name in content.SUB_ACCOUNTS:
        demo.accounts[name] = account_create(account=Account(name=name, parent=main))


def add_operator(demo: Demo) -> None:
    """Somebody who may do everything, with a random password."""
    demo.operator = User.objects.filter(email=content.OPERATOR).first()
    if demo.operator is None:
        demo.operator_password = secrets.token_urlsafe(12)
        user = User(email=content.OPERATOR, name="Demo operator", is_staff=True, is_superuser=True)
        demo.operator = operator_create(user=user, password=demo.operator_password)
    member_set(account=demo.main.account, user=demo.operator, role=Role.OWNER)


def add_applications(demo: Demo) -> None:
    """Where calls go."""
    for app in content.APPLICATIONS:
        application = Application(
            **demo.owners(app.owner),
            app_name=app.name,
            answer_url=f"https://apps.example.com/{app.name}/answer",
            default_endpoint_app=app.is_default,
            enabled=app.enabled,
        )
        demo.applications[app.name] = application_create(application=application)


def add_endpoints(demo: Demo) -> None:
    """The phones."""
    for phone in content.PHONES:
        endpoint = Endpoint(
            **demo.owners(phone.owner),
            username=phone.username,
            alias=phone.alias,
            application=demo.applications.get(phone.application),
            enabled=phone.enabled,
            **phone.settings,
        )
        endpoint_create(endpoint=endpoint, password=passwords.generate())


def add_credentials(demo: Demo) -> None:
    """The trunks; some with a password that was just changed."""
    for trunk in content.TRUNKS:
        credential = Credential(
            account=demo.accounts[trunk.owner].account,
            username=trunk.username,
            description=trunk.description,
            allowed_networks=list(trunk.networks),
            enabled=trunk.enabled,
        )
        credential_create(credential=credential, password=passwords.generate())
        if trunk.is_rotating:
            credential_update(credential=credential, password=passwords.generate(), overlap_minutes=OVERLAP_MINUTES)


def add_devices(demo: Demo) -> None:
    """Kazoo devices and who owns them."""
    main = demo.main.account
    users = {name: user_create(user=KazooUser(account=main, name=name)).user_id for name in content.DEVICE_USERS}
    for device in content.DEVICES:
        document = {**device.document, **({"owner_id": users[device.user]} if device.user else {})}
        if "username" in document.get("sip", {}):
            document["sip"] = {**document["sip"], "password": passwords.generate()}
        device_create(account=demo.accounts[device.owner].account, data=document)


def add_activity(demo: Demo) -> None:
    """Registrations and authentication attempts."""
    activity.write(demo.main.account)


PARTS: tuple[Callable[[Demo], None], ...] = (
    add_accounts, add_operator, add_applications, add_endpoints, add_credentials, add_devices,
    add_activity,
)  # fmt: skip
