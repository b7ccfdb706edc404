"""A table of inputs in a form: so many rows of the same columns, and some blank ones to fill in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from console.sections import Words

Row = dict[str, str]
MOST_ROWS = 300


@dataclass(frozen=True, slots=True)
class Column:
    """One input of a row: a text, or a choice."""

    name: str
    label: Words
    choices: Sequence[tuple[str, Words]] = ()
    is_narrow: bool = False


class RowsWidget(forms.Widget):
    """Draws the rows; ``blank`` more are offered than there are."""

    use_fieldset = True

    def __init__(self, columns: Sequence[Column], *, blank: int) -> None:
        super().__init__()
        self.columns, self.blank = columns, blank

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Draw the table."""
        rows: list[Row] = [*(value or []), *({} for _ in range(self.blank))]
        cells = [
            [(column, f"{name}-{number}-{column.name}", row.get(column.name, "")) for column in self.columns]
            for number, row in enumerate(rows)
        ]
        context = {"columns": self.columns, "rows": cells, "disabled": bool((attrs or {}).get("disabled"))}
        return render_to_string("devices/rows.html", context)

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[Row]:
        """The rows as they were sent, blank ones included."""
        rows = []
        for number in range(MOST_ROWS):
            names = {column.name: f"{name}-{number}-{column.name}" for column in self.columns}
            if not any(sent in data for sent in names.values()):
                break
            rows.append({column: str(data.get(sent, "")).strip() for column, sent in names.items()})
        return rows

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """Whether none was sent."""
        return not self.value_from_datadict(data, files, name)


class RowsField(forms.Field):
    """Rows of texts; a row without its ``key`` is blank."""

    def __init__(self, columns: Sequence[Column], *, key: str, blank: int = 2, **kwargs: Any) -> None:
        self.key = key
        super().__init__(widget=RowsWidget(columns, blank=blank), **kwargs)

    def to_python(self, value: Any) -> list[Row]:
        """The rows that say something."""
        return [row for row in value or [] if row.get(self.key)]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what the rows say."""
        return not self.disabled and self.to_python(initial) != self.to_python(data)
