"""Rows as CSV or JSON, a thousand in memory at a time whatever the number."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone

from bulk import columnwise
from bulk.cells import in_csv
from bulk.columns import Column, text_of

ROWS_AT_A_TIME = 1000
FORMATS = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
LINE_END = "\r\n"
BYTE_ORDER_MARK = "\ufeff"  # without it, spreadsheets read UTF-8 as something else


class Exported(Protocol):
    """What can be exported: a kind of object, or a list of what is never imported."""

    @property
    def name(self) -> str:
        """What the file is called."""
        ...

    @property
    def exported(self) -> tuple[Column, ...]:
        """The columns of the file."""
        ...


def in_chunks(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """The rows, oldest first, by primary key: no cursor is held open and no row is met twice."""
    rows, last = rows.order_by("pk"), 0
    while chunk := list(rows.filter(pk__gt=last)[:ROWS_AT_A_TIME]):
        yield chunk
        last = chunk[-1].pk


def by_column(kind: Exported, rows: QuerySet[Any]) -> Iterator[list[Sequence[str]]]:
    """The cells of each chunk, column by column: of plain values where every column says where its own are.

    Making an object of each row, with its application, realm and accounts, would cost thirty times as much.
    """
    if not all(column.paths for column in kind.exported):
        for chunk in in_chunks(rows):
            yield [[column.show(row) for row in chunk] for column in kind.exported]
        return
    places = {path: place for place, path in enumerate(dict.fromkeys(paths_of(kind)))}
    for values in columnwise.in_chunks(rows, list(places)):
        yield [texts(column.write, [values[places[path]] for path in column.paths]) for column in kind.exported]


def texts(write: Callable[..., str], columns: list[Sequence[Any]]) -> Sequence[str]:
    """The cells of a column, from the columns of values that they are made of."""
    if write is text_of:
        types = set(map(type, columns[0]))
        if types == {str}:
            return columns[0]
        if types == {int}:
            return list(map(str, columns[0]))
    return columnwise.mapped(write, *columns)


def paths_of(kind: Exported) -> Iterator[str]:
    """Where all of a file's values are."""
    for column in kind.exported:
        yield from column.paths


def as_csv(kind: Exported, rows: QuerySet[Any], *, mark: bool = True) -> Iterator[str]:
    """CSV (RFC 4180) with a header, each cell safe in a spreadsheet; ``mark`` puts a byte order mark before it."""
    names = in_csv([column.name for column in kind.exported])
    yield (BYTE_ORDER_MARK if mark else "") + ",".join(names) + LINE_END
    for cells in by_column(kind, rows):
        yield LINE_END.join(map(",".join, zip(*map(in_csv, cells), strict=True))) + LINE_END


def as_json(kind: Exported, rows: QuerySet[Any]) -> Iterator[str]:
    """An array of flat objects, one a line; the values are those of the CSV cells, unguarded."""
    before = "[\n"
    names = [column.name for column in kind.exported]
    for cells in by_column(kind, rows):
        objects = [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]
        yield before + ",\n".join(json.dumps(found, ensure_ascii=False) for found in objects)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def stream(kind: Exported, rows: QuerySet[Any], form: str, *, mark: bool = True) -> StreamingHttpResponse:
    """Answer with a file of the rows; ``form`` is one of ``FORMATS``."""
    pieces = as_csv(kind, rows, mark=mark) if form == "csv" else as_json(kind, rows)
    encoded = (piece.encode("utf-8", "surrogatepass") for piece in pieces)
    response = StreamingHttpResponse(encoded, content_type=FORMATS[form])
    name = f"{kind.name}-{timezone.now():%Y%m%d-%H%M}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store, private"
    response["X-Content-Type-Options"] = "nosniff"
    return response
