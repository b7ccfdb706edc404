"""A call of a documented API as a command line, ready to paste into a shell: the page's own act, for a program."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

NEXT_LINE = " \\\n  "
# What a terminal would act on, or show other than it is: control characters, direction marks, line separators.
UNSEEN = re.compile(
    "[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


class Variable(str):
    """The name of a shell variable that stands in the place of a secret."""

    __slots__ = ()


TOKEN = Variable("CONSOLE_TOKEN")
PASSWORD = Variable("SIP_PASSWORD")


@dataclass(frozen=True, slots=True)
class Command:
    """One call. ``headers`` and the JSON ``body`` may hold ``Variable``s; a body of None is none."""

    method: str
    url: str
    headers: Sequence[tuple[str, str]] = field(default_factory=tuple)
    body: Any = None

    def __str__(self) -> str:
        """The command line, one option a line."""
        return NEXT_LINE.join(self.words())

    def words(self) -> Iterator[str]:
        """Its options, quoted."""
        yield f"curl -X {self.method} {quoted(self.url)}"
        for name, value in self.headers:
            yield f'-H "{name}: ${value}"' if isinstance(value, Variable) else f"-H {quoted(f'{name}: {value}')}"
        if self.body is not None:
            yield f"-H {quoted('Content-Type: application/json')}"
            yield f"--data-binary {quoted_json(self.body)}"


def quoted(text: str) -> str:
    """``text`` as one word of a POSIX shell, whatever is in it."""
    return "'" + text.replace("'", "'\\''") + "'"


def quoted_json(body: Any) -> str:
    """``body`` as JSON in one word of a shell; its variables are the shell's to fill in."""
    mark = secrets.token_hex(16)  # nothing that anybody typed holds it
    text = json.dumps(marked(body, mark), ensure_ascii=False, indent=2)
    word = quoted(UNSEEN.sub(_escaped, text))
    return re.sub(f"{mark}([A-Z_]+){mark}", "'\"$\\1\"'", word)


def marked(value: Any, mark: str) -> Any:
    """``value`` with a mark around the names of variables."""
    if isinstance(value, Variable):
        return f"{mark}{value}{mark}"
    if isinstance(value, Mapping):
        return {key: marked(each, mark) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [marked(each, mark) for each in value]
    return value


def variables_in(value: Any) -> set[str]:
    """The names of the variables in ``value``."""
    if isinstance(value, Variable):
        return {str(value)}
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    return {name for each in inner for name in variables_in(each)}


def _escaped(match: re.Match[str]) -> str:
    """A character as JSON escapes it."""
    return json.dumps(match[0])[1:-1]
