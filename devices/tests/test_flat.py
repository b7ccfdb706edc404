"""A document as one level of dotted keys, for the audit trail."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from console.audit import HIDDEN
from devices.document import flattened
from devices.document.flat import LONGEST_VALUE_CHARACTERS, MOST_KEYS
from devices.tests.strategies import allowed


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"name": "x", "sip": {"username": "a"}}, {"name": "x", "sip.username": "a"}),
        ({"flags": ["a", "b"], "media": {}}, {"flags": ["a", "b"], "media": {}}),
        ({"a.b": {"c.d": 1}}, {"a%2Eb.c%2Ed": 1}),
        (
            {"provision": {"admin_password": "x", "Token": "y"}},
            dict.fromkeys(["provision.admin_password", "provision.Token"], HIDDEN),
        ),
    ],
)
def test_members_are_named_by_their_path(document: dict[str, Any], expected: dict[str, Any]) -> None:
    assert flattened(document) == expected


def test_a_long_value_is_cut() -> None:
    kept = flattened({"a": "x" * 10_000, "b": list(range(10_000))})
    assert [len(value) for value in kept.values()] == [LONGEST_VALUE_CHARACTERS + 1] * 2


def test_a_document_of_very_many_members_is_told_by_its_sections() -> None:
    document = {"name": "x", "custom": {str(number): number for number in range(MOST_KEYS + 1)}}
    assert list(flattened(document)) == ["name", "custom"]


@given(allowed())
def test_two_members_never_share_a_key(document: dict[str, Any]) -> None:
    once = flattened(document)
    assert len(once) == len(list(_leaves(document))) or len(once) == len(document)


def _leaves(value: Any) -> Any:
    for member in value.values():
        yield from _leaves(member) if isinstance(member, dict) and member else [member]
