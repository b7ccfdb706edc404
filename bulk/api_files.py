"""Reading uploaded files in the API: multipart, or the bare file with its content type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import IO, Any

from django.conf import settings
from django.http import QueryDict
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request

from bulk.uploads import TooLarge, content_of
from console.api.negotiation import JSONNegotiation
from console.api.vobiz.errors import Refused

BARE_TYPES = frozenset({"text/csv", "text/plain", "application/json", "application/octet-stream", ""})


class BareFileParser(BaseParser):
    """The body is the file."""

    media_type = "text/csv"

    def parse(  # type: ignore[override]  # the stubs know mappings only; DRF takes any value
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """Return the bytes. Raises ``Refused`` 413."""
        body: bytes = stream.read(settings.IMPORT_MAX_BYTES + 1)
        if len(body) > settings.IMPORT_MAX_BYTES:
            raise too_large()
        return body


class FileNegotiation(JSONNegotiation):
    """Chooses how the file is read by the declared content type."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        """The parser for multipart forms, or for bare files; none for other types, which is a 415."""
        declared = str(request.content_type or "").partition(";")[0].strip().lower()
        if declared == "multipart/form-data":
            return MultiPartParser()
        return BareFileParser() if declared in BARE_TYPES else None


def uploaded(request: Request) -> bytes:
    """The file of a request. Raises ``Refused`` 400 or 413."""
    data: Any = request.data
    if isinstance(data, bytes):
        return data
    file = request.FILES.get("file")
    if file is None:
        raise Refused(400, "Send the file in the part named file, or as the body.", details={"file": "Required."})
    try:
        return content_of(file)
    except TooLarge as error:
        raise too_large() from error


def field(request: Request, name: str, default: str = "") -> str:
    """A value beside the file: a part of the form, else of the query string."""
    data: Any = request.data
    form = data if isinstance(data, QueryDict) else {}
    return str(form.get(name) or request.query_params.get(name) or default)


def too_large() -> Refused:
    """The file is longer than this installation reads."""
    return Refused(413, f"A file may have at most {settings.IMPORT_MAX_BYTES} bytes.")
