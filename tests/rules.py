"""The table of rules: one way to break each, and the words that every door has for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from accounts.models import Account
from devices.services import device_create
from tests.doors import Values, World
from tests.tenants import make_credential, make_endpoint

ENDPOINT: Values = {"username": "alice", "alias": "Front-Desk", "password": "SecurePass123"}
CREDENTIAL: Values = {"username": "office_phone_01", "password": "SecurePass123"}
APPLICATION: Values = {"app_name": "main-ivr", "answer_url": "https://apps.example.test/answer"}
SUB_ACCOUNT: Values = {"name": "Branch"}
MAIN_ACCOUNT: Values = {"name": "Newcomer"}
DEVICE: Values = {"name": "Desk"}
GOOD = {
    "endpoint": ENDPOINT,
    "credential": CREDENTIAL,
    "application": APPLICATION,
    "account": SUB_ACCOUNT,
    "device": DEVICE,
}

HOLDER_DOORS = ("model", "service", "page", "admin", "vobiz", "csv")
NOT_CSV = ("model", "service", "page", "admin", "vobiz")  # a line that names an existing username changes its holder
UNDER_THE_LOCK = HOLDER_DOORS[1:]  # who counts without the account's lock counts wrong: the services do
DOORS_OF = {
    "endpoint": HOLDER_DOORS,
    "credential": HOLDER_DOORS,
    "application": NOT_CSV,
    "account": HOLDER_DOORS,
    "device": ("service", "page", "admin", "kazoo"),
}
ALPHANUMERIC = "Only alphanumeric characters are allowed"
NAME = "Only letters, numbers, hyphens and underscores are allowed"
TOO_SHORT = "Password must be at least 8 characters"
TOO_LONG = "Password must be at most 128 characters"
CONTROL = "Control characters are not allowed"
TAKEN = "This username already exists"
DOMAIN = "Enter a domain name in lower case, such as sip.example.com"


def nothing(world: World) -> None:
    """No preparation."""


@dataclass(frozen=True)
class Rule:
    """One way to break one rule: what is tried, and what every door says about which field."""

    name: str
    kind: str
    tried: Values
    words: str
    about: str = ""  # the field; by default the one that is tried
    before: Callable[[World], Any] = nothing
    doors: tuple[str, ...] = ()  # by default all of the kind's
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def field_name(self) -> str:
        return self.about or next(iter(self.tried))


def limit(name: str, make: Callable[..., Any], *made: str) -> Callable[[World], None]:
    """Fill an account to its limit."""

    def fill(world: World) -> None:
        Account.objects.filter(pk=world.account.pk).update(**{name: len(made)})
        for username in made:
            make(world.account, username)

    return fill


def endpoint_holds(username: str) -> Callable[[World], Any]:
    return lambda world: make_endpoint(world.account, username)


def credential_holds(username: str) -> Callable[[World], Any]:
    return lambda world: make_credential(world.account, username)


def make_device(account: Account, name: str, **data: Any) -> None:
    """A fresh device."""
    device_create(account=account, data={"name": name, **data})


def device_has(**data: Any) -> Callable[[World], Any]:
    return lambda world: make_device(world.account, "First", **data)


def one_domain(world: World) -> None:
    """Have the account's endpoints and trunks live in one realm, as with a domain of its own."""
    world.account.realms.filter(serves_endpoints=True).delete()
    world.account.realms.update(serves_endpoints=True)


def other_kind_holds(make: Callable[[World], Any]) -> Callable[[World], None]:
    def prepare(world: World) -> None:
        one_domain(world)
        make(world)

    return prepare


ENDPOINTS = [
    Rule("endpoint username", "endpoint", {"username": "sales_desk"}, ALPHANUMERIC),
    Rule("endpoint username, other script", "endpoint", {"username": "алиса"}, ALPHANUMERIC),
    Rule(
        "endpoint username relaxed",
        "endpoint",
        {"username": "sales desk"},
        NAME,
        settings={"ENDPOINT_NAMES": "relaxed"},
    ),
    Rule("endpoint alias", "endpoint", {"alias": "John's Desktop Phone"}, NAME),
    Rule("endpoint password short", "endpoint", {"password": "short12"}, TOO_SHORT),
    Rule("endpoint password long", "endpoint", {"password": "x" * 129}, TOO_LONG),
    Rule("endpoint password control", "endpoint", {"password": "secret\x07word"}, CONTROL),
    Rule(
        "endpoint username taken",
        "endpoint",
        {"username": "bob"},
        TAKEN,
        before=endpoint_holds("bob"),
        doors=NOT_CSV,
    ),
    Rule(
        "endpoint username taken in another case",
        "endpoint",
        {"username": "BOB"},
        TAKEN,
        before=endpoint_holds("Bob"),
        doors=NOT_CSV,
    ),
    Rule(
        "endpoint username held by a credential",
        "endpoint",
        {"username": "trunk"},
        "This username is already held by a credential",
        before=other_kind_holds(credential_holds("trunk")),
    ),
    Rule(
        "endpoint limit",
        "endpoint",
        {"username": "third"},
        "The account's limit of 2 endpoints is reached",
        about="__all__",
        doors=UNDER_THE_LOCK,
        before=limit("endpoint_limit", make_endpoint, "one", "two"),
    ),
]
CREDENTIALS = [
    Rule("credential username", "credential", {"username": "office phone"}, NAME),
    Rule("credential username, other script", "credential", {"username": "büro"}, NAME),
    Rule("credential password short", "credential", {"password": "short12"}, TOO_SHORT),
    Rule("credential password long", "credential", {"password": "x" * 129}, TOO_LONG),
    Rule("credential password control", "credential", {"password": "secret\x07word"}, CONTROL),
    Rule(
        "credential username taken",
        "credential",
        {"username": "hq"},
        TAKEN,
        before=credential_holds("hq"),
        doors=NOT_CSV,
    ),
    Rule(
        "credential username taken in another case",
        "credential",
        {"username": "HQ"},
        TAKEN,
        before=credential_holds("hQ"),
        doors=NOT_CSV,
    ),
    Rule(
        "credential username held by an endpoint",
        "credential",
        {"username": "alice"},
        "This username is already held by an endpoint",
        before=other_kind_holds(endpoint_holds("alice")),
    ),
    Rule(
        "credential networks",
        "credential",
        {"allowed_networks": ["10.0.0.0/99"]},
        "10.0.0.0/99 is not a network such as 203.0.113.0/24",
    ),
    Rule(
        "credential limit",
        "credential",
        {"username": "third"},
        "The account's limit of 2 credentials is reached",
        about="__all__",
        doors=UNDER_THE_LOCK,
        before=limit("credential_limit", make_credential, "one", "two"),
    ),
]
APPLICATIONS = [
    Rule("application name", "application", {"app_name": "Main IVR!"}, NAME),
    Rule("application address", "application", {"answer_url": "ftp://apps.example.test/"}, "Enter a valid URL."),
]
ACCOUNTS = [
    Rule(
        "customer use needs an e-mail address",
        "account",
        {"kyc_mode": "customer_use"},
        "An e-mail address is required for customer use",
        about="email",
    ),
    Rule("rate limit", "account", {"rate_limit": 0}, "Ensure this value is greater than or equal to 1."),
    Rule("realm", "account", {"realm": "not a domain"}, DOMAIN, doors=("service", "admin", "command")),
    Rule(
        "realm taken",
        "account",
        {"realm": "SIP.vobiz.ai"},
        "Realm with this Realm already exists.",
        doors=("service", "admin", "command"),
    ),
]
DEVICES = [
    Rule(
        "device password short",
        "device",
        {"sip": {"username": "desk1", "password": "abcd"}},
        "sip.password: String must be at least 5 characters",
        about="document",
    ),
    Rule(
        "device password long",
        "device",
        {"sip": {"username": "desk1", "password": "x" * 33}},
        "sip.password: String must not be more than 32 characters",
        about="document",
    ),
    Rule(
        "device username taken",
        "device",
        {"sip": {"username": "DESK1", "password": "secret123"}},
        "sip.username: SIP credentials already in use",
        about="document",
        before=device_has(sip={"username": "desk1", "password": "secret123"}),
    ),
    Rule(
        "device username held by a credential",
        "device",
        {"sip": {"username": "trunk", "password": "secret123"}},
        "sip.username: SIP credentials already in use",
        about="document",
        before=credential_holds("trunk"),
    ),
    Rule(
        "device MAC taken",
        "device",
        {"mac_address": "00-04-F2-AB-7E-FD"},
        "mac_address: MAC address already in use",
        about="document",
        before=device_has(mac_address="0004f2ab7efd"),
    ),
    Rule(
        "device username characters",
        "device",
        {"sip": {"username": "desk 1", "password": "secret123"}},
        "sip.username: String does not have the form required here: SIP username, unique in its realm. "
        "No `:`, `@`, comma, double quote, blank or control character",
        about="document",
    ),
    Rule("device name", "device", {"name": "x" * 129}, "name: String must not be more than 128 characters", "document"),
    Rule("device value", "device", {"enabled": "perhaps"}, "enabled: Value must be of type boolean", "document"),
    Rule(
        "device address",
        "device",
        {"sip": {"method": "ip", "ip": "pbx.example.com"}},
        "sip.ip: Must be an IPv4 address such as 192.0.2.10",
        about="document",
    ),
    Rule(
        "device address taken",
        "device",
        {"sip": {"method": "ip", "ip": "192.0.2.10"}},
        "sip.ip: SIP IP already in use",
        about="document",
        before=device_has(sip={"method": "ip", "ip": "192.0.2.10"}),
    ),
    Rule(
        "device realm",
        "device",
        {"sip": {"realm": "other.example.com"}},
        "sip.realm: Not a realm of this account",
        about="document",
    ),
    Rule(
        "device limit",
        "device",
        {"name": "Third"},
        "account: The account's limit of 2 devices is reached",
        about="document",
        before=limit("device_limit", make_device, "One", "Two"),
    ),
]
RULES = [*ENDPOINTS, *CREDENTIALS, *APPLICATIONS, *ACCOUNTS, *DEVICES]
