"""Uploaded bytes as records: a header and numbered lines of cells."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from bulk.cells import unguard

WORKBOOK = b"PK\x03\x04"  # what xlsx and ods files begin with
SEPARATOR_LINE = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
DELIMITERS = ",;\t|"
MOST_COLUMNS = 200
LONGEST_CELL_CHARACTERS = 1_000_000  # the document of a device may be long
OLD_SPREADSHEETS = "cp1252"
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Unreadable(ValueError):
    """The file cannot be read; the text tells why, in words for the person who sent it."""


Record = tuple[int, list[str]]  # the line it begins on, counted from 1, and its cells


@dataclass(slots=True)
class Table:
    """A file taken apart. ``records`` can be run through once."""

    header: list[str]
    records: Iterator[Record]
    encoding: str
    delimiter: str = ""  # none: JSON

    @property
    def notes(self) -> list[str]:
        """What the person should look at."""
        if self.encoding != OLD_SPREADSHEETS:
            return []
        return [_("The file is not UTF-8: it was read as Windows-1252. Check names with accents.")]


def read(data: bytes) -> Table:
    """Take a CSV or JSON file apart. Raises ``Unreadable`` (also while the records are run through)."""
    text, encoding = decode(data)
    if text.lstrip()[:1] == "[":
        return read_json(text, encoding)
    return read_csv(text, encoding)


def decode(data: bytes) -> tuple[str, str]:
    """The text and its encoding: by its byte order mark, else UTF-8, else Windows-1252 as old spreadsheets write."""
    if data.startswith(WORKBOOK):
        raise Unreadable(_("This is a workbook: save it as CSV (UTF-8)."))
    marked = next((name for mark, name in BYTE_ORDER_MARKS if data.startswith(mark)), "utf-8")
    for encoding in (marked, OLD_SPREADSHEETS):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise Unreadable(_("The file is no text: save it as CSV (UTF-8)."))


def read_csv(text: str, encoding: str) -> Table:
    """Take CSV apart, whatever its delimiter; ``sep=;`` on the first line is Excel's way to name it."""
    first, _newline, rest = text.partition("\n")
    named = SEPARATOR_LINE.fullmatch(first.rstrip("\r"))
    text = rest if named else text
    delimiter = named[1] if named else delimiter_of(text)
    records = numbered(text, delimiter, skipped=1 if named else 0)
    _line, header = next(records, (0, []))
    if not any(header):
        raise Unreadable(_("The file is empty: its first line has to name the columns."))
    if len(header) > MOST_COLUMNS:
        raise Unreadable(_("More than %(most)s columns.") % {"most": MOST_COLUMNS})
    return Table(header, records, encoding, delimiter)


def delimiter_of(text: str) -> str:
    """The delimiter that stands most often in the first line, outside quotes; a comma where none does."""
    line = text.lstrip("\r\n").split("\n", 1)[0]
    outside = "".join(line.split('"')[::2])
    return max(DELIMITERS, key=lambda sign: (outside.count(sign), -DELIMITERS.index(sign)))


def numbered(text: str, delimiter: str, skipped: int) -> Iterator[Record]:
    """The records that are not blank, each with its line. Raises ``Unreadable``."""
    csv.field_size_limit(LONGEST_CELL_CHARACTERS)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + skipped + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            words = _("Line %(line)s: not well-formed CSV (%(error)s).")
            raise Unreadable(words % {"line": line, "error": error}) from error
        if any(cells):
            yield line, [unguard(cell) for cell in cells]


def read_json(text: str, encoding: str) -> Table:
    """Take an array of objects apart, as the console exports it: the keys of the first are the columns."""
    objects = json_objects(text)
    _line, first = next(objects, (0, {}))
    if not first:
        raise Unreadable(_("The array is empty."))
    header = list(first)

    def records() -> Iterator[Record]:
        yield 1, [cell_of(value) for value in first.values()]
        for number, found in objects:
            if unknown := found.keys() - first.keys():
                words = _("Object %(number)s: %(key)s is not a key of the first object.")
                raise Unreadable(words % {"number": number, "key": min(unknown)})
            yield number, [cell_of(found.get(name)) for name in header]

    return Table(header, records(), encoding)


def json_objects(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of an array, one at a time, counted from 1. Raises ``Unreadable``."""
    decoder = json.JSONDecoder()
    at, number = text.index("[") + 1, 0
    while True:
        at = skip(text, at, ", \t\r\n" if number else " \t\r\n")
        if text[at : at + 1] == "]":
            return
        if at == len(text):
            raise Unreadable(_("The file ends in the middle of the array."))
        number += 1
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            raise Unreadable(_("Object %(number)s: not well-formed JSON.") % {"number": number}) from error
        if not isinstance(value, dict):
            raise Unreadable(_("Object %(number)s: expected an object.") % {"number": number})
        yield number, value


def skip(text: str, at: int, signs: str) -> int:
    """The place of the first sign from ``at`` on that is none of ``signs``."""
    while at < len(text) and text[at] in signs:
        at += 1
    return at


def cell_of(value: Any) -> str:
    """A JSON value as the cell that CSV would have for it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return " ".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
