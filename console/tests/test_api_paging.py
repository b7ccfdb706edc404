"""``limit`` and ``offset``: clamped, never refused; the end of a list is read from its end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.api.vobiz.paging import Span, Window, clamped


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (None, 20),
        ("", 20),
        ("junk", 20),
        ("5.5", 20),
        ("1_0", 20),
        ("٣", 20),
        ("9" * 5000, 20),
        ("0", 1),
        ("-7", 1),
        ("7", 7),
        ("100", 100),
        ("101", 100),
        ("9" * 18, 100),
    ],
)
def test_a_number_is_moved_into_its_range_and_junk_is_the_default(text: str | None, number: int) -> None:
    assert clamped(text, default=20, lowest=1, highest=100) == number


@pytest.mark.parametrize(
    ("query", "window"),
    [
        ({}, Window(20, 0)),
        ({"limit": "1", "offset": "3"}, Window(1, 3)),
        ({"limit": "0", "offset": "-1"}, Window(1, 0)),
        ({"limit": "1000", "offset": "x"}, Window(100, 0)),
    ],
)
def test_a_window_is_20_rows_from_the_first_unless_the_query_says_otherwise(
    query: dict[str, str], window: Window
) -> None:
    assert Window.asked_for(query) == window


@given(limit=st.integers(1, 100), offset=st.integers(0, 250), total=st.integers(0, 200))
def test_a_window_holds_what_slicing_would(limit: int, offset: int, total: int) -> None:
    newest_first = list(range(total, 0, -1))
    span = Window(limit, offset).span(total)
    assert rows_in(span, newest_first) == newest_first[offset : offset + limit]


def rows_in(span: Span | None, newest_first: list[int]) -> list[int]:
    if span is None:
        return []
    if not span.from_oldest:
        return newest_first[span.start : span.stop]
    return newest_first[::-1][span.start : span.stop][::-1]


def test_no_window_is_read_from_farther_away_than_half_the_list() -> None:
    spans = [Window(20, offset).span(1000) for offset in range(0, 1000, 7)]
    assert max(span.start for span in spans if span is not None) <= 500


@pytest.mark.parametrize(
    ("window", "following", "previous"),
    [
        (Window(20, 0), "/x/?limit=20&offset=20", None),
        (Window(20, 20), "/x/?limit=20&offset=40", "/x/?limit=20&offset=0"),
        (Window(20, 5), "/x/?limit=20&offset=25", "/x/?limit=20&offset=0"),
        (Window(20, 40), None, "/x/?limit=20&offset=20"),
        (Window(20, 400), None, "/x/?limit=20&offset=380"),
    ],
)
def test_a_page_names_its_neighbours(window: Window, following: str | None, previous: str | None) -> None:
    assert window.neighbours("/x/", 50, {}) == (following, previous)


def test_the_neighbours_keep_the_filters() -> None:
    following, _previous = Window(20, 0).neighbours("/x/", 50, {"offset": "0", "alias__contains": "a b&c"})
    assert following == "/x/?limit=20&offset=20&alias__contains=a+b%26c"
