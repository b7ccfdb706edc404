"""The endpoint API's reads, compiled once (see ``console.prepared``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import BigIntegerField, CharField, Count, DateTimeField, QuerySet, Value
from django.utils import timezone

from accounts.models import Account
from console.api.vobiz.paging import Span
from console.prepared import Bound, Prepared
from console.querysets import FEW_ROWS
from console.sqlite3 import trigrams
from endpoints.api_filters import CONDITIONS, Narrowing
from endpoints.api_representation import COLUMNS, STATE
from endpoints.models import Endpoint
from sip import registrar
from sip.registrar import Registrar

MAIN, SUB = Bound("main", BigIntegerField()), Bound("sub", BigIntegerField())
NUMBER = Bound("endpoint_id", BigIntegerField())
NOW = Bound("now", DateTimeField())
WANTED = Bound("wanted", CharField())  # an FTS5 query


def endpoint_row(account: Account, endpoint_id: int) -> dict[str, Any] | None:
    """The endpoint with this id, if the account sees it."""
    rows = _one.dicts(registrar.current(), account.is_sub_account, endpoint_id=endpoint_id, **_bound(account))
    return rows[0] if rows else None


def endpoint_rows(account: Account, span: Span) -> list[dict[str, Any]]:
    """A stretch of what the account sees, newest first."""
    return _page.dicts(registrar.current(), account.is_sub_account, span, **_bound(account))


@dataclass(frozen=True, slots=True)
class Matches:
    """What the account sees of the endpoints that a query narrows its list to: how many, and how they are found.

    ``wanted`` is the FTS5 query that finds their candidates, where trigrams do.
    """

    account: Account
    narrowing: Narrowing
    wanted: str | None = None
    total: int = 0

    @classmethod
    def of(cls, account: Account, narrowing: Narrowing) -> Matches:
        """Count them: on SQLite by trigrams, where few rows have a part that is asked for."""
        read = cls(account, narrowing)
        if narrowing.matches_nothing:
            return read
        wanted = trigrams.wanted_by(narrowing.parts) if trigrams.is_there(Endpoint) else None
        if wanted is not None:
            found = replace(read, wanted=wanted)
            ((candidates, total),) = _candidates.tuples(*found._variant, **found._values)
            if candidates < trigrams.MANY:
                return replace(found, total=total)
        ((total,),) = _count.tuples(*read._variant, **read._values)
        return replace(read, total=total)

    def rows(self, span: Span) -> list[dict[str, Any]]:
        """A stretch of them, newest first."""
        few = self.total <= FEW_ROWS
        return _narrowed_page.dicts(self._variant, registrar.current(), span, few, **self._values)

    @property
    def _variant(self) -> tuple[Any, ...]:
        return self.account.is_sub_account, self.narrowing.names, self.wanted is not None

    @property
    def _values(self) -> dict[str, Any]:
        return {**_bound(self.account), **self.narrowing.values, "wanted": self.wanted}


def _bound(account: Account) -> dict[str, Any]:
    return {"main": account.main_id, "sub": account.pk, "now": timezone.now()}


def _seen(is_sub_account: bool) -> QuerySet[Any]:
    """What ``MainOrSubQuerySet.of`` says, for an account that is named later."""
    owner = {"account": MAIN, "sub_account": SUB} if is_sub_account else {"account": MAIN}
    rows: QuerySet[Any] = Endpoint.objects.filter(**owner)
    return rows


def _seen_of_candidates(is_sub_account: bool) -> QuerySet[Any]:
    """The same among the rows that trigrams find, and by nothing but these."""
    number: BigIntegerField[int, int] = BigIntegerField()
    main, sub = (trigrams.Unindexed(name, output_field=number) for name in ("account_id", "sub_account_id"))
    rows: QuerySet[Any] = Endpoint.objects.filter(pk__in=trigrams.Candidates(Endpoint, WANTED.slot))
    rows = rows.alias(main=main, sub=sub).filter(main=MAIN)
    return rows.filter(sub=SUB) if is_sub_account else rows


def _build_one(source: Registrar, is_sub_account: bool) -> QuerySet[Any]:
    return source.with_state(_seen(is_sub_account).filter(endpoint_id=NUMBER).order_by(), at=NOW)


def _build_page(source: Registrar, is_sub_account: bool, span: Span) -> QuerySet[Any]:
    return source.with_state(span.of(_seen(is_sub_account)), at=NOW)


def _narrowed(is_sub_account: bool, names: Sequence[str], by_trigrams: bool) -> QuerySet[Any]:
    rows = (_seen_of_candidates if by_trigrams else _seen)(is_sub_account)
    return rows.filter(*(CONDITIONS[name] for name in names))


def _build_count(*narrowed: Any) -> QuerySet[Any]:
    # One group of all, without a column of it: what Django's count() asks.
    rows: QuerySet[Any] = _narrowed(*narrowed).order_by().values(all=Value(1)).annotate(total=Count("*"))
    return rows


def _build_candidates(*narrowed: Any) -> QuerySet[Any]:
    candidates = trigrams.CandidateCount(Endpoint, WANTED.slot)
    rows: QuerySet[Any] = _narrowed(*narrowed).order_by().values(candidates=candidates).annotate(total=Count("*"))
    return rows


def _build_narrowed_page(narrowed: tuple[Any, ...], source: Registrar, span: Span, few: bool) -> QuerySet[Any]:
    return source.with_state(span.of(_narrowed(*narrowed), of_few=few), at=NOW)


_count, _candidates = Prepared(("total",), _build_count), Prepared(("candidates", "total"), _build_candidates)
_narrowed_page = Prepared((*COLUMNS, *STATE), _build_narrowed_page)
_one = Prepared((*COLUMNS, *STATE), _build_one)
_page = Prepared((*COLUMNS, *STATE), _build_page)
