"""The OpenAPI document: complete, valid, and true to the models and to its own examples."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
import yaml
from django.test import Client
from django.urls import get_resolver
from drf_spectacular.validation import validate_schema

from console.api.docs import document
from console.api.routes import ApiRoutePattern

METHODS = ("get", "post", "put", "patch", "delete")
DOCUMENTED_TAGS = {"Account", "Sub-Accounts", "Applications", "Endpoints", "Trunks"}


@pytest.fixture(scope="module")
def openapi() -> dict[str, Any]:
    """The document."""
    loaded: dict[str, Any] = json.loads(document("json"))
    return loaded


def operations(openapi: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method and operation of all that is described."""
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


@pytest.mark.slow
def test_the_document_is_valid(openapi: dict[str, Any]) -> None:
    validate: Any = validate_schema
    validate(openapi)


def routes(patterns: Any) -> Iterator[Any]:
    """Every API route with a view class."""
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern.url_patterns)
        elif isinstance(pattern.pattern, ApiRoutePattern) and hasattr(pattern.callback, "cls"):
            yield pattern


def test_every_served_operation_is_described(openapi: dict[str, Any]) -> None:
    served = {
        ("/" + str(route.pattern).replace("<", "{").replace(">", "}"), method)
        for route in routes(get_resolver().url_patterns)
        for method in METHODS
        if hasattr(route.callback.cls, method)
    }
    assert served
    assert served <= {(path, method) for path, method, _operation in operations(openapi)}


def test_operation_ids_are_unique(openapi: dict[str, Any]) -> None:
    found = [operation["operationId"] for _path, _method, operation in operations(openapi)]
    assert sorted(set(found)) == sorted(found)


DOCUMENTED = {
    "create-endpoint": ("/api/v1/Account/{auth_id}/Endpoint/", "post"),
    "list-endpoints": ("/api/v1/Account/{auth_id}/Endpoint/", "get"),
    "retrieve-endpoint": ("/api/v1/Account/{auth_id}/Endpoint/{endpoint_id}/", "get"),
    "update-endpoint": ("/api/v1/Account/{auth_id}/Endpoint/{endpoint_id}/", "post"),
    "delete-endpoint": ("/api/v1/Account/{auth_id}/Endpoint/{endpoint_id}/", "delete"),
    "create-credential": ("/api/v1/Account/{auth_id}/credentials", "post"),
    "update-credential": ("/api/v1/Account/{auth_id}/credentials/{credential_id}", "put"),
    "update-sub-account": ("/api/v1/accounts/{auth_id}/sub-accounts/{sub_auth_id}", "put"),
    "retrieve-account": ("/api/v1/auth/me", "get"),
}


@pytest.mark.parametrize("name", DOCUMENTED)
def test_an_operation_has_its_documented_name_where_it_is_documented(name: str, openapi: dict[str, Any]) -> None:
    path, method = DOCUMENTED[name]
    assert openapi["paths"][path][method]["operationId"] == name


RULES = [
    ("EndpointCreateRequest", "username", {"pattern": "^[A-Za-z0-9]+$", "maxLength": 64}),
    ("EndpointCreateRequest", "alias", {"pattern": "^[A-Za-z0-9_-]+$", "maxLength": 128}),
    ("EndpointCreateRequest", "password", {"minLength": 8, "maxLength": 128, "writeOnly": True}),
    ("CredentialCreateRequest", "username", {"pattern": "^[A-Za-z0-9_-]+$", "maxLength": 64}),
    ("CredentialChangesRequest", "password", {"minLength": 8}),
    ("ApplicationCreateRequest", "answer_method", {"enum": ["GET", "POST"]}),
    ("ApplicationCreateRequest", "answer_url", {"maxLength": 500}),
    ("SubAccountCreateRequest", "rate_limit", {"minimum": 1, "maximum": 1_000_000}),
    ("SubAccountCreateRequest", "email", {"format": "email"}),
    ("SubAccountCreateRequest", "kyc_mode", {"enum": ["personal_use", "customer_use"]}),
]


@pytest.mark.parametrize(("component", "name", "rule"), RULES)
def test_the_rules_of_the_models_are_shown(
    component: str, name: str, rule: dict[str, Any], openapi: dict[str, Any]
) -> None:
    shown = openapi["components"]["schemas"][component]["properties"][name]
    assert {key: shown.get(key) for key in rule} == rule


def media_types(openapi: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Everything documented that has a schema and examples, with a name for it."""
    for _path, _method, operation in operations(openapi):
        if not DOCUMENTED_TAGS.intersection(operation["tags"]):
            continue
        bodies = {"request": operation.get("requestBody", {}), **operation["responses"]}
        for name, body in bodies.items():
            for content in body.get("content", {}).values():
                yield f"{operation['operationId']} {name}", content


def test_every_example_fits_its_schema(openapi: dict[str, Any]) -> None:
    misfits, seen = [], 0
    for name, content in media_types(openapi):
        schema = {**content["schema"], "components": openapi["components"]}
        for example in content.get("examples", {}).values():
            seen += 1
            if not jsonschema_rs.is_valid(schema, example["value"]):
                misfits.append((name, example["value"]))
    assert seen > 50
    assert misfits == []


def test_every_body_and_every_successful_answer_has_an_example(openapi: dict[str, Any]) -> None:
    lacking = [
        name
        for name, content in media_types(openapi)
        if not name.split()[-1].startswith(("4", "5")) and "examples" not in content
    ]
    assert lacking == []


def test_errors_are_the_one_error_body(openapi: dict[str, Any]) -> None:
    described = {
        content["schema"]["$ref"] for name, content in media_types(openapi) if name.split()[-1].startswith(("4", "5"))
    }
    assert described == {"#/components/schemas/Error"}


def test_the_documented_pair_of_headers_or_a_session_is_asked_for(openapi: dict[str, Any]) -> None:
    security = openapi["paths"]["/api/v1/auth/me"]["get"]["security"]
    assert security == [{"AuthID": [], "AuthToken": []}, {"Session": []}]
    assert {"AuthID", "AuthToken", "Session"} <= set(openapi["components"]["securitySchemes"])


# --- where it is served -----------------------------------------------------------------------------------------------


def test_the_document_is_json(openapi: dict[str, Any]) -> None:
    response = Client().get("/api/schema/")
    assert (response.headers["Content-Type"], response.json()) == ("application/json", openapi)


def test_the_document_is_yaml_on_demand(openapi: dict[str, Any]) -> None:
    response = Client().get("/api/schema/?format=yaml")
    assert yaml.safe_load(response.content) == openapi


def test_swagger_ui_comes_from_our_own_files() -> None:
    page = Client().get("/api/docs/").content.decode()
    assert "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle" in page
    assert "http://" not in page
    assert "https://" not in page


def test_only_its_page_may_show_images_from_data() -> None:
    assert "img-src 'self' data:" in Client().get("/api/docs/").headers["Content-Security-Policy"]
    assert "data:" not in Client().get("/healthz").headers["Content-Security-Policy"]


def test_it_runs_no_inline_script_or_style() -> None:
    policy = Client().get("/api/docs/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
