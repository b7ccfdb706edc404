"""The tables of the endpoints app."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from console import tables
from endpoints.models import Application, Endpoint
from sip.tables import RegistrationTable, StateColumn


class EndpointTable(RegistrationTable):
    """Endpoints."""

    username = tables.ObjectColumn(mono=True)
    alias = tables.TextColumn()
    state = StateColumn()
    application = tables.TextColumn(accessor="application__app_name", verbose_name=_("Application"))
    sub_account = tables.TextColumn(accessor="sub_account__name", verbose_name=_("Sub-account"))
    endpoint_id = tables.IdentifierColumn()
    allow_voice = tables.FlagColumn()
    allow_message = tables.FlagColumn()
    allow_video = tables.FlagColumn()
    allow_phones = tables.FlagColumn()
    created_at = tables.MomentColumn()
    updated_at = tables.MomentColumn()

    class Meta(tables.ConsoleTable.Meta):
        model = Endpoint
        fields: tuple[str, ...] = ()
        sequence = ("username", "alias", "state", "...", "created_at", "updated_at")
        shown = ("alias", "state", "application", "sub_account", "last_used", "endpoint_id")


class ApplicationTable(tables.ConsoleTable):
    """Applications."""

    app_name = tables.ObjectColumn()
    enabled = tables.StatusColumn(verbose_name=_("State"))
    answer_url = tables.TextColumn()
    default_endpoint_app = tables.FlagColumn()
    sub_account = tables.TextColumn(accessor="sub_account__name", verbose_name=_("Sub-account"))
    app_id = tables.IdentifierColumn()
    application_sid = tables.IdentifierColumn()
    created_at = tables.MomentColumn()
    updated_at = tables.MomentColumn()

    class Meta(tables.ConsoleTable.Meta):
        model = Application
        fields: tuple[str, ...] = ()
        shown = ("enabled", "answer_url", "default_endpoint_app", "app_id", "created_at")
