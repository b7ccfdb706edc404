"""What a body may hold: names, other names for them, and JSON types."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from console.api.vobiz.locked import refuse_changes
from console.api.vobiz.shapes import Document, Flag, Identifier, Number, Secret, Shape, Text


class Example(Shape):
    """One field of each type."""

    aliases = {"name": "title", "app_id": "application"}

    title = Text()
    note = Text(allow_null=True)
    password = Secret()
    enabled = Flag()
    count = Number()
    application = Identifier(allow_null=True)
    limits = Document(schema={"type": "object"}, allow_null=True)


SHAPE = Example()


@pytest.mark.parametrize(
    ("body", "values"),
    [
        ({}, {}),
        ({"title": "x", "unknown": 1, "Title": 2}, {"title": "x"}),
        ({"title": ""}, {"title": ""}),
        ({"note": ""}, {"note": None}),
        ({"note": None}, {"note": None}),
        ({"name": "x"}, {"title": "x"}),
        ({"name": "x", "title": "y"}, {"title": "y"}),
        ({"enabled": False, "count": 0}, {"enabled": False, "count": 0}),
        ({"application": 12}, {"application": 12}),
        ({"application": "12"}, {"application": 12}),
        ({"application": None}, {"application": None}),
        ({"app_id": "12"}, {"application": 12}),
        ({"limits": {"a": 1}}, {"limits": {"a": 1}}),
        ({"limits": None}, {"limits": None}),
    ],
)
def test_known_keys_are_taken_and_others_ignored(body: dict[str, Any], values: dict[str, Any]) -> None:
    assert SHAPE.read(body) == values


@pytest.mark.parametrize("wrong", [1, 1.5, True, [], {}, ["x"]])
@pytest.mark.parametrize("name", ["title", "note", "password"])
def test_a_text_is_a_string(name: str, wrong: Any) -> None:
    assert faults({name: wrong}) == {name: ["Not a valid string."]}


@pytest.mark.parametrize("wrong", [0, 1, "true", "", [], {}, 1.0])
def test_a_flag_is_true_or_false(wrong: Any) -> None:
    assert faults({"enabled": wrong}) == {"enabled": ["Must be a valid boolean."]}


@pytest.mark.parametrize("wrong", ["1", 1.0, True, [], {}])
def test_a_number_is_whole(wrong: Any) -> None:
    assert faults({"count": wrong}) == {"count": ["A valid integer is required."]}


@pytest.mark.parametrize("wrong", ["", "x", "1.0", "-1", " 1", "9" * 19, True, 1.0, [], {}])
def test_an_identifier_is_a_number_or_digits(wrong: Any) -> None:
    assert faults({"application": wrong}) == {"application": ["A valid integer is required."]}


@pytest.mark.parametrize("wrong", ["{}", 1, True, []])
def test_a_document_is_of_its_kind(wrong: Any) -> None:
    assert faults({"limits": wrong}) == {"limits": ["Not a valid value."]}


@pytest.mark.parametrize("name", ["title", "password", "enabled", "count"])
def test_null_is_taken_only_where_it_means_something(name: str) -> None:
    assert list(faults({name: None})) == [name]


def test_every_wrongly_typed_key_is_named() -> None:
    assert set(faults({"name": 1, "enabled": "yes", "note": "fine"})) == {"title", "enabled"}


def faults(body: dict[str, Any]) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as caught:
        SHAPE.read(body)
    return caught.value.message_dict


# --- what cannot change -----------------------------------------------------------------------------------------------

STORED = {"username": "alice", "endpoint_id": "42", "allow_phones": True, "sub_account": None}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"username": "alice"},
        {"endpoint_id": "42"},
        {"endpoint_id": 42},
        {"allow_phones": True, "sub_account": None},
    ],
)
def test_the_same_value_again_is_accepted(body: dict[str, Any]) -> None:
    refuse_changes(body, STORED)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("username", "bob"),
        ("username", None),
        ("username", ["alice"]),
        ("endpoint_id", 43),
        ("endpoint_id", "042"),
        ("allow_phones", False),
        ("sub_account", "SA_AAAAAAAA"),
    ],
)
def test_another_value_is_refused(name: str, value: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        refuse_changes({name: value}, STORED)
    assert caught.value.message_dict == {name: ["This cannot be changed after creation."]}
