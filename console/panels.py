"""What an object page shows: an app declares panels of facts, each drawn from one attribute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import BooleanField
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from console import components, sections
from console.sections import Words

if TYPE_CHECKING:
    from console.models import ConsoleModel
    from console.views.base import ObjectPage


@dataclass(frozen=True, slots=True)
class Fact:
    """One attribute ("application.app_name" reaches through), its label (by default the model's), how it is drawn."""

    path: str
    label: Words = ""
    draw: Callable[[Any], SafeString] = components.text

    def label_for(self, instance: Any) -> str:
        """The label: its own, else the field's."""
        if self.label:
            return str(self.label)
        try:
            return capfirst(str(instance._meta.get_field(self.path).verbose_name))
        except FieldDoesNotExist:
            return capfirst(self.path.replace("_", " "))

    def html(self, page: ObjectPage) -> SafeString:
        """The drawn value; a dash where the path leads nowhere."""
        return self.draw(reach(page.object, self.path))


@dataclass(frozen=True, slots=True)
class Choice(Fact):
    """A field with choices, in its words."""

    def html(self, page: ObjectPage) -> SafeString:
        """The label of the chosen value."""
        return components.text(getattr(page.object, f"get_{self.path}_display")())


@dataclass(frozen=True, slots=True)
class Related(Fact):
    """A related object, as a link to its page in ``section``."""

    section: str = ""

    def html(self, page: ObjectPage) -> SafeString:
        """The link, or a dash."""
        related = reach(page.object, self.path)
        if related is None:
            return components.NOTHING
        url = sections.get(self.section).url("detail", page.account.main, related)
        return format_html('<a href="{}"><bdi>{}</bdi></a>', url, related)


@dataclass(frozen=True, slots=True)
class Panel:
    """Facts under one heading."""

    heading: Words
    facts: tuple[Fact, ...]
    is_half: bool = False  # two of these share a row
    only_if: str = ""  # an attribute of the object without which the panel is left out

    def applies_to(self, instance: Any) -> bool:
        """Whether the panel has anything to say about the object as it is."""
        return not self.only_if or bool(getattr(instance, self.only_if))

    def rows(self, page: ObjectPage) -> list[tuple[str, SafeString]]:
        """Label and drawn value of every fact."""
        return [(fact.label_for(page.object), fact.html(page)) for fact in self.facts]


def plain(model: type[ConsoleModel]) -> tuple[Fact, ...]:
    """The plain fields of a model, each drawn by its kind."""
    return tuple(plain_fact(model._meta.get_field(name)) for name in model.plain_fields)


def plain_fact(column: Any) -> Fact:
    """A column as a fact."""
    if column.choices:
        return Choice(column.name)
    return Fact(column.name, draw=components.flag if isinstance(column, BooleanField) else components.text)


def flags(*paths: str) -> tuple[Fact, ...]:
    """Facts that are yes or no."""
    return tuple(Fact(path, draw=components.flag) for path in paths)


DATES = Panel(
    gettext_lazy("Dates"),
    (Fact("created_at", draw=components.moment), Fact("updated_at", draw=components.moment)),
    is_half=True,
)


def reach(instance: Any, path: str) -> Any:
    """The value at the end of a dotted path, None where it breaks off."""
    try:
        return attrgetter(path)(instance)
    except AttributeError:
        return None
