"""The base of the Django admin's forms, and refusals in words."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from console.forms import model_field

Refused = (ValidationError, IntegrityError, ProtectedError)


class ConsoleAdminForm(forms.ModelForm[Any]):
    """Holds the model's rules with the fields that are read-only here, and shows what a service refused."""

    refusal: ClassVar[ValidationError | None] = None

    def _get_validation_exclusions(self) -> set[str]:
        """Constraints that name an immutable field must run, though on a change it is no field of the form."""
        fixed = {name for name in getattr(self.instance, "immutable_fields", ()) if name not in self.fields}
        return super()._get_validation_exclusions() - fixed  # type: ignore[misc, no-any-return]

    def full_clean(self) -> None:
        """Add what the service said, once the form itself has nothing left to say."""
        super().full_clean()
        if self.is_bound and self.refusal is not None and not self.errors:
            self.add_error(None, self.refusal)

    def _update_errors(self, errors: ValidationError) -> None:
        """Keep the model's own words, where Django prefers those of the form's fields."""
        self.add_error(None, errors)

    def add_error(self, field: str | None, error: Any) -> None:
        """Show an error beside its field; above them all where the form has no such field."""
        if field is not None or not hasattr(error, "error_dict"):
            super().add_error(field, error)
            return
        for name, errors in error.error_dict.items():
            super().add_error(name if name in self.fields else None, errors)

    def changes(self) -> dict[str, Any]:
        """What the person changed in the model's own fields, for the service."""
        own = (name for name in self.changed_data if model_field(self.instance, name) is not None)
        return {name: self.cleaned_data[name] for name in own}


def spoken(error: Exception) -> ValidationError:
    """What to tell a person about a refused write."""
    if isinstance(error, ValidationError):
        return error
    if isinstance(error, ProtectedError):
        return ValidationError(_("It cannot be deleted: something else still uses it."), code="in_use")
    words = _("Somebody else changed this at the same moment. Look again and save once more.")
    return ValidationError(words, code="race")
