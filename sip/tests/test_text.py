"""Quoted strings, splitting and what counts as text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip.text import closing_quote, inside_quotes, is_plain_text, split_outside_quotes, unescape

MEGABYTE = 2**20


@pytest.mark.parametrize(
    ("text", "closing"), [('""', 1), ('"a"b"', 2), (r'"\""', 3), (r'"\\"', 3), ('"', -1), (r'"\"', -1), ('"a\\', -1)]
)
def test_a_quoted_string_ends_at_the_first_quote_that_is_not_escaped(text: str, closing: int) -> None:
    assert closing_quote(text, 0) == closing


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", [""]),
        ("a", ["a"]),
        ("a,b,,c", ["a", "b", "", "c"]),
        ('a="x,y",b', ['a="x,y"', "b"]),
        (r'"x\",y",b', [r'"x\",y"', "b"]),
        ("<sip:a,b>,c", ["<sip:a,b>", "c"]),
        ('"<",a', ['"<"', "a"]),
        ('"x', None),
        ("<x", None),
    ],
)
def test_a_separator_counts_outside_quotes_and_brackets(text: str, pieces: list[str] | None) -> None:
    assert split_outside_quotes(text, ",") == pieces


@given(st.text('ab",<>\\;'))
def test_no_character_is_lost_in_splitting(text: str) -> None:
    pieces = split_outside_quotes(text, ",")
    assert pieces is None or ",".join(pieces) == text


@pytest.mark.parametrize(
    ("text", "inside"), [('"a b"', "a b"), (r'"\""', r"\""), ("a", None), ('"a"b"', None), ('"', None)]
)
def test_inside_quotes_takes_one_quoted_string_from_end_to_end(text: str, inside: str | None) -> None:
    assert inside_quotes(text) == inside


@pytest.mark.parametrize(
    ("escaped", "text"),
    [(r"a\"b", 'a"b'), (r"dom\\john", r"dom\john"), (r"dom\john", r"dom\john"), (r"\\\"", '\\"'), (r"\\\\", r"\\")],
)
def test_only_an_escaped_quote_and_an_escaped_backslash_are_undone(escaped: str, text: str) -> None:
    assert unescape(escaped) == text


@given(st.text('a"\\'))
def test_unescape_undoes_what_a_careful_client_writes(text: str) -> None:
    assert unescape(text.replace("\\", "\\\\").replace('"', '\\"')) == text


@pytest.mark.parametrize(
    ("text", "plain"), [("", True), ("jöhn", True), ("x" * 9, False), ("\0", False), ("\udc80", False)]
)
def test_text_is_short_enough_and_can_be_stored(text: str, plain: object) -> None:
    assert is_plain_text(text, 8) is plain


@pytest.mark.parametrize("unit", ['"', '\\"', '"\\', "<", ",", '"<', '","', "<>", ">"])
def test_a_hostile_megabyte_is_split_in_linear_time(unit: str) -> None:
    text = unit * (MEGABYTE // len(unit))
    started = time.process_time()
    split_outside_quotes(text, ",")
    inside_quotes('"' + text)
    assert time.process_time() - started < 10  # about 0.2 s; a quadratic one takes hours
