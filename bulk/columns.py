"""Columns of an import file: what a cell may hold, generated from the model field that holds the rule."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from console.fields import PatternField
from console.models import ConsoleModel
from console.sections import Words

YES = frozenset({"true", "yes", "1", "y", "on", "t"})
NO = frozenset({"false", "no", "0", "n", "off", "f"})
LARGEST = 2**31 - 1  # what a database column holds; no rule of ours
ABSENT: Any = object()  # the cell is empty and the field has no empty value: leave it as it is


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``parse`` makes a value of a cell or raises ``ValidationError``; ``show`` makes a cell of a row."""

    name: str
    label: Words
    parse: Callable[[str], Any] = str
    show: Callable[[Any], str] = str
    paths: tuple[str, ...] = ()  # where its values are, for a file of many rows; see ``read_from``
    write: Callable[..., str] = str  # makes the cell of those values
    rules: Callable[[], list[str]] = list
    aliases: tuple[str, ...] = ()
    field: models.Field[Any, Any] | None = None  # whose validators run on the value
    is_key: bool = False  # finds the row that is there already
    is_required: bool = False  # of new rows
    is_secret: bool = False  # read, never exported
    is_read_only: bool = False  # exported, and left out when read
    reference: str = ""  # looked up among the account's objects of that name, all at once
    example: str = ""

    @property
    def help(self) -> str:
        """The rule in the model's own words, for the page and the API."""
        return " ".join(self.rules())


def column(model: type[ConsoleModel], name: str, **options: Any) -> Column:
    """The column of a model field: cells, rules and words come from the field."""
    field = model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise TypeError(name)
    return Column(
        name=name,
        label=capfirst(str(field.verbose_name)),
        **{
            "parse": parser_of(field),
            **read_from(name),
            "rules": lambda: rules_of(field),
            "is_required": not (field.blank or field.has_default()),
            "field": field,
            **options,
        },
    )


def plain(model: type[ConsoleModel], **options: dict[str, Any]) -> tuple[Column, ...]:
    """The columns of a model's plain fields; ``options`` adds to those that it names."""
    return tuple(column(model, name, **options.get(name, {})) for name in model.plain_fields)


def read_from(*paths: str, write: Callable[..., str] | None = None) -> dict[str, Any]:
    """The options of a column whose cell is made of the values at ``paths``, of an object or of its row."""
    made = write or text_of
    return {"paths": paths, "write": made, "show": lambda row: made(*(reached(row, path) for path in paths))}


def reached(row: Any, path: str) -> Any:
    """What is at the end of a path; None where it ends early."""
    for name in path.split("__"):
        row = getattr(row, name) if row is not None else None
    return row


def parser_of(field: models.Field[Any, Any]) -> Callable[[str], Any]:
    """How the cells of a field are read."""
    if isinstance(field, models.BooleanField):
        return parse_flag
    if isinstance(field, PatternField):
        return pattern_parser(field)
    if isinstance(field, models.IntegerField):
        return parse_number if field.null else (lambda cell: ABSENT if not cell.strip() else parse_number(cell))
    if isinstance(field, models.JSONField):
        return parse_words
    if field.choices:
        return choice_parser(field)
    return (lambda cell: cell or None) if field.null else (lambda cell: cell)


def pattern_parser(field: PatternField) -> Callable[[str], str]:
    """Reads a name: blanks around it are a spreadsheet's, unless the rule allows blanks."""
    return lambda cell: cell if cell == cell.strip() or re.fullmatch(field.pattern, " ") else cell.strip()


def parse_flag(cell: str) -> Any:
    """Yes or no, in the words that people and spreadsheets use; an empty cell leaves it as it is."""
    word = cell.strip().lower()
    if not word:
        return ABSENT
    if word in YES or word in NO:
        return word in YES
    raise ValidationError(_("Enter true or false"), code="invalid")


def parse_number(cell: str) -> int | None:
    """A whole number, or None for an empty cell."""
    text = cell.strip()
    if not text:
        return None
    if not (text.isascii() and text.removeprefix("-").isdigit() and len(text) <= 18):
        raise ValidationError(_("Enter a whole number."), code="invalid")
    return int(text)


def parse_words(cell: str) -> list[str]:
    """Words with blanks, commas, semicolons or line ends between them."""
    for sign in ",;":
        cell = cell.replace(sign, " ")
    return cell.split()


def choice_parser(field: models.Field[Any, Any]) -> Callable[[str], Any]:
    """Reads a choice by its value or by its words."""
    known = {str(name).casefold(): value for value, label in field.flatchoices for name in (label, value)}

    def parse(cell: str) -> Any:
        text = cell.strip()
        if not text:
            return None if field.null else ABSENT
        return known.get(text.casefold(), text)  # the field itself refuses an unknown one, in its own words

    return parse


def text_of(value: Any) -> str:
    """A value as a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return " ".join(value) if isinstance(value, list) else str(value)


def rules_of(field: models.Field[Any, Any]) -> list[str]:
    """What the field says about itself, a sentence each."""
    found = [sentence(field.message)] if isinstance(field, PatternField) else []
    if isinstance(field, models.BooleanField):
        found.append(_("true or false; %(default)s unless given.") % {"default": text_of(field.get_default())})
    if field.choices:
        choices = ", ".join(str(value) for value, _label in field.flatchoices)
        found.append(_("One of: %(choices)s.") % {"choices": choices})
    if isinstance(field, models.IntegerField):
        found.append(range_of(field))
    if isinstance(field, models.JSONField):
        found.append(_("Separated by blanks."))
    if field.max_length and not field.choices:
        found.append(_("At most %(limit)s characters.") % {"limit": field.max_length})
    return [*found, *([sentence(field.help_text)] if field.help_text else [])]


def range_of(field: models.IntegerField[Any, Any]) -> str:
    """The bounds that the model sets (not those of the database)."""
    lower = [check.limit_value for check in field.validators if isinstance(check, MinValueValidator)]
    upper = [check.limit_value for check in field.validators if isinstance(check, MaxValueValidator)]
    if min(upper, default=LARGEST) >= LARGEST:
        return _("A whole number.")
    return _("A whole number from %(lower)s to %(upper)s.") % {"lower": max(lower, default=0), "upper": min(upper)}


def sentence(words: Words) -> str:
    """Words with a full stop."""
    text = str(words)
    return text if text.endswith((".", ")", "!")) else f"{text}."
