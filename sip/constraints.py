"""Database expressions that hold a digest to its exact form."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Func, Q, TextField, Value
from django.db.models.functions import Length, Lower

HEXADECIMAL = "0123456789abcdef"


class Stripped(Func):
    """The text without the given characters at both ends: empty when it consists of nothing else."""

    function = "TRIM"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """PostgreSQL spells the two-argument form BTRIM."""
        return self.as_sql(compiler, connection, function="BTRIM", **extra)


def is_lower_hexadecimal(column: str, length: int) -> Q:
    """Exactly ``length`` lower-case hexadecimal digits: a longer hash is known to crash the registrar."""
    return (
        Q(Exact(Length(column), Value(length)))
        & Q(Exact(Stripped(F(column), Value(HEXADECIMAL)), Value("")))
        & Q(Exact(Lower(column), F(column)))
    )


def Exact(left: Any, right: Any) -> Any:  # noqa: N802  (stands for the lookup class of that name)
    """``left = right`` as a condition."""
    from django.db.models.lookups import Exact as ExactLookup

    return ExactLookup(left, right)
