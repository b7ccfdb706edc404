"""``manage.py kamailio_role``: the database role that Kamailio logs in as, with its rights and nothing else."""

from __future__ import annotations

import secrets
from typing import Any

import environ
from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection

from console.management.base import ConsoleCommand
from sip.kamailio.roles import role_set


class Command(ConsoleCommand):
    """Creates or renews the role; the password is ``KAMAILIO_DATABASE_PASSWORD``, else made up and printed once."""

    help = (
        "Create Kamailio's database role (KAMAILIO_DATABASE_ROLE), or set its password, and give it its rights. The "
        "password comes from KAMAILIO_DATABASE_PASSWORD; without it, one is made up and printed once."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Set the role up."""
        if connection.vendor != "postgresql":
            raise CommandError("Kamailio needs PostgreSQL: set DATABASE_URL.")
        given = environ.FileAwareEnv().str("KAMAILIO_DATABASE_PASSWORD", default="")
        password = given or secrets.token_urlsafe(24)
        is_new = role_set(password=password)
        name = settings.KAMAILIO_DATABASE_ROLE
        lines = [f"Role      {name} ({'created' if is_new else 'password set'})"]
        result = {"role": name, "created": is_new}
        if not given:
            lines.append(f"Password  {password}   (shown once)")
            result["password"] = password
        self.answer(result, options, lines)
