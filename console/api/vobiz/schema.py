"""OpenAPI of the Vobiz dialect, from the operations that the views declare and the rules that the models hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiRequest, OpenApiResponse
from rest_framework import serializers

from console.api.vobiz.operations import IDEMPOTENCY_KEY, Operation

HEADER_SCHEMES = {
    "AuthID": ("X-Auth-ID", "Your account Auth ID"),
    "AuthToken": ("X-Auth-Token", "Your account Auth Token"),
}
SESSION_SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "description": "A session from the tokens of a new sub-account; counts only without X-Auth-ID.",
}
Words = tuple[str, Mapping[str, Any]]  # what it means, and the documented part of the body
COMMON_REFUSALS: dict[int, Words] = {
    401: ("The credentials are missing or wrong.", {"error": "unauthorized", "message": "invalid credentials"}),
    403: ("The account is disabled, or the token's scope or role does not reach this.", {}),
    429: ("The account's rate limit is used up; Retry-After says for how long.", {}),
    503: ("The database does not answer; Retry-After says when to try again. A change may have been made.", {}),
}
KEY_REFUSALS: dict[int, Words] = {
    400: ("The Idempotency-Key is unusable.", {}),
    409: ("Something stands against it, or the first request with this Idempotency-Key is still being answered.", {}),
    422: ("The Idempotency-Key was used for another request.", {}),
}
NOT_THERE: Words = ("There is no such thing, or it is not yours: the two are answered alike.", {})
BODY_REFUSALS: dict[int, Words] = {
    400: ("The body is not a JSON object, or a field breaks a rule: see details.", {}),
    413: ("The body is longer than 2.5 MB.", {}),
    415: ("The content type is not application/json.", {}),
}


class Error(serializers.Serializer[Any]):
    """The one error body."""

    error = serializers.CharField()
    message = serializers.CharField(allow_blank=True)
    code = serializers.IntegerField(help_text="The HTTP status.")
    details = serializers.DictField(
        child=serializers.CharField(), required=False, help_text="What is wrong with each field."
    )
    api_id = serializers.UUIDField()
    username = serializers.CharField(required=False)
    endpoint_id = serializers.CharField(required=False)
    app_id = serializers.CharField(required=False)


class VobizSchema(AutoSchema):
    """Describes one method of a ``VobizView``."""

    @property
    def operation(self) -> Operation:
        """What the view declares for the method."""
        view: Any = self.view
        operation: Operation = view.operations[self.method.lower()]
        return operation

    def get_operation_id(self) -> str:
        """The documented id, with the method or the alias path where it is not the documented one."""
        parts = [self.operation.id, getattr(self.view, "alias", "")]
        if self.method.lower() != self.operation.method:
            parts.append(f"by-{self.method.lower()}")
        return "-".join(part for part in parts if part)

    def get_summary(self) -> str:
        """What it does."""
        return self.operation.summary

    def get_description(self) -> str:  # type: ignore[override]  # the method is drf-spectacular's, not DRF's
        """What else there is to say."""
        return self.operation.description

    def get_tags(self) -> list[str]:
        """The documented group."""
        return [self.operation.tag]

    def get_auth(self) -> list[dict[str, Any]]:
        """The documented pair of headers, or a session; nothing where none is needed."""
        if self.operation.is_public:
            return [{}]
        for name, (header, description) in HEADER_SCHEMES.items():
            scheme = {"type": "apiKey", "in": "header", "name": header, "description": description}
            self._register_scheme(name, scheme)
        self._register_scheme("Session", SESSION_SCHEME)
        return [{"AuthID": [], "AuthToken": []}, {"Session": []}]

    def _register_scheme(self, name: str, schema: Mapping[str, Any]) -> None:
        component_class: Any = ResolvedComponent
        component = component_class(name, component_class.SECURITY_SCHEMA, schema=dict(schema), object=name)
        self.registry.register_on_missing(component)

    def get_override_parameters(self) -> list[Any]:
        """The declared parameters, and the headers of every response."""
        limits = [] if self.operation.is_public else ["Limit", "Remaining", "Reset"]
        headers = [
            OpenApiParameter(
                f"X-RateLimit-{name}", OpenApiTypes.INT, OpenApiParameter.HEADER, response=[200, 201, 202, 204, 429]
            )
            for name in limits
        ]
        retry = OpenApiParameter("Retry-After", OpenApiTypes.INT, OpenApiParameter.HEADER, response=[429, 503])
        keyed = [IDEMPOTENCY_KEY] if self._takes_key() else []
        return [*self.operation.parameters, *keyed, *headers, retry]

    def _takes_key(self) -> bool:
        return bool(self.method.upper() == "POST" and not self.operation.is_public)

    def get_request_serializer(self) -> Any:
        """The shape of the body, with its examples."""
        operation = self.operation
        if operation.request is None:
            return None
        examples = [OpenApiExample(name, value) for name, value in operation.request_examples.items()]
        return {"application/json": OpenApiRequest(operation.request, examples=examples)}

    def get_response_serializers(self) -> Any:
        """The declared answers and every refusal."""
        answers = {
            status: OpenApiResponse(
                answer.body,
                answer.description,
                [OpenApiExample(name, value) for name, value in answer.examples.items()],
            )
            for status, answer in self.operation.answers.items()
        }
        return {**answers, **{status: refused(status, *words) for status, words in self._refusals().items()}}

    def _refusals(self) -> dict[int, Words]:
        found = dict(COMMON_REFUSALS)
        if "{" in self.path:
            found[404] = NOT_THERE
        if self._takes_key():
            found |= KEY_REFUSALS
        if self.operation.request is not None:
            found |= BODY_REFUSALS
        return dict(sorted({**found, **self.operation.refusals}.items()))


def refused(status: int, description: str, example: Mapping[str, Any]) -> OpenApiResponse:
    """An error response; the example is the documented part of the body."""
    common = {"message": description, "code": status, "api_id": "550e8400-e29b-41d4-a716-446655440000"}
    examples = [OpenApiExample(f"Error {status}", {**common, **example})] if example else []
    return OpenApiResponse(Error, description, examples)


class TypedFieldSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]  # its hook is untyped
    """Lets a ``Typed`` field describe itself."""

    target_class = "console.api.vobiz.shapes.Typed"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Its JSON schema."""
        schema: dict[str, Any] = self.target.described()
        return schema
