"""Documents made from a draft-4 schema: what it allows, what lies around its edges, and JSON of any kind."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from devices import schemas
from devices.schema_walk import python_pattern

thorough = settings(deadline=None, max_examples=300)

STORABLE = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
TEXTS = ["", "300", "300.4", "-2.5", "+7", "1e3", "0x10", " 3", "3 ", "99999999999999999999", "true", "false", "True"]
MORE_TEXTS = ["a\n", "a b", "é@x", "00:04:F2:AB:7E:FD", "+1 (415) 555-0100"]
EDGY_TEXTS = st.one_of(st.sampled_from(TEXTS + MORE_TEXTS), st.text(STORABLE, max_size=6))
KEYS = ["1", "12", "1\n", "a.b", "", "X-Foo", "in", "out", "_x", "pvt_x", "\r", "\n"]
EDGY_KEYS = st.one_of(st.sampled_from(KEYS), st.text(STORABLE, max_size=3))
FLOATS = st.one_of(st.floats(-1e18, 1e18), st.sampled_from([1.0, 299.5, -0.5, 0.49999999999999994]))
NUMBERS = st.one_of(st.integers(-(2**63), 2**63 - 1), FLOATS)
ANY_TEXTS = st.text(st.characters(), max_size=6)

storable_json: SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, EDGY_TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(EDGY_KEYS, inner, max_size=3)),
    max_leaves=6,
)
any_json: SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), ANY_TEXTS, EDGY_TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(ANY_TEXTS, inner, max_size=3)),
    max_leaves=12,
)


@cache
def allowed(name: str = "devices") -> SearchStrategy[Any]:
    """Make documents of the right types, lengths and keys; nearly all of them are valid."""
    return _value(schemas.bundled(name), astray=False)


@cache
def around_the_edges(name: str = "devices") -> SearchStrategy[Any]:
    """Make documents in which, here and there, a bound is missed by one, or any key or JSON stands in a place."""
    return _value(schemas.bundled(name), astray=True)


def _value(root: dict[str, Any], *, astray: bool) -> SearchStrategy[Any]:
    return Builder(root["definitions"], astray=astray).strategy(root)


class Builder:
    """Turns the nodes of one bundled schema into strategies."""

    def __init__(self, definitions: dict[str, Any], *, astray: bool) -> None:
        self.definitions = definitions
        self.astray = astray

    def strategy(self, schema: dict[str, Any]) -> SearchStrategy[Any]:
        """Give a strategy for one node, which now and then goes astray."""
        return self.mostly(st.deferred(lambda: self._right(schema)), storable_json)

    def mostly(self, right: SearchStrategy[Any], wrong: SearchStrategy[Any]) -> SearchStrategy[Any]:
        """Take the wrong strategy now and then if this builder goes astray."""
        return st.integers(0, 7).flatmap(lambda number: wrong if number == 7 else right) if self.astray else right

    def _right(self, schema: dict[str, Any]) -> SearchStrategy[Any]:
        if "$ref" in schema:
            return self._right(self.definitions[schema["$ref"].rpartition("/")[2]])
        for branches in ("oneOf", "anyOf"):
            if branches in schema:
                return st.one_of([self.strategy(branch) for branch in schema[branches]])
        if "enum" in schema:
            return self.mostly(st.sampled_from(schema["enum"]), st.sampled_from(schema["enum"]).map(str.swapcase))
        kind = schema.get("type", "object")
        makers = {"string": self._text, "integer": self._integer, "array": self._list, "object": self._object}
        return st.booleans() if kind == "boolean" else makers[kind](schema)

    def _text(self, schema: dict[str, Any]) -> SearchStrategy[str]:
        shortest = schema.get("minLength", 0)
        longest = schema.get("maxLength", max(shortest, 30))
        alphabet = st.sampled_from("abcXYZ019._-") if "pattern" in schema else STORABLE
        edges = [st.text(alphabet, min_size=size, max_size=size) for size in (shortest, longest) if size < 300]
        inside = st.one_of(*edges, st.text(alphabet, min_size=shortest, max_size=min(longest, shortest + 8)))
        beyond = [st.text(alphabet, min_size=size, max_size=size) for size in (max(0, shortest - 1), longest + 1)]
        return self.mostly(inside, st.one_of(*beyond, EDGY_TEXTS))

    def _integer(self, schema: dict[str, Any]) -> SearchStrategy[int]:
        lowest, highest = schema.get("minimum", -(2**63)), schema.get("maximum", 2**63 - 1)
        inside = st.one_of(st.integers(lowest, highest), st.sampled_from([lowest, highest]))
        return self.mostly(inside, st.sampled_from([max(lowest - 1, -(2**63)), min(highest + 1, 2**63 - 1)]))

    def _list(self, schema: dict[str, Any]) -> SearchStrategy[list[Any]]:
        return st.lists(self.strategy(schema["items"]), max_size=3, unique_by=None if self.astray else repr)

    def _object(self, schema: dict[str, Any]) -> SearchStrategy[dict[str, Any]]:
        return _objects(self, schema)


@st.composite
def _objects(draw: DrawFn, builder: Builder, schema: dict[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = schema.get("properties", {})
    chosen = draw(st.lists(st.sampled_from(sorted(properties)), max_size=3, unique=True)) if properties else []
    if not (builder.astray and draw(st.integers(0, 7)) == 7):
        chosen = [*schema.get("required", []), *chosen]
    made = {key: draw(builder.strategy(properties[key])) for key in chosen}
    patterns = {python_pattern(key): member for key, member in schema.get("patternProperties", {}).items()}
    for pattern, member in patterns.items():
        made |= draw(st.dictionaries(_keys(pattern), builder.strategy(member), max_size=2))
    other = schema.get("additionalProperties", True)
    values = builder.strategy(other) if isinstance(other, dict) else storable_json
    more = draw(st.dictionaries(EDGY_KEYS, values, max_size=1))
    if other is not False or draw(builder.mostly(st.just(False), st.just(True))):
        made |= {key: value for key, value in more.items() if not any(pattern.search(key) for pattern in patterns)}
    return made


def _keys(pattern: re.Pattern[str]) -> SearchStrategy[str]:
    return st.from_regex(pattern).map(lambda key: key[:40]).filter(lambda key: not re.search("[\0\ud800-\udfff]", key))
