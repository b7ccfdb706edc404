"""The pages of applications."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console import components
from console.panels import DATES, Fact, Panel, Related, flags
from console.views.bulk import BulkPage, delete, disable, enable
from console.views.detail import DetailPage
from console.views.editing import ClonePage, CreatePage, DeletePage, EditPage
from console.views.listing import ListPage
from endpoints import filters, forms, tables
from endpoints.models import Application
from endpoints.services import application_create, application_delete, application_update


class ApplicationList(ListPage):
    """Applications."""

    table_class = tables.ApplicationTable
    filterset_class = filters.ApplicationFilters
    bulk_actions = (
        enable(
            gettext_lazy("Calls of their endpoints go through them again."),
            lambda application: application_update(application=application, enabled=True),
        ),
        disable(
            gettext_lazy("Calls of their endpoints are no longer sent to them."),
            lambda application: application_update(application=application, enabled=False),
        ),
        delete(
            gettext_lazy("An application that endpoints still use stays. This cannot be undone."),
            lambda application: application_delete(application=application),
        ),
    )

    def rows(self) -> QuerySet[Any]:
        """With everything that columns and bulk actions touch."""
        return super().rows().select_related("account", "sub_account")


class ApplicationBulk(BulkPage):
    """Bulk actions of applications."""

    list_page = ApplicationList


class ApplicationDetail(DetailPage):
    """One application."""

    panels = (
        Panel(
            gettext_lazy("Identity"),
            (
                Fact("app_id", draw=components.identifier),
                Fact("application_sid", draw=components.identifier),
                Related("sub_account", section="sub-accounts"),
            ),
        ),
        Panel(
            gettext_lazy("Calls"),
            (
                Fact("answer_url"),
                Fact("answer_method"),
                Fact("hangup_url"),
                Fact("hangup_method"),
                Fact("fallback_answer_url"),
                Fact("fallback_method"),
            ),
        ),
        Panel(
            gettext_lazy("Messages and transfers"),
            (Fact("message_url"), Fact("message_method"), Fact("sip_transfer_url"), Fact("sip_transfer_method")),
        ),
        Panel(
            gettext_lazy("Use"),
            flags("default_endpoint_app", "default_number_app", "default_app", "log_incoming_message", "public_uri"),
            is_half=True,
        ),
        DATES,
    )

    def queryset(self) -> QuerySet[Any]:
        """With what the panels show."""
        return super().queryset().select_related("sub_account")


class ApplicationCreate(CreatePage):
    """A new application."""

    form_class = forms.ApplicationForm
    offers_another = True

    def save(self, form: Any) -> Application:
        """Create it."""
        return application_create(application=form.instance)


class ApplicationClone(ClonePage, ApplicationCreate):
    """A new application with the settings of another."""

    not_copied = ("app_name", "application_sid", "default_endpoint_app", "default_number_app", "default_app")


class ApplicationEdit(EditPage):
    """Change an application."""

    form_class = forms.ApplicationForm

    def save(self, form: Any) -> Application:
        """Change it."""
        return application_update(application=self.fresh(), **form.changes())


class ApplicationDelete(DeletePage):
    """Delete an application."""

    def consequences(self) -> list[str]:
        """What will no longer happen."""
        return [_("New endpoints no longer get it by default.")] if self.object.default_endpoint_app else []

    def remove(self) -> None:
        """Delete it, unless endpoints use it."""
        application_delete(application=self.object)
