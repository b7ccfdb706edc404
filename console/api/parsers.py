"""How request bodies are read."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import IO, Any

from django.conf import settings
from django.http import HttpRequest
from django.http.request import UnreadablePostError
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

from console.api.renderers import loads

TOO_DEEP = 64


class BodyTooLarge(APIException):
    """The body is longer than the console reads."""

    status_code = 413
    default_detail = "request body too large"
    default_code = "too_large"


class JSONParser(BaseParser):
    """Reads a JSON object of bounded size and depth."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Return the object. Raises ``ParseError`` or ``BodyTooLarge``."""
        try:
            body = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        except UnreadablePostError as error:
            raise ParseError("the body ended early") from error
        if len(body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise BodyTooLarge
        return json_object(body)


def settle_length(request: HttpRequest) -> None:
    """Give a body that came in chunks, without a length, the length that Django goes by: it reads nothing without one.

    Only where the server says that its input ends with the body (``wsgi.input_terminated``).
    """
    meta = request.META
    is_chunked = "chunked" in meta.get("HTTP_TRANSFER_ENCODING", "").lower()
    if is_chunked and not meta.get("CONTENT_LENGTH") and meta.get("wsgi.input_terminated"):
        body = meta["wsgi.input"].read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        meta["CONTENT_LENGTH"] = str(len(body))
        request._stream = BytesIO(body)  # what HttpRequest.read reads from


def json_object(body: bytes) -> dict[str, Any]:
    """Parse ``body`` as one JSON object; an empty body is an empty object. Raises ``ParseError``."""
    try:
        value = loads(body.decode("utf-8-sig")) if body.strip() else {}
    except ValueError as error:
        raise ParseError("invalid JSON") from error
    if not isinstance(value, dict):
        raise ParseError("expected a JSON object")
    if is_deeper_than(value, TOO_DEEP):
        raise ParseError("nested too deeply")
    return value


def is_deeper_than(value: Any, levels: int) -> bool:
    """Whether containers nest more than ``levels`` deep; walks level by level, so depth cannot exhaust the stack."""
    layer = [value]
    for _level in range(levels):
        layer = [inner for held in layer for inner in _inside(held)]
        if not layer:
            return False
    return True


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        value = list(value.values())
    return [inner for inner in value if isinstance(inner, (dict, list))] if isinstance(value, list) else []
