"""The forms of imports."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from bulk.kinds.registry import kinds
from bulk.services import MAXIMUM_OVERLAP_MINUTES
from bulk.uploads import TooLarge, content_of
from console.forms import Fieldset


class UploadForm(forms.Form):
    """A file, or its text."""

    kind = forms.ChoiceField(label=_("What is in it"), widget=forms.RadioSelect)
    file = forms.FileField(
        label=_("File"), required=False, help_text=_("CSV from any spreadsheet, or an exported JSON file.")
    )
    text = forms.CharField(
        label=_("Or paste it"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "class": "mono", "spellcheck": "false", "autocomplete": "off"}),
        help_text=_("The first line names the columns."),
    )

    def __init__(self, data: Any = None, files: Any = None, *, account: Account, may_own: bool, kind: str = "") -> None:
        super().__init__(data, files, initial={"kind": kind or "endpoints"})
        field = self.fields["kind"]
        field.choices = [  # type: ignore[attr-defined]  # a ChoiceField has them
            (name, found.section.label)
            for name, found in kinds().items()
            if not (found.only_main and account.is_sub_account) and (may_own or found.action != "own")
        ]

    def clean(self) -> dict[str, Any]:
        """Take the file, or the text as a file."""
        values: dict[str, Any] = super().clean() or {}
        try:
            values["content"] = content_of(values["file"]) if values.get("file") else values.get("text", "").encode()
        except TooLarge:
            self.add_error("file", _("A file may have at most %(most)s bytes.") % {"most": settings.IMPORT_MAX_BYTES})
            return values
        if not values["content"] and not self.errors:
            self.add_error("file", _("Choose a file, or paste its text."))
        return values

    def refuse(self, error: ValidationError) -> None:
        """Show what the reader or the service said."""
        self.add_error(None, error.messages)

    def sections(self) -> list[tuple[Fieldset, list[forms.BoundField]]]:
        """All fields in one."""
        text = _("Nothing is written until you have seen what would happen.")
        return [(Fieldset(_("Upload"), (), text), list(self))]


class RotateManyForm(forms.Form):
    """How long the old passwords stay valid."""

    overlap_hours = forms.IntegerField(
        label=_("Hours of overlap"),
        min_value=0,
        max_value=MAXIMUM_OVERLAP_MINUTES // 60,
        initial=24,
        help_text=_(
            "Until then the old and the new password both work, so phones can be changed one by one. 0: ends now."
        ),
    )

    def __init__(self, data: Any = None, *, account: Account) -> None:
        super().__init__(data)
        self.account = account
