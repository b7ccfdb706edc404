"""Which column of a file is which: by name, label or alias, whatever its case and spacing."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from bulk.columns import Column
from bulk.reading.records import Unreadable


@dataclass(slots=True)
class Mapping:
    """The column of each cell (None: left out), and what the operator should know about the ones left out."""

    names: list[str | None]
    ignored: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def plain(name: str) -> str:
    """A heading without case, accents' spellings, blanks and punctuation."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).casefold())


def match(header: Sequence[str], columns: Sequence[Column]) -> Mapping:
    """Find each heading's column. Raises ``Unreadable`` where two headings are the same one, or the key is missing."""
    known = {plain(name): column for column in columns for name in (str(column.label), *column.aliases, column.name)}
    mapping = Mapping([])
    for heading in header:
        column = known.get(plain(heading))
        if column is None:
            leave_out(mapping, heading, columns)
        elif column.name in mapping.names:
            raise Unreadable(_("Two columns are %(column)s.") % {"column": column.name})
        else:
            mapping.names.append(column.name)
    if not any(column.is_key and column.name in mapping.names for column in columns):
        wanted = ", ".join(column.name for column in columns if column.is_key)
        words = _("No column is headed %(wanted)s. The first line has to name the columns.")
        raise Unreadable(words % {"wanted": wanted})
    return mapping


def leave_out(mapping: Mapping, heading: str, columns: Sequence[Column]) -> None:
    """Note a heading that is none of ours, with the one it may have meant."""
    mapping.names.append(None)
    if not heading.strip():
        return
    mapping.ignored.append(heading)
    near = difflib.get_close_matches(plain(heading), [plain(column.name) for column in columns], n=1, cutoff=0.75)
    meant = next((column.name for column in columns if near and plain(column.name) == near[0]), "")
    words = _("The column %(heading)s is not known and is left out.") % {"heading": heading}
    hint = _("Did you mean %(column)s?") % {"column": meant} if meant else ""
    mapping.notes.append(f"{words} {hint}".strip())
