"""Who calls in the schema fuzz, and the ids that stand in addresses: made in the console's own process.

console.manage_json("shell", "-v", "0", "-c", "from tests.faults.callers import tell; tell()")
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta

from django.utils import timezone

from accounts.models import Account, ApiToken
from accounts.permissions import Role, Scope
from accounts.services import account_create, account_update, token_create, token_end
from tests.scene import keys_of
from tests.tenants import make_person

PLENTY = 1_000_000  # requests in a minute: a fuzz whose answers are all 429 would find nothing


def tell() -> None:
    """Print the callers' ids and tokens by kind, and the keys of the account's objects."""
    account, plain = made("Fuzzed")
    stranger, strange = made("Stranger")
    known = {"keys": keys(account), "foreign": keys(stranger)}  # these look for the only token of each
    closed, shut = made("Closed")
    account_update(account=closed, enabled=False)
    old, expired = token_create(token=ApiToken(account=account, name="old"))
    token_end(token=old, at=timezone.now() - timedelta(minutes=1), action="expire")
    _token, reading = token_create(token=ApiToken(account=account, name="reading", scope=Scope.READ_ONLY))
    tokens = {
        "valid": (account.auth_id, plain),
        "foreign": (stranger.auth_id, strange),
        "disabled": (closed.auth_id, shut),
        "expired": (account.auth_id, expired),
        "reading": (account.auth_id, reading),
        "mixed": (account.auth_id, strange),
        "nonsense": (account.auth_id, "x" * 64),
    }
    sys.stdout.write(json.dumps({"tokens": tokens, **known}, default=str))


def made(name: str) -> tuple[Account, str]:
    """A main account and its token."""
    created = account_create(account=Account(name=name, rate_limit=PLENTY))
    return created.account, created.plain_token


def keys(account: Account) -> dict[str, str]:
    """The ids of one object of each kind of the account, by their names in the routes."""
    branch = account_create(account=Account(name="Branch", parent=account, rate_limit=PLENTY)).account
    people = {role.value: make_person(f"{role.value}-{account.auth_id.lower()}", account, role) for role in Role}
    return keys_of(account, branch, people)
