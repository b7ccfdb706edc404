"""``manage.py create_operator``: somebody who signs in to an account's pages."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction

from accounts.management.commands.create_account import account_named
from accounts.models import User
from accounts.operators import operator_create
from accounts.permissions import Role
from accounts.services import member_set
from console.management.base import ConsoleCommand


class Command(ConsoleCommand):
    """Creates an operator, or gives an existing one another role or account."""

    help = "Create an operator and make them a member of an account. A generated password is printed once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, where and as what."""
        super().add_arguments(parser)
        parser.add_argument("--email", required=True)
        parser.add_argument("--account", required=True, metavar="MA_X")
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--password", help="generated when left out")
        parser.add_argument(
            "--staff", action="store_true", help="also a member of the platform's staff, with the Django admin"
        )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Create or extend the operator."""
        account = account_named(options["account"])
        user = User.objects.filter(email=options["email"].lower()).first()
        password = None
        if user is None:
            password = options["password"] or secrets.token_urlsafe(12)
            user = User(email=options["email"].lower(), is_staff=options["staff"], is_superuser=options["staff"])
            operator_create(user=user, password=password)
        member_set(account=account, user=user, role=options["role"])
        result = {"email": user.email, "account": account.auth_id, "role": options["role"], "password": password}
        known = password or "(unchanged: this operator existed)"
        self.answer(
            result,
            options,
            [f"Operator  {user.email}", f"Password  {known}", f"Role      {options['role']} of {account}"],
        )
