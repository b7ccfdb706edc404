"""Forms: the model's own rules and words, held in the account that the URL names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist, ValidationError
from django.db.models import Field
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from console.components import component
from console.fields import PatternField
from console.sections import Words

if TYPE_CHECKING:
    from accounts.models import Account
    from console.models import ConsoleModel

MAXIMUM_OVERLAP_MINUTES = 7 * 24 * 60


@dataclass(frozen=True, slots=True)
class Fieldset:
    """Fields under one heading; the text beside them says what they are for."""

    heading: Words
    names: tuple[str, ...]
    text: Words = ""


class ConsoleModelForm(forms.ModelForm[Any]):
    """A form of one object of ``account``. Saving is the service's business: the page passes it ``changes()``."""

    fieldsets: ClassVar[tuple[Fieldset, ...]] = ()
    owner_fields: ClassVar[tuple[str, ...]] = ("account",)
    required_css_class = "required"

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        if self.is_new:
            self.give_owner(self.instance)
        for name, field in self.fields.items():
            self.describe(name, field)

    @property
    def is_new(self) -> bool:
        """Whether the form creates."""
        return bool(self.instance._state.adding)

    def give_owner(self, instance: Any) -> None:
        """Make a new object the account's; override where the owner is another column."""
        instance.account = self.account

    def describe(self, name: str, field: forms.Field) -> None:
        """State the model's rule under the field, and close what never changes after creation."""
        column = model_field(self.instance, name)
        if isinstance(column, PatternField) and not field.help_text:
            field.help_text = str(column.message)
        if not self.is_new and name in self.instance.immutable_fields:
            field.disabled = True
            field.help_text = _("This cannot be changed after creation.")

    def _get_validation_exclusions(self) -> set[str]:
        """Constraints that name the owner must run, though the owner is no field of the form."""
        asked_of = set(self.owner_fields) - set(self.errors)  # a field that is at fault already is not asked again
        return super()._get_validation_exclusions() - asked_of  # type: ignore[misc, no-any-return]

    def _update_errors(self, errors: ValidationError) -> None:
        """Keep the model's own words; what it says about a field that is not on the form stands above them all."""
        absent = set(getattr(errors, "error_dict", {})) - {*self.fields, NON_FIELD_ERRORS}
        for name in absent:
            errors.error_dict.setdefault(NON_FIELD_ERRORS, []).extend(errors.error_dict.pop(name))
        self.add_error(None, errors)

    def changes(self) -> dict[str, Any]:
        """What the person changed, for the service."""
        return {
            name: self.cleaned_data[name] for name in self.changed_data if model_field(self.instance, name) is not None
        }

    def refuse(self, error: ValidationError) -> None:
        """Show what a service said beside the fields it is about, or above them all."""
        by_field: Mapping[str, Any] = (
            error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
        )
        for name, errors in by_field.items():
            self.add_error(name if name in self.fields else None, errors)

    def sections(self) -> list[tuple[Fieldset, list[forms.BoundField]]]:
        """The fieldsets with their bound fields; without any declared, all fields in one."""
        declared = self.fieldsets or (Fieldset("", tuple(self.fields)),)
        found = [(part, [self[name] for name in part.names if name in self.fields]) for part in declared]
        return [(part, fields) for part, fields in found if fields]


def model_field(instance: ConsoleModel, name: str) -> Field[Any, Any] | None:
    """The model's column behind a form field, if it has one."""
    try:
        column = instance._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return column if isinstance(column, Field) else None


class NewPasswordInput(forms.PasswordInput):
    """A new password: generate, show, how strong. What was typed comes back with the other fields after an error."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        plain = {"autocomplete": "new-password", "spellcheck": "false", "autocapitalize": "off"}
        super().__init__(attrs={**plain, **(attrs or {})}, render_value=True)

    def render(self, *args: Any, **kwargs: Any) -> SafeString:
        """Draw the input between its helpers."""
        return component("password", input=super().render(*args, **kwargs))


class LinesField(forms.Field):
    """A list of texts, typed one a line (or with commas)."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        """Show a stored list one a line."""
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        """Return the non-empty lines."""
        text = str(value or "").replace(",", "\n")
        return [line.strip() for line in text.splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare the lists, not their spelling."""
        return self.to_python(self.prepare_value(initial)) != self.to_python(data)


class OverlapField(forms.TypedChoiceField):
    """How long the former password stays valid."""

    CHOICES = (
        (0, _("Ends now")),
        (15, _("15 minutes")),
        (60, _("1 hour")),
        (24 * 60, _("1 day")),
        (MAXIMUM_OVERLAP_MINUTES, _("7 days")),
    )

    def __init__(self, **kwargs: Any) -> None:
        kwargs = {"label": _("The old password"), "choices": self.CHOICES, "coerce": int, "initial": 0, **kwargs}
        super().__init__(**kwargs)
