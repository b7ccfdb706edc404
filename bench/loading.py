"""Data at scale, set-wise: one row of each kind is made by the services, then the database copies it.

Copies differ in what must differ (names, ids, owners) and are as the services would have made them in all else, so the
triggers of the counters see them too. The digest hashes of copies fit no password: nobody can sign in as one.
"""

from __future__ import annotations

from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.utils import timezone

from accounts.models import Account
from accounts.services import account_create
from bench.scale import MARKED, Scale
from credentials.models import Credential
from credentials.services import credential_create
from devices.services import device_create
from endpoints.models import Application, Endpoint
from endpoints.services import application_create, endpoint_create
from sip.models import AuthAttempt, Registration, Secret, Subscriber

PASSWORD = "a-long-enough-password"
LARGE, PHONE = "Large", "benchphone"
RATE_LIMIT = 1_000_000
REGISTERED_EVERY = 10  # endpoint
FAR_AHEAD = "2099-01-01 00:00:00+00:00"


def fill(scale: Scale) -> Account:
    """Fill an empty database. Returns the large account."""
    with transaction.atomic():
        large = account_create(account=Account(name=LARGE, rate_limit=RATE_LIMIT)).account
        others = [account_create(account=Account(name=f"Small {n}")).account.pk for n in range(scale.accounts - 1)]
        Owners(large.pk, min(others, default=large.pk), len(others), scale).fill(large)
    return large


def settle() -> None:
    """Let the database look at what it holds now, as a running one does by itself."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


class Owners:
    """Deals rows to accounts: SQL expressions in which ``n`` is the number of a copy, from 1."""

    def __init__(self, large_id: int, first_other_id: int, others: int, scale: Scale) -> None:
        self.large_id, self.first_other_id, self.others, self.scale = large_id, first_other_id, others, scale

    def account(self, rows: int, n: str = "n") -> str:
        """The account of copy ``n`` of ``rows``; the others' ids follow each other."""
        if not self.others:
            return str(self.large_id)
        mine = self.scale.held_by_the_large(rows)
        return f"CASE WHEN {n} <= {mine} THEN {self.large_id} ELSE {self.first_other_id} + {n} % {self.others} END"

    def realm(self, rows: int, purpose: str) -> str:
        """The realm of copy ``n`` for that purpose."""
        return f"(SELECT r.id FROM sip_realm r WHERE r.account_id = {self.account(rows)} AND r.{purpose})"

    def fill(self, large: Account) -> None:
        """Make everything but the accounts."""
        sub_account = account_create(account=Account(name="Branch", parent=large)).account
        application = application_create(
            application=Application(account=large, app_name="reception", answer_url="https://apps.example.test/")
        )
        self.endpoints(large, sub_account, application)
        self.credentials(large)
        self.devices(large)
        self.attempts(large)

    def endpoints(self, large: Account, sub_account: Account, application: Application) -> None:
        """Endpoints; the first ``MARKED`` are those that filters find. Every tenth is registered."""
        rows = self.scale.endpoints
        new = Endpoint(account=large, username=PHONE, alias="Bench-phone")
        template = endpoint_create(endpoint=new, password=PASSWORD)
        is_marked = f"n <= {min(MARKED, rows // 2)}"
        username = f"CASE WHEN {is_marked} THEN 'reception' ELSE 'user' END || n"
        last_id = self.subscribers(template.subscriber, rows, username, "serves_endpoints")
        multiply(
            template,
            rows,
            account_id=self.account(rows),
            sub_account_id=f"CASE WHEN {is_marked} THEN {sub_account.pk} END",
            application_id=f"CASE WHEN {is_marked} THEN {application.pk} END",
            subscriber_id=f"{last_id} + n",
            endpoint_id="600000000000000 + n",
            username=username,
            alias=f"CASE WHEN {is_marked} THEN 'Reception-' ELSE 'Desk-' END || n",
        )
        self.registrations(template.subscriber, rows, last_id)

    def subscribers(self, template: Subscriber, rows: int, username: str, purpose: str) -> int:
        """Subscribers with hashes of no password; the id of copy ``n`` is what is returned, and ``n``."""
        last_id: int = Subscriber.objects.aggregate(last=models.Max("pk"))["last"]
        subscriber_id = f"{last_id} + n"
        multiply(
            template,
            rows,
            id=subscriber_id,
            realm_id=self.realm(rows, purpose),
            account_id=self.account(rows),
            username=username,
            username_key=f"lower({username})",
        )
        secret = Secret.objects.get(subscriber=template)
        unknown = dict.fromkeys(("md5", "md5_lower"), "md5('password' || n)")
        multiply(secret, rows, subscriber_id=subscriber_id, **unknown)
        return last_id

    def registrations(self, template: Subscriber, rows: int, last_id: int) -> None:
        """Living contacts of every tenth endpoint."""
        registration = Registration.objects.create(
            subscriber=template,
            account_id=self.large_id,
            main_account_id=self.large_id,
            aor=template.aor,
            contact_key="0",
            contact="sip:phone@203.0.113.7:5060",
            user_agent="Desk phone 1.0",
            source="203.0.113.7",
            since=timezone.now(),
            expires_at=FAR_AHEAD,
        )
        nth = f"n * {REGISTERED_EVERY}"
        multiply(
            registration,
            rows // REGISTERED_EVERY,
            subscriber_id=f"{last_id} + {nth}",
            account_id=self.account(rows, nth),
            main_account_id=self.account(rows, nth),
            contact="'sip:phone' || n || '@203.0.113.7:5060'",
        )

    def credentials(self, large: Account) -> None:
        """Trunk credentials."""
        rows = self.scale.beside
        new = Credential(account=large, username="benchtrunk", description="Trunk")
        template = credential_create(credential=new, password=PASSWORD)
        last_id = self.subscribers(template.subscriber, rows, "'trunk' || n", "serves_trunks")
        number = "md5('credential' || n)"
        multiply(
            template,
            rows,
            account_id=self.account(rows),
            subscriber_id=f"{last_id} + n",
            credential_id=f"{number}::uuid" if connection.vendor == "postgresql" else number,
            username="'trunk' || n",
            description="'Trunk of branch ' || n",
        )

    def devices(self, large: Account) -> None:
        """Kazoo devices, known by no username."""
        rows = self.scale.beside
        template = device_create(account=large, data={"name": "Benchdevice", "device_type": "sip_device"}).device
        text, as_json = ("t.document::text", "::jsonb") if connection.vendor == "postgresql" else ("t.document", "")
        multiply(
            template,
            rows,
            account_id=self.account(rows),
            device_id="md5('device' || n)",
            document=f"replace({text}, 'Benchdevice', 'Desk ' || n){as_json}",
            name="'Desk ' || n",
        )

    def attempts(self, large: Account) -> None:
        """The authentication log: one in ten was refused."""
        rows = self.scale.beside
        template = AuthAttempt.objects.create(
            account_id=large.pk,
            main_account_id=large.pk,
            username=PHONE,
            method="REGISTER",
            outcome="ok",
            reason="admitted",
            source="203.0.113.7",
            user_agent="Desk phone 1.0",
        )
        multiply(
            template,
            rows,
            account_id=self.account(rows),
            main_account_id=self.account(rows),
            username="'user' || n",
            outcome="CASE WHEN n % 10 = 0 THEN 'fail' ELSE 'ok' END",
            reason="CASE WHEN n % 10 = 0 THEN 'wrong_password' ELSE 'admitted' END",
        )


def multiply(template: models.Model, rows: int, **columns: str) -> None:
    """Copy a row ``rows`` times; ``columns`` are SQL, in which ``n`` is the number of the copy and ``t`` the row.

    Only constants of this module and ids go into the statement.
    """
    model: Any = type(template)
    table, names = model._meta.db_table, [field.column for field in model._meta.concrete_fields]
    values = [columns.get(name, f"t.{name}") for name in names if name != "id" or "id" in columns]
    named = ", ".join(f'"{name}"' for name in names if name != "id" or "id" in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({named}) "
            f"WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {rows}) "
            f"SELECT {', '.join(values)} FROM number CROSS JOIN {table} t WHERE t.id = {template.pk} AND n <= {rows}"
        )
        for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(statement)
