"""``manage.py seed_demo``: an installation that can be looked at and called at once."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from accounts.management.commands.create_account import summary
from accounts.models import Account
from console.management.base import ConsoleCommand
from demo.seeding import Demo, build
from sip import passwords


class Command(ConsoleCommand):
    """Fills an empty installation with a demo."""

    help = (
        "Create a demo: accounts, applications, endpoints, credentials and an operator. Its secrets are printed once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to go ahead beside what is there."""
        super().add_arguments(parser)
        parser.add_argument("--force", action="store_true", help="also when there is an account already")

    def handle(self, *args: Any, **options: Any) -> None:
        """Build the demo, or say that there is no need."""
        if Account.objects.exists() and not options["force"]:
            nothing = "There is an account already: nothing was created (--force creates the demo beside it)."
            self.answer({"created": False}, options, [nothing])
            return
        demo = build()
        result = told_once(demo)
        self.answer(result, options, in_words(result))


def told_once(demo: Demo) -> dict[str, Any]:
    """What a person or program needs to start; the secrets in it are kept nowhere."""
    return {
        "created": True,
        "url": settings.BASE_URL,
        "operator": {"email": demo.operator.email if demo.operator else "", "password": demo.operator_password},
        "accounts": [{"name": name, **summary(created)} for name, created in demo.accounts.items()],
        "curl": curl(demo.main.account.auth_id, demo.main.plain_token),
    }


def curl(auth_id: str, auth_token: str) -> str:
    """A request that creates an endpoint, ready to paste."""
    body = json.dumps({"username": "myfirstphone", "password": passwords.generate(), "alias": "My-first-phone"})
    return (
        f"curl -X POST {settings.BASE_URL}/api/v1/Account/{auth_id}/Endpoint/ \\\n"
        f'  -H "X-Auth-ID: {auth_id}" \\\n'
        f'  -H "X-Auth-Token: {auth_token}" \\\n'
        '  -H "Content-Type: application/json" \\\n'
        f"  -d '{body}'"
    )


def in_words(result: dict[str, Any]) -> list[str]:
    """The same for people."""
    operator = result["operator"]
    password = operator["password"] or "(unchanged: this operator existed)"
    return [
        f"Console   {result['url']}",
        f"Sign in   {operator['email']}",
        f"Password  {password}   (shown once)",
        "",
        "Create an endpoint:",
        "",
        result["curl"],
    ]
