"""From a token to its account and main account in one statement, prepared: every API request starts with it."""

from __future__ import annotations

from typing import Any

from django.db.models import BigIntegerField, CharField, Model, QuerySet

from accounts.models import Account, ApiToken
from console.prepared import Bound, Prepared

KEYS = {"digest": Bound("key", CharField()), "pk": Bound("key", BigIntegerField())}


def names(model: type[Model], prefix: str = "") -> list[str]:
    """Every column of a model, reached by ``prefix``."""
    return [prefix + field.attname for field in model._meta.concrete_fields]


TOKEN, OWN = names(ApiToken), names(Account)
COLUMNS = (*TOKEN, *names(Account, "account__"), *names(Account, "account__parent__"))


def token_by(**lookup: Any) -> ApiToken | None:
    """The token with this ``digest`` or ``pk``; its account and that one's main account are loaded, its user is not."""
    ((name, key),) = lookup.items()
    rows = _tokens.tuples(name, key=key)
    return _token(rows[0]) if rows else None


def _token(row: list[Any]) -> ApiToken:
    columns, account_columns, parent_columns = row[: len(TOKEN)], row[len(TOKEN) : -len(OWN)], row[-len(OWN) :]
    token = ApiToken.from_db("default", TOKEN, columns)
    token.account = account = Account.from_db("default", OWN, account_columns)
    account.parent = None if account.parent_id is None else Account.from_db("default", OWN, parent_columns)
    return token


def _build(name: str) -> QuerySet[Any]:
    rows: QuerySet[Any] = ApiToken.objects.filter(**{name: KEYS[name]}).order_by()
    return rows


_tokens = Prepared(COLUMNS, _build)
