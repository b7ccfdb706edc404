"""OpenAPI 3.1 of the Kazoo dialect, from what the views declare and from our JSON Schema files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiRequest, OpenApiResponse

from devices import schemas

if TYPE_CHECKING:
    from devices.api.operations import Operation

TEXT = {"type": "string"}
ENVELOPE: dict[str, Any] = {
    "type": "object",
    "description": "What surrounds every answer.",
    "required": ["data", "status", "request_id", "revision", "timestamp", "node"],
    "properties": {
        "data": {},
        "status": {"type": "string", "enum": ["success"]},
        "auth_token": TEXT,
        "request_id": TEXT,
        "revision": TEXT,
        "timestamp": {"type": "string", "format": "date-time"},
        "version": TEXT,
        "node": TEXT,
        "page_size": {"type": "integer"},
        "start_key": TEXT,
        "next_start_key": TEXT,
    },
}
ERROR: dict[str, Any] = {
    "type": "object",
    "description": "A refusal. `data` says what is wrong; for a 400, by dotted key and rule.",
    "required": ["data", "error", "message", "status", "request_id", "timestamp", "node"],
    "properties": {
        "data": {"type": ["object", "array"]},
        "error": {"type": "string", "description": "The HTTP status as text."},
        "message": TEXT,
        "status": {"type": "string", "enum": ["error"]},
        "auth_token": TEXT,
        "request_id": TEXT,
        "timestamp": {"type": "string", "format": "date-time"},
        "version": TEXT,
        "node": TEXT,
    },
}
COMPONENTS = {**schemas.components(), "kazoo.Envelope": ENVELOPE, "kazoo.Error": ERROR}
REFUSALS = {
    400: "Something that was sent breaks a rule, is no JSON, or the account is disabled.",
    401: "There is no token, or it is not (or no longer) good.",
    403: "The token's scope or role does not reach this.",
    404: "There is no such thing, or it is not yours: the two are answered alike.",
    405: "This address does not know the method.",
    409: "The id is taken.",
    412: "The device is not the one that If-Match names. No body.",
    415: "The body is not declared as anything that may be JSON. No body.",
    429: "The account's rate limit is used up; Retry-After says for how long.",
    503: "The database does not answer; Retry-After says when to try again. A change may have been made.",
}
HEXADECIMAL_ID = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
IN_PATH = tuple(
    OpenApiParameter(name, schema, OpenApiParameter.PATH, description=description)
    for name, schema, description in (
        ("account_id", HEXADECIMAL_ID, "The account's Kazoo id, or a sub-account's"),
        ("device_id", HEXADECIMAL_ID, "The device's id"),
        ("user_id", HEXADECIMAL_ID, "The user's id"),
        ("name", {"type": "string", "enum": list(schemas.NAMES)}, "The schema's name"),
    )
)
WITHOUT_BODY = frozenset({304, 412, 415})
PUBLIC, PRIVATE = (404, 503), (400, 401, 403, 404, 429, 503)


class KazooSchema(AutoSchema):
    """Describes one method of a ``KazooView``."""

    @property
    def operation(self) -> Operation:
        """What the view declares for the method."""
        operation: Operation = self.declaring.operations[self.method.lower()]
        return operation

    @property
    def declaring(self) -> Any:
        """The view."""
        return self.view

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        """The operation; the schemas it refers to become components of the document."""
        operation = super().get_operation(*args, **kwargs)
        for name, schema in COMPONENTS.items():
            self._register(name, ResolvedComponent.SCHEMA, schema)
        return operation

    def get_operation_id(self) -> str:
        """The declared id."""
        return self.operation.id

    def get_summary(self) -> str:
        """What it does."""
        return self.operation.summary

    def get_description(self) -> str:  # type: ignore[override]  # spectacular calls it without arguments
        """What else there is to say."""
        return self.operation.description

    def get_tags(self) -> list[str]:
        """The declared group."""
        return [self.operation.tag]

    def get_auth(self) -> list[dict[str, Any]]:
        """A token in any of its places; nothing where none is needed."""
        if self.declaring.is_public:
            return [{}]
        in_header = {"type": "apiKey", "in": "header", "name": "X-Auth-Token"}
        described = {**in_header, "description": "An API token of the account, or a session from /v2/api_auth"}
        self._register("KazooToken", ResolvedComponent.SECURITY_SCHEMA, described)
        bearer = {"type": "http", "scheme": "bearer", "description": "The same token"}
        self._register("KazooBearer", ResolvedComponent.SECURITY_SCHEMA, bearer)
        return [{"KazooToken": []}, {"KazooBearer": []}]

    def get_override_parameters(self) -> list[Any]:
        """The declared parameters, and the headers of responses."""
        etag = OpenApiParameter("ETag", OpenApiTypes.STR, OpenApiParameter.HEADER, response=[self.operation.status])
        retry = OpenApiParameter("Retry-After", OpenApiTypes.INT, OpenApiParameter.HEADER, response=[429, 503])
        in_path = [parameter for parameter in IN_PATH if f"{{{parameter.name}}}" in self.path]
        return [*in_path, *self.operation.parameters, *([etag] if self.operation.has_revision else []), retry]

    def get_request_serializer(self) -> Any:
        """The envelope around ``data``, or the whole body."""
        operation = self.operation
        if operation.body is None and operation.takes is None:
            return None
        body = operation.body or {"type": "object", "required": ["data"], "properties": {"data": operation.takes}}
        examples = [OpenApiExample(name, value, request_only=True) for name, value in operation.examples.items()]
        return {"application/json": OpenApiRequest(dict(body), examples=examples)}

    def get_response_serializers(self) -> Any:
        """The envelope around what is answered, and every refusal."""
        operation = self.operation
        answer = {"allOf": [_component("Envelope"), {"type": "object", "properties": {"data": operation.answer}}]}
        answers: dict[int, Any] = {operation.status: OpenApiResponse(answer, operation.summary)}
        if "If-None-Match" in {parameter.name for parameter in operation.parameters} and self.method == "GET":
            answers[304] = OpenApiResponse(None, "The reader has this revision. No body.")
        common = PUBLIC if self.declaring.is_public else PRIVATE
        for status in sorted({*common, *operation.refusals}):
            answers[status] = OpenApiResponse(None if status in WITHOUT_BODY else _component("Error"), REFUSALS[status])
        return answers

    def _register(self, name: str, kind: str, schema: Mapping[str, Any]) -> None:
        made: Any = ResolvedComponent
        self.registry.register_on_missing(made(name, kind, schema=dict(schema), object=name))


def _component(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/kazoo.{name}"}
