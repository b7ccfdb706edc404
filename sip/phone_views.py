"""Reboot a phone, or send it a NOTIFY; the page says what became of it, contact by contact."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.fields import validate_plain_text
from console.forms import Fieldset
from console.views.base import ObjectPage
from console.views.detail import ObjectAction
from console.views.editing import FormPage
from console.views.responses import SeeOther
from sip import phones
from sip.notify import LONGEST_HEADER_CHARACTERS, notify_faults
from sip.phones import Told

REBOOT = ObjectAction("reboot", gettext_lazy("Reboot"), "arrow-path-rounded-square", needs="operate")
NOTIFY = ObjectAction("notify", gettext_lazy("Send a NOTIFY"), "paper-airplane", needs="operate")
HOW = (
    ("", gettext_lazy("As the phone likes")),
    ("true", gettext_lazy("Reboot")),
    ("false", gettext_lazy("Only reload")),
)


class PhoneForm(forms.Form):
    """A form that a phone's page asks with."""

    heading: Any = ""
    text: Any = ""

    def __init__(self, data: Any = None, *, account: Any) -> None:
        super().__init__(data)
        self.account = account

    def sections(self) -> list[tuple[Fieldset, list[forms.BoundField]]]:
        """All fields in one."""
        return [(Fieldset(self.heading, (), self.text), list(self))]

    def refuse(self, error: ValidationError) -> None:
        """Show what a service said, beside the field that it is about."""
        is_about_fields = hasattr(error, "error_dict") and error.error_dict.keys() <= self.fields.keys()
        self.add_error(None, error if is_about_fields else error.messages)


class RebootForm(PhoneForm):
    """How to reload."""

    heading = gettext_lazy("Reboot")
    text = gettext_lazy("Sends NOTIFY check-sync: the phone fetches its settings again. Calls in progress may be cut.")
    reboot = forms.ChoiceField(label=gettext_lazy("How"), choices=HOW, required=False)


class NotifyForm(PhoneForm):
    """What to send."""

    heading = gettext_lazy("NOTIFY")
    text = gettext_lazy("Sent to every phone that is registered here.")
    event = forms.CharField(
        label=gettext_lazy("Event"),
        max_length=LONGEST_HEADER_CHARACTERS,
        help_text=gettext_lazy("Such as check-sync or message-summary."),
    )
    content_type = forms.CharField(
        label=gettext_lazy("Content type"), max_length=LONGEST_HEADER_CHARACTERS, required=False
    )
    body = forms.CharField(
        label=gettext_lazy("Body"),
        required=False,
        strip=False,
        validators=[validate_plain_text],
        widget=forms.Textarea(attrs={"rows": 4, "class": "mono", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """Hold it to what the APIs are held to."""
        cleaned = super().clean() or {}
        if "event" in cleaned:
            told = {"content_type": cleaned.get("content_type") or None, "body": cleaned.get("body")}
            for part, message in notify_faults(event=cleaned["event"], **told).items():
                self.add_error(part, message)
        return cleaned


class PhonePage(ObjectPage, FormPage):
    """Tells the phones of an object something, and then says what became of it."""

    action = "operate"

    def queryset(self) -> QuerySet[Any]:
        """With what its subscriber is called."""
        return super().queryset().select_related("subscriber__realm")

    def back(self) -> str:
        """To the object."""
        return self.section.url("detail", self.account, self.object)

    def done(self, result: Told) -> HttpResponse:
        """To the object, with a line for every contact."""
        if result.obstacle:
            messages.warning(self.request, result.obstacle)
        for delivery in result.deliveries:
            level = messages.SUCCESS if phones.is_received(delivery) else messages.WARNING
            messages.add_message(self.request, level, phones.spoken(delivery))
        return SeeOther(self.back())


class HolderReboot(PhonePage):
    """Have the phones reload their settings."""

    form_class = RebootForm
    submit_label = gettext_lazy("Reboot")

    def get_title(self) -> str:
        """Which phone."""
        return _("Reboot %(name)s") % {"name": self.object}

    def save(self, form: RebootForm) -> Told:
        """Send ``check-sync``."""
        reboot = {"true": True, "false": False}.get(form.cleaned_data["reboot"])
        return phones.reload_settings(self.object.subscriber, reboot=reboot)


class HolderNotify(PhonePage):
    """Send the phones a NOTIFY."""

    form_class = NotifyForm
    submit_label = gettext_lazy("Send")

    def get_title(self) -> str:
        """Which phone."""
        return _("Send a NOTIFY to %(name)s") % {"name": self.object}

    def save(self, form: NotifyForm) -> Told:
        """Send it."""
        return phones.notify(self.object.subscriber, **form.cleaned_data)
