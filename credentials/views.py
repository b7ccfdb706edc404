"""The pages of the credentials app."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console import components
from console.panels import DATES, Fact, Panel, plain
from console.views.bulk import BulkPage, delete, disable, enable
from console.views.editing import ClonePage, CreatePage, DeletePage, EditPage
from console.views.secret import GivesSecret
from credentials import filters, forms, tables
from credentials.models import Credential
from credentials.services import credential_create, credential_delete, credential_update
from sip.views import LAST_USED, HolderDetail, HolderList, HolderRotate, HolderSecret


class CredentialList(HolderList):
    """Credentials."""

    table_class = tables.CredentialTable
    filterset_class = filters.CredentialFilters
    bulk_actions = (
        enable(
            gettext_lazy("Their trunks may authenticate again."),
            lambda credential: credential_update(credential=credential, enabled=True),
        ),
        disable(
            gettext_lazy("Their trunks are refused until they are enabled again."),
            lambda credential: credential_update(credential=credential, enabled=False),
        ),
        delete(
            gettext_lazy("Their trunks are refused at once. This cannot be undone."),
            lambda credential: credential_delete(credential=credential),
        ),
    )

    def rows(self) -> QuerySet[Any]:
        """With everything that bulk actions touch."""
        return super().rows().select_related("account", "subscriber__realm")


class CredentialBulk(BulkPage):
    """Bulk actions of credentials."""

    list_page = CredentialList


class CredentialDetail(HolderDetail):
    """One credential."""

    panels = (
        Panel(
            gettext_lazy("Identity"),
            (
                Fact("username", draw=components.identifier),
                Fact("subscriber.realm.shown_as", gettext_lazy("Realm"), components.identifier),
                Fact("credential_id", draw=components.identifier),
                *plain(Credential),
                LAST_USED,
            ),
        ),
        Panel(gettext_lazy("Restriction"), (Fact("allowed_networks", draw=components.networks),), is_half=True),
        DATES,
    )


class CredentialCreate(GivesSecret, CreatePage):
    """A new credential; its password is shown once."""

    form_class = forms.CredentialForm

    def save(self, form: Any) -> Credential:
        """Create it."""
        return credential_create(credential=form.instance, password=form.cleaned_data["password"])

    def done(self, result: Any) -> HttpResponse:
        """To its settings."""
        return self.hand_over(result, password=self.request.POST["password"])


class CredentialClone(ClonePage, CredentialCreate):
    """A new credential with the settings of another."""


class CredentialEdit(EditPage):
    """Change a credential."""

    form_class = forms.CredentialForm

    def queryset(self) -> QuerySet[Any]:
        """With what the service touches."""
        return super().queryset().select_related("account", "subscriber__realm")

    def save(self, form: Any) -> Credential:
        """Change it."""
        return credential_update(credential=self.fresh(), **form.changes())


class CredentialRotate(HolderRotate):
    """A new password for a credential."""

    def rotate(self, *, password: str, overlap_minutes: int) -> Credential:
        """Replace it."""
        return credential_update(credential=self.object, password=password, overlap_minutes=overlap_minutes)


class CredentialSecret(HolderSecret):
    """A credential's settings, once."""


class CredentialDelete(DeletePage):
    """Delete a credential."""

    def consequences(self) -> list[str]:
        """What the trunk's owner will notice."""
        return [_("Trunks that use it are refused at once."), _("Its username becomes free.")]

    def remove(self) -> None:
        """Delete it."""
        credential_delete(credential=self.object)
