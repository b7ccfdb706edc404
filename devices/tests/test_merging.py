"""The laws of PATCH."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.document import merge
from devices.document.basics import MISSING, look_up
from devices.tests.strategies import EDGY_KEYS, storable_json

objects = st.dictionaries(EDGY_KEYS, storable_json, max_size=4)

TABLE: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
    ({"a": 1}, {"a": 2}, {"a": 2}),
    ({"a": {"b": 1, "c": 2}}, {"a": {"b": 3}}, {"a": {"b": 3, "c": 2}}),
    ({"a": {"b": {"c": 1, "d": 2}}}, {"a": {"b": {"c": None}}}, {"a": {"b": {"d": 2}}}),
    ({"a": [1, 2, 3]}, {"a": [4]}, {"a": [4]}),
    ({"a": [1, 2]}, {"a": []}, {"a": []}),
    ({"a": 1}, {"a": None}, {}),
    ({}, {"a": None}, {}),
    ({}, {"a": {"b": None, "c": 1}}, {"a": {"c": 1}}),
    ({"a": 1}, {"a": {"b": 1}}, {"a": {"b": 1}}),
    ({"a": {"b": 1}}, {"a": 1}, {"a": 1}),
    ({"a": {"b": 1}}, {"a": {}}, {"a": {"b": 1}}),
    ({"a": [1]}, {"a": [None, {"b": None}]}, {"a": [None, {"b": None}]}),
    ({"a": None}, {"b": 1}, {"a": None, "b": 1}),
    ({"a": 1}, {"a": False, "b": 0, "c": ""}, {"a": False, "b": 0, "c": ""}),
]


@pytest.mark.parametrize(("document", "patch", "merged"), TABLE)
def test_objects_merge_null_deletes_all_else_replaces(
    document: dict[str, Any], patch: dict[str, Any], merged: dict[str, Any]
) -> None:
    assert merge(document, patch) == merged


@given(objects)
def test_an_empty_patch_changes_nothing(document: dict[str, Any]) -> None:
    assert merge(document, {}) == document


@given(objects, objects)
def test_patching_twice_is_patching_once(document: dict[str, Any], patch: dict[str, Any]) -> None:
    once = merge(document, patch)
    assert merge(once, patch) == once


@given(objects, objects)
def test_a_null_leaves_no_key_behind(document: dict[str, Any], patch: dict[str, Any]) -> None:
    merged = merge(document, patch)
    assert [path for path in _nulls(patch) if look_up(merged, *path) is not MISSING] == []


@given(objects, objects)
def test_what_a_patch_does_not_name_stays(document: dict[str, Any], patch: dict[str, Any]) -> None:
    unnamed = {key: value for key, value in document.items() if key not in patch}
    assert {key: value for key, value in merge(document, patch).items() if key not in patch} == unnamed


@given(objects, objects)
def test_its_arguments_do_not_change(document: dict[str, Any], patch: dict[str, Any]) -> None:
    before = repr((document, patch))
    merge(document, patch)
    assert repr((document, patch)) == before


def _nulls(patch: dict[str, Any]) -> list[tuple[str, ...]]:
    paths = [(key,) for key, value in patch.items() if value is None]
    objects_inside = [(key, value) for key, value in patch.items() if isinstance(value, dict)]
    return [*paths, *((key, *path) for key, value in objects_inside for path in _nulls(value))]
