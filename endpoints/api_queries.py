"""The endpoint API's reads, compiled once (see ``console.prepared``); filtered lists are built as usual."""

from __future__ import annotations

from typing import Any

from django.db.models import BigIntegerField, DateTimeField, QuerySet
from django.utils import timezone

from accounts.models import Account
from console.api.vobiz.paging import Span
from console.prepared import Bound, Prepared
from endpoints.api_representation import COLUMNS, STATE
from endpoints.models import Endpoint
from sip import registrar
from sip.registrar import Registrar

MAIN, SUB = Bound("main", BigIntegerField()), Bound("sub", BigIntegerField())
NUMBER = Bound("endpoint_id", BigIntegerField())
NOW = Bound("now", DateTimeField())


def endpoint_row(account: Account, endpoint_id: int) -> dict[str, Any] | None:
    """The endpoint with this id, if the account sees it."""
    rows = _one.dicts(registrar.current(), account.is_sub_account, endpoint_id=endpoint_id, **_bound(account))
    return rows[0] if rows else None


def endpoint_rows(account: Account, span: Span) -> list[dict[str, Any]]:
    """A stretch of what the account sees, newest first."""
    return _page.dicts(registrar.current(), account.is_sub_account, span, **_bound(account))


def filtered_rows(rows: QuerySet[Any], span: Span, *, of_few: bool) -> list[dict[str, Any]]:
    """A stretch of any endpoints, newest first; see ``Span.of`` for few of them."""
    return list(registrar.current().with_state(span.of(rows, of_few=of_few)).values(*COLUMNS, *STATE))


def _bound(account: Account) -> dict[str, Any]:
    return {"main": account.main_id, "sub": account.pk, "now": timezone.now()}


def _seen(is_sub_account: bool) -> QuerySet[Any]:
    """What ``MainOrSubQuerySet.of`` says, for an account that is named later."""
    owner = {"account": MAIN, "sub_account": SUB} if is_sub_account else {"account": MAIN}
    rows: QuerySet[Any] = Endpoint.objects.filter(**owner)
    return rows


def _build_one(source: Registrar, is_sub_account: bool) -> QuerySet[Any]:
    return source.with_state(_seen(is_sub_account).filter(endpoint_id=NUMBER).order_by(), at=NOW)


def _build_page(source: Registrar, is_sub_account: bool, span: Span) -> QuerySet[Any]:
    return source.with_state(span.of(_seen(is_sub_account)), at=NOW)


_one = Prepared((*COLUMNS, *STATE), _build_one)
_page = Prepared((*COLUMNS, *STATE), _build_page)
