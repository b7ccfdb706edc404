"""From a token to its account and main account in one statement, prepared: every API request starts with it."""

from __future__ import annotations

from typing import Any

from django.db.models import BigIntegerField, CharField, QuerySet

from accounts.models import ApiToken
from console.prepared import Bound, PreparedInstances

KEYS = {"digest": Bound("key", CharField()), "pk": Bound("key", BigIntegerField())}


def token_by(**lookup: Any) -> ApiToken | None:
    """The token with this ``digest`` or ``pk``; its account and that one's main account are loaded, its user is not."""
    ((name, key),) = lookup.items()
    token: ApiToken | None = _tokens.first(name, key=key)
    return token


def _build(name: str) -> QuerySet[Any]:
    rows: QuerySet[Any] = ApiToken.objects.select_related("account__parent").filter(**{name: KEYS[name]}).order_by()
    return rows


_tokens = PreparedInstances(_build)
