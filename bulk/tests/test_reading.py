"""Files as spreadsheets and people make them."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Account
from bulk.cells import guard, unguard
from bulk.columns import column, parse_number
from bulk.kinds.registry import kinds
from bulk.reading import headers
from bulk.reading.records import Unreadable, cell_of, read


def rows(data: str | bytes) -> list[list[str]]:
    table = read(data.encode() if isinstance(data, str) else data)
    return [table.header, *(cells for _line, cells in table.records)]


PLAIN = [["username", "alias"], ["anna", "Änne"]]


@pytest.mark.parametrize(
    "data",
    [
        "username,alias\nanna,Änne\n",
        "username,alias\r\nanna,Änne\r\n",
        "username,alias\ranna,Änne",
        "username;alias\nanna;Änne\n",
        "username\talias\nanna\tÄnne\n",
        "username|alias\nanna|Änne\n",
        "sep=;\r\nusername;alias\r\nanna;Änne\r\n",
        '"sep=;"\nusername;alias\nanna;Änne\n',
        "\n\nusername,alias\n\nanna,Änne\n,\n",
        '"username","alias"\n"anna","Änne"\n',
        "username,alias\nanna,Änne\n".encode("utf-8-sig"),
        "username\talias\nanna\tÄnne\n".encode("utf-16"),
        "username;alias\nanna;Änne\n".encode("cp1252"),
        '[{"username": "anna", "alias": "Änne"}]',
        '[\n{"username": "anna", "alias": "Änne"}\n]\n'.encode("utf-8-sig"),
    ],
)
def test_one_table_however_it_was_saved(data: str | bytes) -> None:
    assert rows(data) == PLAIN


def test_another_encoding_than_utf_8_is_said() -> None:
    table = read("username\nänne\n".encode("cp1252"))
    assert table.notes == ["The file is not UTF-8: it was read as Windows-1252. Check names with accents."]


def test_odd_line_ends_inside_cells_are_part_of_them() -> None:
    text = 'username,description\na,"one\u2028two\x85three\x0bfour\r\nfive"\n'
    assert rows(text)[1] == ["a", "one\u2028two\x85three\x0bfour\r\nfive"]


def test_lines_are_counted_as_an_editor_does() -> None:
    table = read(b'sep=,\nusername,alias\na,"A\nA"\n\nb,B\n')
    assert [line for line, _cells in table.records] == [3, 6]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The file is empty"),
        (b"PK\x03\x04 workbook", "This is a workbook"),
        (b"\x81\x8d", "The file is no text"),
        (b'username\n"open\n', "Line 2: not well-formed CSV"),
        (b'username\n"a"b"\n', "Line 2: not well-formed CSV"),
        (b"[]", "The array is empty"),
        (b'[{"username": "a"}', "ends in the middle"),
        (b'[{"username": "a"}, 3]', "Object 2: expected an object"),
        (b'[{"username": "a"}, {"user": "b"}]', "Object 2: user is not a key"),
        (b'[{"username": }]', "Object 1: not well-formed JSON"),
        (b"[" * 5000, "Object 1: "),
        (b"a," * 300, "More than 200 columns"),
    ],
)
def test_what_cannot_be_read_is_said_in_words(data: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        rows(data)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+49", "'+49"),
        ("-", "'-"),
        ("@cmd", "'@cmd"),
        ("\tx", "'\tx"),
        ("\r\nx", "'\r\nx"),
        ("＝1", "'＝1"),  # noqa: RUF001  (the full-width sign is the point)
        ("'=x", "''=x"),
        ("''", "'''"),
        ("'", "'"),
        ("'tis", "'tis"),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_a_cell_is_safe_and_comes_back_whole(text: str, cell: str) -> None:
    assert guard(text) == cell
    assert unguard(cell) == text


def names(*header: str) -> headers.Mapping:
    return headers.match(header, kinds()["endpoints"].columns)


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Username", "username"),
        (" USER NAME ", "username"),
        ("User", "username"),
        ("app_id", "application"),
        ("App ID", "application"),
        ("Sub-account", "sub_account"),
        ("allow_voice", "allow_voice"),
        ("Voice calls", "allow_voice"),
        ("sip_uri", "sip_uri"),
    ],
)
def test_a_column_is_found_by_name_label_or_alias(heading: str, name: str) -> None:
    others = () if name == "username" else ("username",)
    assert names(heading, *others).names[0] == name


def test_an_unknown_column_is_left_out_and_said_with_the_one_it_may_mean() -> None:
    mapping = names("username", "pasword", "")
    assert mapping.names == ["username", None, None]
    assert mapping.notes == ["The column pasword is not known and is left out. Did you mean password?"]


@pytest.mark.parametrize(
    ("header", "words"),
    [(("alias",), "No column is headed username"), (("username", "User"), "Two columns are username")],
)
def test_a_header_that_cannot_be_meant_is_refused(header: tuple[str, ...], words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        names(*header)


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (["10.0.0.0/8", "192.0.2.1"], "10.0.0.0/8 192.0.2.1"),
        ("text", "text"),
        (7, "7"),
        ({"calls": True, "names": ["ü"]}, '{"calls":true,"names":["ü"]}'),
        ([1, "a"], '[1,"a"]'),
    ],
)
def test_a_value_of_json_is_the_cell_that_csv_would_have(value: object, cell: str) -> None:
    assert cell_of(value) == cell


@pytest.mark.parametrize(("cell", "number"), [("", None), ("  ", None), (" 1000 ", 1000), ("-1", -1)])
def test_a_number_is_read_from_its_cell(cell: str, number: int | None) -> None:
    assert parse_number(cell) == number


@pytest.mark.parametrize("cell", ["1.5", "ten", "\u0661", "9" * 19, "--1"])
def test_what_is_no_number_is_said(cell: str) -> None:
    with pytest.raises(ValidationError, match="Enter a whole number"):
        parse_number(cell)


def test_only_a_field_of_the_models_own_table_makes_a_column() -> None:
    with pytest.raises(TypeError, match="sub_accounts"):
        column(Account, "sub_accounts")
