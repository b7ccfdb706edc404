"""The OpenAPI document of the dialect, held against what is served."""

from __future__ import annotations

from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it ships no types

from accounts.models import Account
from devices import schemas
from devices.api.urls import urlpatterns
from devices.tests.support import SIP, Kazoo, make_device

Document = dict[str, Any]


@pytest.fixture(scope="module")
def document() -> Document:
    generator: Any = SchemaGenerator
    made: Document = generator().get_schema(request=None, public=True)
    return made


def operations(document: Document) -> list[tuple[str, str, Document]]:
    """Path, method and description of every operation of this dialect."""
    paths = {path: item for path, item in document["paths"].items() if path.startswith("/v2")}
    return [(path, method, operation) for path, item in paths.items() for method, operation in item.items()]


def test_every_method_of_every_view_is_described(document: Document) -> None:
    described = {(path.strip("/"), method) for path, method, _operation in operations(document)}
    served = set()
    for pattern in urlpatterns:
        view: Any = pattern.callback.cls  # type: ignore[attr-defined]  # APIView's as_view sets it
        route = str(pattern.pattern).replace("<", "{").replace(">", "}")
        served |= {(route, method) for method in view.operations}
    assert described == served


def test_a_view_describes_all_that_it_does() -> None:
    for pattern in urlpatterns:
        view: Any = pattern.callback.cls  # type: ignore[attr-defined]  # APIView's as_view sets it
        methods = {name for name in ("get", "put", "post", "patch", "delete") if hasattr(view, name)}
        assert methods == set(view.operations), view


def test_ids_are_unique(document: Document) -> None:
    ids = [operation["operationId"] for _path, _method, operation in operations(document)]
    assert len(ids) == len(set(ids))


def test_every_schema_file_is_a_component(document: Document) -> None:
    assert {f"kazoo.{name}" for name in schemas.NAMES} <= document["components"]["schemas"].keys()


def answer_schema(document: Document, path: str, method: str, status: int) -> Any:
    described = document["paths"][path][method]["responses"][str(status)]["content"]["application/json"]["schema"]
    return {**described, "components": document["components"]}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "", 200),
        ("GET", "/children", 200),
        ("GET", "/devices", 200),
        ("PUT", "/devices", 201),
        ("GET", "/devices/status", 200),
        ("GET", "/devices/{device_id}", 200),
        ("POST", "/devices/{device_id}", 200),
        ("PATCH", "/devices/{device_id}", 200),
        ("DELETE", "/devices/{device_id}", 200),
        ("GET", "/devices/{device_id}/status", 200),
        ("POST", "/devices/{device_id}/sync", 200),
        ("GET", "/users", 200),
        ("PUT", "/users", 201),
    ],
)
def test_answers_are_as_described(
    account: Account, kazoo: Kazoo, document: Document, method: str, path: str, status: int
) -> None:
    device = make_device(account, sip=SIP, mac_address="0004f2ab7efd")
    data = {"name": "x"} if method in ("PUT", "POST", "PATCH") else None
    response = kazoo.ask(method, path.strip("/").format(device_id=device.device_id), data)
    assert response.status_code == status
    schema = answer_schema(document, "/v2/accounts/{account_id}" + path, method.lower(), status)
    Draft202012Validator(schema).validate(response.json())


@pytest.mark.parametrize(("path", "status"), [("devices?page_size=0", 404), (f"devices/{'0' * 32}", 404), ("x", 404)])
def test_refusals_are_as_described(kazoo: Kazoo, document: Document, path: str, status: int) -> None:
    response = kazoo.get(path)
    assert response.status_code == status
    schema = answer_schema(document, "/v2/accounts/{account_id}/devices", "get", status)
    Draft202012Validator(schema).validate(response.json())


# The schema files by themselves.


@pytest.mark.parametrize("name", schemas.NAMES)
def test_a_schema_is_served_as_it_is_in_its_file_to_anybody(client: Any, name: str) -> None:
    assert client.get(f"/v2/schemas/{name}").json()["data"] == schemas.served(name)


def test_the_schemas_are_listed(client: Any) -> None:
    assert client.get("/v2/schemas").json()["data"] == list(schemas.NAMES)


def test_a_schema_that_is_none(client: Any) -> None:
    response = client.get("/v2/schemas/callflows")
    assert (response.status_code, response.json()["message"]) == (404, "bad_identifier")
