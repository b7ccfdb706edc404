"""A console of its own on a PostgreSQL of its own, in a process beside the tests: whatever database these run on.

``World.run(function, ...)`` calls one of the functions below in there and returns what it returns.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any, ParamSpec, Self, TypeVar

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class World:
    """The process; leave it by ``with``."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._process = ProcessPoolExecutor(
            max_workers=1,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=begin,
            initargs=(dict(environment),),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.shutdown()

    def run(
        self, function: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Result:
        """Call ``function`` in the console's process; arguments and result travel pickled."""
        return self._process.submit(partial(as_a_request, function), *args, **kwargs).result(timeout=180)


def begin(environment: Mapping[str, str]) -> None:
    os.environ.update(environment)
    import django

    django.setup()


def as_a_request(function: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
    """As Django does around a request: a connection that broke is replaced."""
    from django.db import close_old_connections

    try:
        return function(*args, **kwargs)
    finally:
        close_old_connections()


def manage(*words: str, **options: Any) -> str:
    """Run a management command; returns what it printed."""
    from io import StringIO

    from django.core.management import call_command

    out = StringIO()
    call_command(*words, stdout=out, **options)
    return out.getvalue()


def account(name: str, *, realm: str | None = None, parent: int | None = None) -> dict[str, Any]:
    from accounts.models import Account
    from accounts.services import account_create

    above = Account.objects.get(pk=parent) if parent else None
    created = account_create(account=Account(name=name, parent=above), realm=realm)
    made = created.account
    return {"id": made.pk, "auth_id": made.auth_id, "token": created.plain_token, "kazoo_id": made.kazoo_id} | {
        "realm": created.provisioned["realm"]
    }


def operator(auth_id: str, email: str, password: str) -> None:
    """An owner whose password a console with production's settings understands."""
    from django.test import override_settings

    words = ["--account", auth_id, "--email", email, "--password", password, "--role", "owner"]
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"]):
        manage("create_operator", *words)


def endpoint(account_id: int, username: str, password: str, **fields: Any) -> int:
    """Returns the subscriber's id."""
    from accounts.models import Account
    from endpoints.models import Endpoint
    from endpoints.services import endpoint_create

    new = Endpoint(account=Account.objects.get(pk=account_id), username=username, alias=username, **fields)
    return endpoint_create(endpoint=new, password=password).subscriber_id


def credential(account_id: int, username: str, password: str, **fields: Any) -> int:
    """Returns the subscriber's id."""
    from accounts.models import Account
    from credentials.models import Credential
    from credentials.services import credential_create

    new = Credential(account=Account.objects.get(pk=account_id), username=username, **fields)
    return credential_create(credential=new, password=password).subscriber_id


def endpoint_change(subscriber_id: int, **changes: Any) -> None:
    from endpoints.models import Endpoint
    from endpoints.services import endpoint_update

    endpoint_update(endpoint=Endpoint.objects.get(subscriber=subscriber_id), **changes)


def endpoint_remove(subscriber_id: int) -> None:
    from endpoints.models import Endpoint
    from endpoints.services import endpoint_delete

    endpoint_delete(endpoint=Endpoint.objects.get(subscriber=subscriber_id))


def account_change(account_id: int, **changes: Any) -> None:
    from accounts.models import Account
    from accounts.services import account_update

    account_update(account=Account.objects.get(pk=account_id), **changes)


def state(subscriber_id: int) -> dict[str, Any]:
    """What ``with_state`` says of a subscriber."""
    from sip import registrar
    from sip.models import Subscriber

    rows = registrar.current().with_state(Subscriber.objects.filter(pk=subscriber_id), subscriber="pk")
    row: dict[str, Any] = rows.values(*STATE).get()
    return {**row, "is_registered": row["registered_until"] is not None}


STATE = (
    "registered_contact", "registered_user_agent", "registered_received", "registered_since", "registered_until",
)  # fmt: skip


def contacts(subscriber_id: int) -> list[Any]:
    from sip import registrar

    return registrar.current().contacts([subscriber_id]).get(subscriber_id, [])


def notify(subscriber_id: int, **what: Any) -> list[tuple[str, int | None]]:
    """The outcome and status of each delivery."""
    from sip import registrar
    from sip.models import Subscriber

    subscriber = Subscriber.objects.select_related("realm").get(pk=subscriber_id)
    return [(str(each.outcome), each.status) for each in registrar.current().notify(subscriber, **what)]


def sync(subscriber_id: int, *, reboot: bool | None = None) -> list[tuple[str, int | None]]:
    from sip import registrar
    from sip.models import Subscriber

    subscriber = Subscriber.objects.select_related("realm").get(pk=subscriber_id)
    return [(str(each.outcome), each.status) for each in registrar.current().sync(subscriber, reboot=reboot)]


def remove(subscriber_id: int, contact_uri: str | None = None) -> None:
    from sip import registrar
    from sip.models import Subscriber

    registrar.current().remove(Subscriber.objects.select_related("realm").get(pk=subscriber_id), contact_uri)


def sync_at(rpc_url: str, subscriber_id: int) -> list[tuple[str, int | None]]:
    """``sync`` with Kamailio at another address."""
    from django.test import override_settings

    with override_settings(KAMAILIO_RPC_URL=rpc_url):
        return sync(subscriber_id)


def health_at(rpc_url: str) -> str:
    from django.test import override_settings

    from sip import registrar

    with override_settings(KAMAILIO_RPC_URL=rpc_url):
        return registrar.current().health()


def attempts(username: str) -> list[dict[str, Any]]:
    """Bring failures in; return what the log says of this user, oldest first."""
    from sip import registrar
    from sip.models import AuthAttempt

    registrar.current().collect()
    return list(AuthAttempt.objects.filter(username=username).order_by("id").values())


def blocks(rpc_url: str) -> list[Any]:
    """Who is shut out at this Kamailio."""
    from django.test import override_settings

    from sip.kamailio import blocks as kamailio_blocks

    with override_settings(KAMAILIO_RPC_URL=rpc_url):
        return kamailio_blocks.list_blocks()


def unblock(rpc_url: str, key: str) -> bool:
    from django.test import override_settings

    from sip.kamailio import blocks as kamailio_blocks

    with override_settings(KAMAILIO_RPC_URL=rpc_url):
        return kamailio_blocks.unblock(key)


def sql(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """Run a statement as the console's role."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return list(cursor.fetchall()) if cursor.description else []


def with_broken_hash(subscriber_id: int, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """What a query finds while a hash has another length than any CHECK would allow; nothing of it stays."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE sip_secret DROP CONSTRAINT secret_md5_lower_hex")
        cursor.execute("UPDATE sip_secret SET md5_lower = 'abc' WHERE subscriber_id = %s", [subscriber_id])
        cursor.execute(query, parameters)
        rows = list(cursor.fetchall())
        transaction.set_rollback(True)
    return rows


def without_views(statement: str) -> None:
    """Do to the tables what a migration would, with the views out of the way, as it leaves them when it fails."""
    from django.db import connection

    from sip.kamailio import schema

    schema.drop_views()
    with connection.cursor() as cursor:
        cursor.execute(statement)


def plans_at_scale(rows: int, queries: dict[str, str]) -> dict[str, str]:
    """The plans of Kamailio's own queries, by its own role, among this many subscribers; nothing of them stays."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        for statement in POPULATE:
            cursor.execute(statement, {"rows": rows})
        cursor.execute("SET LOCAL ROLE kamailio")
        plans = {}
        for name, query in queries.items():
            cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {query}")
            plans[name] = "\n".join(line for (line,) in cursor.fetchall())
        transaction.set_rollback(True)
    return plans


HEXADECIMAL = "repeat(md5(s.id::text), 2)"
POPULATE = (
    "SET LOCAL session_replication_role = replica",  # counters and foreign keys are not what is looked at
    """
    INSERT INTO sip_subscriber (created_at, updated_at, realm_id, username, username_key, account_id, kind, enabled,
        allow_voice, allow_message, allow_video, allow_same_domain, allow_other_domains, allow_phones, allow_apps,
        allowed_networks)
    SELECT now(), now(), r.id, 'load' || n, 'load' || n, r.account_id, 'endpoint', true,
        true, true, true, true, true, true, true, '[]'
      FROM generate_series(1, %(rows)s) n JOIN sip_realm r ON r.name = 'acme.example'
    """,
    f"""
    INSERT INTO sip_secret
           (subscriber_id, created_at, md5, md5_lower, sha256, sha256_lower, sha512_256, sha512_256_lower)
    SELECT s.id, now(), md5(s.id::text), md5(s.id::text), {HEXADECIMAL}, {HEXADECIMAL}, {HEXADECIMAL}, {HEXADECIMAL}
      FROM sip_subscriber s WHERE s.username LIKE 'load%%'
    """,
    """
    INSERT INTO sip.location (ruid, username, domain, contact, expires)
    SELECT 'load' || n, 'load' || n, 'acme.example', 'sip:load@192.0.2.1', 9999999999
      FROM generate_series(1, %(rows)s) n
    """,
    "ANALYZE sip_subscriber, sip_secret, sip.location",
)


def role_set(name: str, password: str, rights: list[str]) -> tuple[bool, list[bool]]:
    """Set a role up beside the stage's own. Returns whether it is new, and whether it has each (``table RIGHT``)."""
    from django.test import override_settings

    from sip.kamailio import roles

    query = "SELECT has_table_privilege(%s, split_part(%s, ' ', 1), split_part(%s, ' ', 2))"
    with override_settings(KAMAILIO_DATABASE_ROLE=name):
        is_new = roles.role_set(password=password)
    return is_new, [sql(query, name, right, right)[0][0] for right in rights]


def said_by_role_set(name: str, password: str) -> str:
    """Every statement of it."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        role_set(name, password, [])
    return "\n".join(query["sql"] for query in captured.captured_queries)


def role_command(name: str, password: str) -> str:
    """What the command prints with this password in the environment."""
    from unittest.mock import patch

    from django.test import override_settings

    with override_settings(KAMAILIO_DATABASE_ROLE=name), patch.dict(os.environ, KAMAILIO_DATABASE_PASSWORD=password):
        return manage("kamailio_role")


def install_without_rights(registrar: str) -> str:
    """What a console says whose role may not create schemas; nothing of it stays."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import connection, transaction
    from django.test import override_settings

    from sip.kamailio import schema

    with transaction.atomic(), connection.cursor() as cursor, override_settings(REGISTRAR=registrar):
        cursor.execute("DROP SCHEMA sip CASCADE")
        cursor.execute("CREATE ROLE console_without_rights")
        cursor.execute("SET LOCAL ROLE console_without_rights")
        try:
            schema.install()
        except ImproperlyConfigured as error:
            return str(error)
        finally:
            transaction.set_rollback(True)
    return ""
