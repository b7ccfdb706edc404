"""Rows as Kamailio writes them."""

from __future__ import annotations

import time
from typing import Any

from django.db import connection

from sip.kamailio.location import aor_user


def run(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return list(cursor.fetchall()) if cursor.description else []


def registered(username: str, domain: str = "sip.vobiz.ai", *, seconds: int = 300, age: int = 0) -> str:
    """Register a contact for so many seconds from now; ``age`` is how long ago. Returns the contact."""
    now = int(time.time())
    row = {
        "ruid": f"test-{run('SELECT count(*) FROM sip.location')[0][0]}-{now}",
        "username": aor_user(username),
        "domain": domain,
        "contact": f"sip:{username}@192.0.2.7:{5060 + age}",
        "received": f"sip:192.0.2.7:{5060 + age};transport=tcp",
        "expires": now + seconds,
        "last_modified": now - age,
        "user_agent": "Desk phone",
    }
    names = ", ".join(row)
    run(f"INSERT INTO sip.location ({names}) VALUES ({', '.join(['%s'] * len(row))})", *row.values())
    return str(row["contact"])


def failed(reason: str, username: bytes, domain: bytes = b"sip.vobiz.ai", *, user_agent: bytes = b"phone") -> None:
    run(
        "INSERT INTO sip.failed_attempt (reason, method, source, username, domain, user_agent, server_id) "
        "VALUES (%s, 'REGISTER', '192.0.2.1', %s, %s, %s, 1)",
        reason, username, domain, user_agent,
    )  # fmt: skip
