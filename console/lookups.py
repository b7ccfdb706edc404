"""``field__begins="de"``: begins with, whatever the case, by the index that ``PrefixIndex`` makes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table
from django.db.models.sql.compiler import SQLCompiler

from console.prepared import Bound

RARE = "0.001"
LAST_CHARACTER = "\U0010ffff"  # sorts behind every text that continues


@models.CharField.register_lookup
class Begins(models.Lookup[Any]):
    """The lower-cased column begins with the lower-cased text. Django's own ``istartswith`` finds no index."""

    lookup_name = "begins"

    def get_prep_lookup(self) -> Any:
        """Text is text; one that is given when the query runs (``console.prepared``) stays what it is."""
        return self.rhs if isinstance(self.rhs, Bound) else str(self.rhs)

    def bound(self, make: Callable[[str], str]) -> Any:
        """What is bound in the place of the text: what ``make`` makes of it, or a slot that will."""
        return replace(self.rhs.slot, make=make) if isinstance(self.rhs, Bound) else make(self.rhs)

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        """A range, which every index that sorts by bytes can answer."""
        return self.range_sql(compiler, connection, "{}")

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        """The same, said to be rare: SQLite knows averages only, and would read all of an account that has most rows.

        Where many match after all, counting them by this index is still faster than by any other.
        """
        return self.range_sql(compiler, connection, f"likelihood({{}}, {RARE})")

    def range_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, said: str) -> tuple[str, list[Any]]:
        """From the text to the last that continues it; ``said`` is put around both ends."""
        column, parameters = self.process_lhs(compiler, connection)
        ends = [said.format(f"LOWER({column}) {sign} LOWER(%s)") for sign in (">=", "<")]
        last = self.bound(lambda text: text + LAST_CHARACTER)
        return f"({' AND '.join(ends)})", [*parameters, self.bound(str), *parameters, last]

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        """A pattern, which an index with ``text_pattern_ops`` answers under any collation."""
        column, parameters = self.process_lhs(compiler, connection)
        pattern = self.bound(lambda text: connection.ops.prep_for_like_query(text) + "%")
        return f"LOWER({column}) LIKE LOWER(%s)", [*parameters, pattern]


class PrefixIndex(models.Index):
    """An index for ``begins`` on its first field; the others behind it tell tenants apart without reading rows."""

    def create_sql(
        self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor, using: str = "", **kwargs: Any
    ) -> Statement:
        """The statement, in the words of the database."""
        first, *others = (model._meta.get_field(name).column for name, _order in self.fields_orders)  # type: ignore[union-attr]
        quote = schema_editor.quote_name
        operators = " text_pattern_ops" if schema_editor.connection.vendor == "postgresql" else ""
        columns = ", ".join([f"LOWER({quote(str(first))}){operators}", *(quote(str(name)) for name in others)])
        return Statement(
            "CREATE INDEX %(name)s ON %(table)s (%(columns)s)",
            name=quote(self.name),
            table=Table(model._meta.db_table, quote),
            columns=columns,
        )
