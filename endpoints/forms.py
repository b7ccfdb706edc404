"""The forms of the endpoints app."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from console.forms import ConsoleModelForm, Fieldset
from endpoints.models import Application, Endpoint
from sip.forms import HolderForm


class SharedForm(ConsoleModelForm):
    """The main account owns; a main account's page may make it for a sub-account."""

    owner_fields = ("account", "sub_account")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.account.is_sub_account:
            self.fields.pop("sub_account", None)
        elif "sub_account" in self.fields:
            field = self.fields["sub_account"]
            field.queryset = self.account.sub_accounts.order_by("name")  # type: ignore[attr-defined]
            field.empty_label = _("None: the main account's own")  # type: ignore[attr-defined]

    def give_owner(self, instance: Any) -> None:
        """The main account; from a sub-account's page, also for that sub-account."""
        instance.account = self.account.main
        instance.sub_account = self.account if self.account.is_sub_account else None


class EndpointForm(SharedForm, HolderForm):
    """An endpoint."""

    fieldsets = (
        Fieldset(
            _("Identity"),
            ("username", "alias", "password", *Endpoint.plain_fields),
            _("What the phone signs in with, and what people call it."),
        ),
        Fieldset(_("Routing"), ("application", "sub_account"), _("Where its calls go, and for which tenant it is.")),
        Fieldset(
            _("Permissions"),
            (
                "allow_voice",
                "allow_message",
                "allow_video",
                "allow_phones",
                "allow_apps",
                "allow_same_domain",
                "allow_other_domains",
            ),
            _("Give it only what it needs."),
        ),
        Fieldset(_("State"), ("enabled",)),
    )

    class Meta:
        model = Endpoint
        fields = (
            "username",
            "alias",
            *Endpoint.plain_fields,
            "application",
            "sub_account",
            "allow_voice",
            "allow_message",
            "allow_video",
            "allow_phones",
            "allow_apps",
            "allow_same_domain",
            "allow_other_domains",
            "enabled",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["application"]
        field.queryset = usable_applications(self.account)  # type: ignore[attr-defined]
        field.empty_label = _("The account's default") if self.is_new else _("None")  # type: ignore[attr-defined]


class ApplicationForm(SharedForm):
    """An application."""

    fieldsets = (
        Fieldset(_("Identity"), ("app_name", "sub_account", "enabled")),
        Fieldset(
            _("Calls"),
            ("answer_url", "answer_method", "hangup_url", "hangup_method", "fallback_answer_url", "fallback_method"),
            _("Called when a call comes in, ends, or cannot be answered."),
        ),
        Fieldset(
            _("Messages and transfers"), ("message_url", "message_method", "sip_transfer_url", "sip_transfer_method")
        ),
        Fieldset(
            _("Use"),
            (
                "default_endpoint_app",
                "default_number_app",
                "default_app",
                "log_incoming_message",
                "public_uri",
                "application_sid",
            ),
        ),
    )

    class Meta:
        model = Application
        fields = (
            "app_name",
            "sub_account",
            "enabled",
            "answer_url",
            "answer_method",
            "hangup_url",
            "hangup_method",
            "fallback_answer_url",
            "fallback_method",
            "message_url",
            "message_method",
            "sip_transfer_url",
            "sip_transfer_method",
            "default_endpoint_app",
            "default_number_app",
            "default_app",
            "log_incoming_message",
            "public_uri",
            "application_sid",
        )


class AssignForm(forms.Form):
    """Which application many endpoints get."""

    application = forms.ModelChoiceField(
        Application.objects.none(), required=False, label=_("Application"), empty_label=_("None")
    )

    def __init__(self, data: Any = None, *, account: Any) -> None:
        super().__init__(data)
        self.fields["application"].queryset = usable_applications(account)  # type: ignore[attr-defined]


def usable_applications(account: Any) -> Any:
    """What the endpoints of ``account`` may call through: its own, and for a sub-account also its main account's."""
    shared = Q(account_id=account.main_id)
    if account.is_sub_account:
        shared &= Q(sub_account=None) | Q(sub_account_id=account.pk)
    return Application.objects.filter(shared).order_by("app_name")
