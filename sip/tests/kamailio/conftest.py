"""The stage: PostgreSQL, a console's database with three accounts in it, and Kamailio, all real and all loopback."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from sip.kamailio.configuration import Options
from sip.tests.kamailio import world as console
from sip.tests.kamailio.phone import Phone
from sip.tests.kamailio.servers import Kamailio
from sip.tests.kamailio.world import World
from tests import processes
from tests.postgres import PostgresServer

DATABASE, ROLE, ROLE_PASSWORD, RPC_SECRET = "console", "kamailio", "kamailio-test-password", "rpc-secret-of-the-tests"
PASSWORD = "correct-horse-1"
# One process of a parallel run sets the stage for all of them.
REAL = [pytest.mark.real, pytest.mark.xdist_group("kamailio")]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """These tests bring their own PostgreSQL: of the suite's two runs, the one on PostgreSQL is enough."""
    is_asked_for = any("kamailio" in argument for argument in config.args)
    return True if settings.IS_SQLITE and not is_asked_for else None


@dataclass(frozen=True)
class Account:
    """What the tests know of an account."""

    id: int
    auth_id: str
    token: str
    kazoo_id: str
    realm: str


@dataclass(frozen=True)
class Stage:
    """Everything a test plays with."""

    world: World
    kamailio: Kamailio
    options: Options
    acme: Account
    rival: Account
    names: Iterator[str]

    def new_name(self) -> str:
        """A username that no test had before."""
        return next(self.names)

    def endpoint(self, *, account: Account | None = None, password: str = PASSWORD, **fields: Any) -> tuple[str, int]:
        """A new endpoint; returns its username and its subscriber's id."""
        name = fields.pop("username", None) or self.new_name()
        return name, self.world.run(console.endpoint, (account or self.acme).id, name, password, **fields)

    def phone(self, user: str, *, account: Account | None = None, **fields: Any) -> Phone:
        """A phone of an account's realm, with the right password unless told otherwise."""
        defaults = {"domain": (account or self.acme).realm, "password": PASSWORD, "server": self.kamailio.address}
        return Phone(user=user, **(defaults | fields))

    def locations(self, user: str, account: Account | None = None) -> list[str]:
        """The contacts that the table holds for a user."""
        rows = self.world.run(
            console.sql,
            "SELECT contact FROM sip.location WHERE username = %s AND domain = %s ORDER BY id",
            user.lower(),
            (account or self.acme).realm.lower(),
        )
        return [row[0] for row in rows]


@pytest.fixture(scope="session")
def kamailio_ports() -> list[int]:
    """SIP and RPC ports of the main instance and of the SHA-256 one: known before either starts."""
    return processes.free_ports(4)


@pytest.fixture(scope="session")
def options(postgres_server: PostgresServer, kamailio_ports: list[int]) -> Options:
    """The main instance's: short registrations, and room for many failures where a test does not ask for few."""
    return Options(
        database_url=postgres_server.url(DATABASE, user=ROLE, password=ROLE_PASSWORD),
        rpc_secret=RPC_SECRET,
        sip_port=kamailio_ports[0],
        rpc_port=kamailio_ports[1],
        workers=2,
        guesses_per_user=1000,
        guessed_users_per_source=1000,
        expires_minimum_seconds=1,
        flood_requests=0,
    )


@pytest.fixture(scope="session")
def console_environment(postgres_server: PostgresServer, kamailio_ports: list[int]) -> dict[str, str]:
    """What makes a process a console of this stage."""
    urls = ",".join(f"http://127.0.0.1:{port}" for port in (kamailio_ports[1], kamailio_ports[3]))
    return {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": postgres_server.url(DATABASE),
        "REGISTRAR": "kamailio",
        "KAMAILIO_RPC_URL": urls,
        "KAMAILIO_RPC_SECRET": RPC_SECRET,
        "KAMAILIO_DATABASE_ROLE": ROLE,
        "KAMAILIO_DATABASE_PASSWORD": ROLE_PASSWORD,
    }


@pytest.fixture(scope="session")
def world(postgres_server: PostgresServer, console_environment: dict[str, str]) -> Iterator[World]:
    """The console's process, with its tables and Kamailio's role in place."""
    postgres_server.create_database(DATABASE)
    with World(console_environment) as process:
        process.run(console.manage, "migrate", verbosity=0)
        process.run(console.manage, "kamailio_role")
        yield process


@pytest.fixture(scope="session")
def kamailio(world: World, options: Options, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kamailio]:
    """The main instance: MD5, UDP and TCP."""
    with Kamailio(tmp_path_factory.mktemp("kamailio"), options, fixed_ports=True) as instance:
        yield instance


@pytest.fixture(scope="session")
def sha256(
    world: World, options: Options, kamailio_ports: list[int], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Kamailio]:
    """The second instance, for phones that do SHA-256."""
    second = replace(options, digest="SHA-256", server_id=2, sip_port=kamailio_ports[2], rpc_port=kamailio_ports[3])
    with Kamailio(tmp_path_factory.mktemp("sha256"), second, fixed_ports=True) as instance:
        yield instance


@pytest.fixture
def start_kamailio(options: Options, tmp_path: Path, world: World) -> Iterator[Callable[..., Kamailio]]:
    """Starts an instance of a test's own, with other options; ended with the test."""
    with ExitStack() as stack:
        numbers = itertools.count()

        def start(**changes: Any) -> Kamailio:
            directory = tmp_path / f"kamailio-{next(numbers)}"
            return stack.enter_context(Kamailio(directory, replace(options, **changes)))

        yield start


@pytest.fixture(scope="session")
def accounts(world: World) -> tuple[Account, Account]:
    """Two customers, each with a domain of its own."""
    made = [Account(**world.run(console.account, name, realm=f"{name}.example")) for name in ("acme", "rival")]
    return made[0], made[1]


@pytest.fixture(scope="session")
def stage(world: World, kamailio: Kamailio, options: Options, accounts: tuple[Account, Account]) -> Stage:
    """Everything, for most tests."""
    names = (f"user{number}" for number in itertools.count(100))
    return Stage(world, kamailio, options, *accounts, names)
