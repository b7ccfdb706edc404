"""The pages of endpoints."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console import components
from console.panels import DATES, Fact, Panel, Related, flags, plain
from console.views.bulk import BulkAction, BulkPage, delete, disable, enable
from console.views.editing import ClonePage, CreatePage, DeletePage, EditPage
from console.views.secret import GivesSecret
from endpoints import filters, forms, tables
from endpoints.models import Endpoint
from endpoints.services import POLICY_FIELDS, endpoint_create, endpoint_delete, endpoint_update
from sip.views import LAST_USED, HolderDetail, HolderList, HolderRotate, HolderSecret

SHOWN = ("application", "sub_account", "subscriber")  # what columns of the list are drawn from
JOINED = (*SHOWN, "account", "subscriber__realm")  # what services touch


class EndpointList(HolderList):
    """Endpoints."""

    table_class = tables.EndpointTable
    filterset_class = filters.EndpointFilters
    bulk_actions = (
        enable(
            gettext_lazy("Their phones may register and call again."),
            lambda endpoint: endpoint_update(endpoint=endpoint, enabled=True),
        ),
        disable(
            gettext_lazy("Their phones are unregistered at once and are refused until they are enabled again."),
            lambda endpoint: endpoint_update(endpoint=endpoint, enabled=False),
        ),
        BulkAction(
            "assign",
            gettext_lazy("Assign application"),
            gettext_lazy("Their next calls go through this application."),
            lambda endpoint, application: endpoint_update(endpoint=endpoint, application=application),
            question=gettext_lazy("Assign an application to %(count)s %(things)s?"),
            icon="bolt",
            form_class=forms.AssignForm,
        ),
        delete(
            gettext_lazy("Their phones are unregistered at once, and their passwords are gone. This cannot be undone."),
            lambda endpoint: endpoint_delete(endpoint=endpoint),
        ),
    )

    def rows(self) -> QuerySet[Any]:
        """With what the columns show."""
        return super().rows().select_related(*SHOWN)


class EndpointBulk(BulkPage):
    """Bulk actions of endpoints."""

    list_page = EndpointList

    def selected(self, data: QueryDict) -> QuerySet[Any]:
        """With what the services touch."""
        return super().selected(data).select_related(*JOINED)


class EndpointDetail(HolderDetail):
    """One endpoint."""

    panels = (
        Panel(
            gettext_lazy("Identity"),
            (
                Fact("username", draw=components.identifier),
                Fact("alias"),
                *plain(Endpoint),
                Fact("subscriber.aor", gettext_lazy("SIP URI"), components.identifier),
                Fact("endpoint_id", draw=components.identifier),
                LAST_USED,
            ),
        ),
        Panel(
            gettext_lazy("Routing"),
            (
                Related("application", section="applications"),
                Fact("application.application_sid", gettext_lazy("jambonz application sid"), components.identifier),
                Related("sub_account", section="sub-accounts"),
            ),
        ),
        Panel(gettext_lazy("Permissions"), flags(*POLICY_FIELDS), is_half=True),
        DATES,
    )

    def queryset(self) -> QuerySet[Any]:
        """With what the panels show."""
        return super().queryset().select_related("application", "sub_account")


class EndpointCreate(GivesSecret, CreatePage):
    """A new endpoint; its password is shown once."""

    form_class = forms.EndpointForm

    def save(self, form: Any) -> Endpoint:
        """Create it."""
        return endpoint_create(endpoint=form.instance, password=form.cleaned_data["password"])

    def done(self, result: Any) -> HttpResponse:
        """To its settings."""
        return self.hand_over(result, password=self.request.POST["password"])


class EndpointClone(ClonePage, EndpointCreate):
    """A new endpoint with the settings of another."""


class EndpointEdit(EditPage):
    """Change an endpoint."""

    form_class = forms.EndpointForm

    def queryset(self) -> QuerySet[Any]:
        """With what the service touches."""
        return super().queryset().select_related(*JOINED)

    def save(self, form: Any) -> Endpoint:
        """Change it."""
        return endpoint_update(endpoint=self.fresh(), **form.changes())


class EndpointRotate(HolderRotate):
    """A new password for an endpoint."""

    def rotate(self, *, password: str, overlap_minutes: int) -> Endpoint:
        """Replace it."""
        return endpoint_update(endpoint=self.object, password=password, overlap_minutes=overlap_minutes)


class EndpointSecret(HolderSecret):
    """An endpoint's settings, once."""


class EndpointDelete(DeletePage):
    """Delete an endpoint."""

    def consequences(self) -> list[str]:
        """What the phone's owner will notice."""
        return [_("Its phone is unregistered at once and can no longer call."), _("Its username becomes free.")]

    def remove(self) -> None:
        """Delete it."""
        endpoint_delete(endpoint=self.object)
