"""The document as JSON text: where each member stands in it, so that a fault is shown beside its line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from console.api.renderers import loads
from devices.document import Errors
from devices.document.basics import Document
from devices.document.flat import dotted
from devices.document.storable import Path

MOST_CHARACTERS = 1_000_000
MOST_NUMBERED_LINES = 3000
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


@dataclass(frozen=True, slots=True)
class Note:
    """Something wrong: in which line, with which member, and what."""

    line: int
    key: str
    message: str


@dataclass(slots=True)
class Text:
    """What is in the box, and what is wrong with it."""

    text: str
    notes: list[Note] = field(default_factory=list)

    @property
    def row_count(self) -> int:
        """How many lines it has."""
        return self.text.count("\n") + 1

    @property
    def is_numbered(self) -> bool:
        """Whether its lines are numbered: not where there are too many."""
        return self.row_count <= MOST_NUMBERED_LINES

    @property
    def lines(self) -> list[tuple[int, list[Note]]]:
        """Every line's number and notes."""
        if not self.is_numbered:
            return []
        by_line: dict[int, list[Note]] = {}
        for note in self.notes:
            by_line.setdefault(note.line, []).append(note)
        return [(number, by_line.get(number, [])) for number in range(1, self.row_count + 1)]

    def refuse(self, faults: Errors) -> None:
        """Put every fault beside the line of its member, or of what that is missing from."""
        places = {dotted(path): line for path, line in positions(self.text)}
        for key, rules in faults.items():
            for told in rules.values():
                self.notes.append(Note(line_of(key, places), key, str(told["message"])))
        self.notes.sort(key=lambda note: note.line)

    def refuse_whole(self, messages: list[str]) -> None:
        """Say something about the whole."""
        self.notes += [Note(1, "", message) for message in messages]


def written(document: Document) -> str:
    """The document as people read it."""
    return json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True)


def read(text: Text) -> Any:
    """The document that was typed; None, and a note, where it is no JSON object."""
    if len(text.text) > MOST_CHARACTERS:
        text.refuse_whole([_("This is longer than can be edited here: use the API.")])
        return None
    try:
        document = loads(text.text)
    except json.JSONDecodeError as error:
        text.notes.append(Note(error.lineno, "", _("This is no JSON: %(words)s") % {"words": error.msg}))
        return None
    except ValueError as error:
        text.refuse_whole([str(error)[:200]])
        return None
    if not isinstance(document, dict):
        text.refuse_whole([_("A device is a JSON object: { … }")])
        return None
    return document


def line_of(key: str, places: dict[str, int]) -> int:
    """The line of a member; of the nearest one around it, where it is not there."""
    while key not in places and "." in key:
        key = key.rpartition(".")[0]
    return places.get(key, 1)


def positions(text: str) -> Iterator[tuple[Path, int]]:
    """The path and line of every member and item of a text that is known to be JSON."""
    walk: list[list[Any]] = []  # of each open container: "{" or "[", and the key or index one is at
    line, last, is_key = 1, 0, False
    for token in _TOKEN.finditer(text):
        line, last = line + text.count("\n", last, token.start()), token.start()
        sign = token.group()
        if is_key and sign.startswith('"'):
            walk[-1][1], is_key = json.loads(sign), False
            yield _path(walk), line
        elif sign in "{[":
            if walk and walk[-1][0] == "[":
                yield _path(walk), line
            walk.append([sign, 0])
            is_key = sign == "{"
        elif sign in "}]":
            walk.pop()
        elif sign == ",":
            is_key = walk[-1][0] == "{"
            walk[-1][1] = walk[-1][1] if is_key else walk[-1][1] + 1
        elif sign != ":" and walk and walk[-1][0] == "[":
            yield _path(walk), line


def _path(walk: list[list[Any]]) -> Path:
    return tuple(key for _container, key in walk)
