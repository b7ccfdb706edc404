"""The schema files: served, bundled and as OpenAPI components."""

from __future__ import annotations

import json
from typing import Any

import pytest

from devices import schemas
from devices.tests import oracle

LISTED_BY_THE_DOCUMENTATION = set(
    """devices devices.combo_key call_recording call_recording.source call_recording.parameters call_waiting caller_id
    custom_sip_headers dialplans endpoint.media formatters formatters.format_options metaflow metaflows""".split()
)


def test_every_definition_has_its_file() -> None:
    assert set(schemas.NAMES) >= LISTED_BY_THE_DOCUMENTATION


@pytest.mark.parametrize("name", schemas.NAMES)
def test_a_bundled_schema_is_draft_4(name: str) -> None:
    oracle.check_draft_4(schemas.bundled(name))


@pytest.mark.parametrize("name", schemas.NAMES)
def test_a_component_is_json_schema_2020_12(name: str) -> None:
    oracle.check_openapi(schemas.components()[f"kazoo.{name}"])


def test_a_served_schema_refers_to_others_by_name() -> None:
    served = schemas.served("devices")
    assert (served["id"], served["properties"]["media"]["$ref"]) == ("devices", "endpoint.media")


def test_an_unknown_schema_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        schemas.served("voicemails")


def test_a_bundled_schema_holds_all_that_it_needs() -> None:
    assert set(schemas.bundled("metaflows")["definitions"]) == {"metaflow"}
    assert schemas.bundled("call_waiting")["definitions"] == {}


@pytest.mark.parametrize("name", schemas.NAMES)
def test_every_reference_of_a_component_is_a_component(name: str) -> None:
    components = schemas.components("p.")
    targets = _references(components[f"p.{name}"])
    assert {target.removeprefix("#/components/schemas/") for target in targets} <= set(components)


def _references(schema: Any) -> set[str]:
    if isinstance(schema, list):
        return set().union(*map(_references, schema))
    if not isinstance(schema, dict):
        return set()
    return {schema["$ref"]} if "$ref" in schema else set().union(*map(_references, schema.values()))


def test_a_component_keeps_a_property_called_id() -> None:
    provision = schemas.components()["kazoo.devices"]["properties"]["provision"]
    assert provision["properties"]["id"]["type"] == "string"


def test_a_component_says_nothing_that_openapi_does_not_know() -> None:
    text = json.dumps(schemas.components())
    assert "$schema" not in text
    assert '"support_level"' not in text


def test_making_components_leaves_the_files_alone() -> None:
    schemas.components()
    schemas.bundled("devices")
    assert schemas.served("devices")["$schema"] == "http://json-schema.org/draft-04/schema#"


def test_every_part_has_a_description() -> None:
    assert [path for name in schemas.NAMES for path in _undescribed(schemas.named(name), name)] == []


def _undescribed(schema: dict[str, Any], path: str) -> list[str]:
    own = [] if schema.get("description") else [path]
    members = schema.get("properties", {}) | schema.get("patternProperties", {})
    return own + [inner for key, member in members.items() for inner in _undescribed(member, f"{path}.{key}")]


@pytest.mark.parametrize(
    ("username", "valid"),
    [
        *[(username, True) for username in ("user_x", "+4930", "é日", "a.b-c~d")],
        *[
            (username, False)
            for username in ("a:b", "a@b", "a,b", 'a"b', "a b", "a\u00a0b", "a\x7f", "ab\n", "a\u2028b")
        ],
    ],
)
def test_a_sip_username_has_no_sign_that_breaks_a_digest_or_a_uri(username: str, valid: bool) -> None:
    document = {"name": "x", "sip": {"username": username}}
    assert schemas.validator("devices").is_valid(document) is valid
