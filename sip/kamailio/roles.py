"""The database role that Kamailio logs in as."""

from __future__ import annotations

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from psycopg import sql

from sip.kamailio import schema

# Kamailio plans each of its look-ups anew, and all of them lead through indexes: by the order in which the views are
# written, and by no other kind of join, whatever the statistics say just after an import. A quarter less time for each.
PLANNING = {
    "join_collapse_limit": 1,
    "from_collapse_limit": 1,
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_bitmapscan": "off",
    "enable_material": "off",
    "enable_memoize": "off",
}
PASSWORD = re.compile(r"[A-Za-z0-9_.~-]{12,128}")  # what Kamailio's database URL takes as it is


@transaction.atomic
def role_set(*, password: str) -> bool:
    """Create the role of ``KAMAILIO_DATABASE_ROLE``, or set its password, and give it its rights. Says if it is new.

    Needs a console role that may create roles. The server and its log get to see a SCRAM verifier, never the password.
    Raises ``ValidationError`` for a password that Kamailio could not be configured with.
    """
    if not PASSWORD.fullmatch(password):
        raise ValidationError({"password": "12 to 128 characters of A-Z a-z 0-9 _ . ~ -"})
    name = settings.KAMAILIO_DATABASE_ROLE
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
        is_new = cursor.fetchone() is None
        verb = sql.SQL("CREATE ROLE" if is_new else "ALTER ROLE")
        statement = sql.SQL("{} {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT PASSWORD {}")
        cursor.execute(statement.format(verb, sql.Identifier(name), sql.Literal(_verifier(name, password))))
        database = sql.Identifier(connection.settings_dict["NAME"])
        for setting, value in PLANNING.items():
            planning = sql.SQL("ALTER ROLE {} IN DATABASE {} SET {} = {}")
            cursor.execute(planning.format(sql.Identifier(name), database, sql.Identifier(setting), sql.Literal(value)))
    schema.install()
    schema.grant()
    return is_new


def _verifier(name: str, password: str) -> str:
    driver = connection.connection.pgconn
    verifier: bytes = driver.encrypt_password(password.encode(), name.encode(), b"scram-sha-256")
    return verifier.decode()
