"""The users that own devices: a list, and just enough to make and remove one."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console import components
from console.forms import ConsoleModelForm, Fieldset
from console.panels import DATES, Fact, Panel
from console.views.bulk import BulkPage, delete
from console.views.detail import DELETE, DetailPage
from console.views.editing import CreatePage, DeletePage
from console.views.listing import ListPage
from devices import filters, tables
from devices.models import Device, KazooUser
from devices.user_services import user_create, user_delete

SHOWN = 50


class UserForm(ConsoleModelForm):
    """A user's name."""

    fieldsets = (Fieldset(gettext_lazy("Name"), ("name",), gettext_lazy("Who owns devices.")),)

    class Meta:
        model = KazooUser
        fields = ("name",)


class UserList(ListPage):
    """Users."""

    table_class = tables.UserTable
    filterset_class = filters.UserFilters
    bulk_actions = (delete(gettext_lazy("Their devices stay, without an owner."), lambda user: user_delete(user=user)),)


class UserBulk(BulkPage):
    """Bulk actions of users."""

    list_page = UserList


class UserDetail(DetailPage):
    """One user, and what it uses."""

    template_name = "devices/user.html"
    panels = (
        Panel(gettext_lazy("Identity"), (Fact("name"), Fact("user_id", draw=components.identifier))),
        DATES,
    )
    actions = (DELETE,)

    def context(self, **extra: Any) -> dict[str, Any]:
        """Adds the devices it owns and those it has logged in at."""
        devices = Device.objects.of(self.account).used_by(self.object.user_id).defer("document")
        return super().context(devices=devices.order_by("name", "pk")[:SHOWN], **extra)


class UserCreate(CreatePage):
    """A new user."""

    form_class = UserForm
    offers_another = True

    def save(self, form: Any) -> KazooUser:
        """Create it."""
        return user_create(user=form.instance)


class UserDelete(DeletePage):
    """Delete a user."""

    def consequences(self) -> list[str]:
        """What becomes of its devices."""
        return [_("Its devices stay, and keep its id.")]

    def remove(self) -> None:
        """Delete it."""
        user_delete(user=self.object)
