"""``manage.py rotate_token``: replaces an account's API token."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction

from accounts.management.commands.create_account import account_named
from accounts.models import ApiToken
from accounts.services import main_token, token_create, token_rotate
from console.management.base import ConsoleCommand


class Command(ConsoleCommand):
    """Gives an account a new token; the old one ends now or after the overlap."""

    help = "Rotate an account's API token. The new one is printed once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which account, and how long both tokens work."""
        super().add_arguments(parser)
        parser.add_argument("account", metavar="MA_X")
        parser.add_argument("--overlap-minutes", type=int, default=0)

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate, or create the first token of an account that has none."""
        account = account_named(options["account"])
        token = main_token(account)
        if token is None:
            _fresh, plain = token_create(token=ApiToken(account=account, name="default"))
        else:
            _fresh, plain = token_rotate(token=token, overlap_minutes=max(0, options["overlap_minutes"]))
        result = {"auth_id": account.auth_id, "auth_token": plain, "overlap_minutes": options["overlap_minutes"]}
        self.answer(result, options, [f"New token of {account}: {plain}   (shown once)"])
