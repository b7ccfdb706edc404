"""``manage.py create_account``: a main or sub-account with its realm, first token and webhook credentials."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from accounts.models import Account
from accounts.services import CreatedAccount, account_create
from console.management.base import ConsoleCommand


class Command(ConsoleCommand):
    """Creates an account and prints, once, what its owner needs."""

    help = "Create an account. Its token and webhook password are printed once."

    def add_arguments(self, parser: CommandParser) -> None:
        """The account's name, and what may be chosen about it."""
        super().add_arguments(parser)
        parser.add_argument("--name", required=True)
        parser.add_argument("--email")
        parser.add_argument("--parent", metavar="MA_X", help="make it a sub-account of this main account")
        parser.add_argument("--realm", help="its own SIP domain, instead of one under SIP_DOMAIN")
        parser.add_argument("--webhook-secret", help="the webhook secret that jambonz made for this account")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the account."""
        parent = account_named(options["parent"]) if options["parent"] else None
        account = Account(name=options["name"], email=options["email"], parent=parent)
        created = account_create(account=account, realm=options["realm"], webhook_secret=options["webhook_secret"])
        result = summary(created)
        webhook = result["webhook"]
        self.answer(
            result,
            options,
            [
                f"Account         {account.name}",
                f"Auth ID         {result['auth_id']}",
                f"Auth token      {result['auth_token']}   (shown once)",
                f"Kazoo account   {result['kazoo_account_id']}",
                f"Realm           {result['realm']}",
                f"Webhook login   {webhook['username']} / {webhook['password']}   (shown once)",
            ],
        )


def summary(created: CreatedAccount) -> dict[str, Any]:
    """What a program gets to know about a new account."""
    account = created.account
    return {
        "id": account.number,
        "auth_id": account.auth_id,
        "auth_token": created.plain_token,
        "kazoo_account_id": account.kazoo_id,
        **created.provisioned,
    }


def account_named(auth_id: str) -> Account:
    """The account with this ``auth_id``. Raises ``CommandError``."""
    account: Account | None = Account.objects.select_related("parent").filter(auth_id=auth_id).first()
    if account is None:
        raise CommandError(f"There is no account {auth_id}.")
    return account
