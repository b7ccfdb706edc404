"""The report of a job as a file: one row for each line, or for each thing that is wrong with it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from django.http import StreamingHttpResponse

from bulk import parts
from bulk.cells import guard
from bulk.export import BYTE_ORDER_MARK
from bulk.kinds.base import Outcome
from bulk.models import Job, Role

HEADER = ("line", "outcome", "name", "column", "message")


def lines(job: Job, *, only_refused: bool = False) -> Iterator[list[Any]]:
    """The report's lines: number, outcome, name, errors."""
    for line in parts.read_all(job, Role.REPORT, only_refused=only_refused):
        if not only_refused or line[1] == Outcome.REFUSED:
            yield line


def as_csv(job: Job, *, only_refused: bool = False) -> Iterator[str]:
    """The report as CSV."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write(BYTE_ORDER_MARK)
    writer.writerow(HEADER)
    for number, outcome, name, errors in lines(job, only_refused=only_refused):
        for column, message in errors or [("", "")]:
            writer.writerow([number, outcome, guard(name), column, guard(message)])
        if buffer.tell() > 65_536:
            yield drained(buffer)
    yield drained(buffer)


def drained(buffer: io.StringIO) -> str:
    """What was written to the buffer since the last time."""
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def download(job: Job, *, only_refused: bool = False) -> StreamingHttpResponse:
    """Answer with the report."""
    pieces = (piece.encode("utf-8", "surrogatepass") for piece in as_csv(job, only_refused=only_refused))
    response = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="report-{job.job_id}.csv"'
    response["Cache-Control"] = "no-store, private"
    return response
