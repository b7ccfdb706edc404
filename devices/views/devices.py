"""The list of devices, one device, its deletion, its password."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console import components
from console.curl import PASSWORD
from console.panels import DATES, Fact, Panel
from console.views import curl
from console.views.bulk import BulkPage, delete, disable, enable
from console.views.detail import CLONE, DELETE, DISABLE, EDIT, ENABLE, ROTATE
from console.views.editing import DeletePage
from devices import filters, presentation, tables
from devices.editor.json_text import written
from devices.forms import DeviceRotateForm
from devices.models import Device, KazooUser
from devices.presentation import FORMAT, METHOD, member
from devices.sections import DEVICE_CALLS
from devices.services import device_delete, device_update
from sip.diagnosis_views import WHY, HolderWhy
from sip.phone_views import NOTIFY, REBOOT
from sip.views import LAST_USED, HolderDetail, HolderList, HolderRotate, HolderSecret


def with_owner(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The devices with the name of the user they belong to."""
    owner = KazooUser.objects.filter(account_id=OuterRef("account_id"), user_id=OuterRef("owner_id"))
    annotated: QuerySet[Any] = rows.annotate(owner_name=Subquery(owner.values("name")[:1]))
    return annotated


def change(device: Device, **data: Any) -> None:
    """Change some of a device's document."""
    device_update(account=device.account, device_id=device.device_id, data=data, merges=True)


class DeviceList(HolderList):
    """Devices."""

    table_class = tables.DeviceTable
    filterset_class = filters.DeviceFilters
    bulk_actions = (
        enable(gettext_lazy("Their phones may register and call again."), lambda device: change(device, enabled=True)),
        disable(
            gettext_lazy("Their phones are unregistered at once and are refused until they are enabled again."),
            lambda device: change(device, enabled=False),
        ),
        delete(
            gettext_lazy("Their phones are unregistered at once, and their passwords are gone. This cannot be undone."),
            lambda device: device_delete(account=device.account, device_id=device.device_id),
        ),
    )

    def rows(self) -> QuerySet[Any]:
        """With everything that columns and bulk actions touch; the documents stay where they are."""
        return with_owner(super().rows()).select_related("account", "subscriber").defer("document")


class DeviceBulk(BulkPage):
    """Bulk actions of devices."""

    list_page = DeviceList


class DeviceDetail(HolderDetail):
    """One device."""

    template_name = "devices/detail.html"
    panels = (
        Panel(
            gettext_lazy("Identity"),
            (
                Fact("name"),
                Fact("device_type", draw=presentation.kind),
                Fact("mac_address", draw=presentation.mac),
                Fact("owner_name", gettext_lazy("Owner")),
                Fact("device_id", draw=components.identifier),
            ),
        ),
        Panel(
            gettext_lazy("SIP"),
            (
                Fact("document", gettext_lazy("Known by"), METHOD),
                Fact("username", draw=components.identifier),
                Fact("subscriber.realm.shown_as", gettext_lazy("Realm"), components.identifier),
                Fact("ip_address", draw=components.identifier),
                Fact("document", gettext_lazy("Addressed by"), FORMAT),
                Fact("document", gettext_lazy("Registration period (s)"), member("sip", "expire_seconds")),
                LAST_USED,
            ),
        ),
        Panel(
            gettext_lazy("Calls"),
            (
                Fact("document", gettext_lazy("Forwarding"), presentation.forwarding),
                Fact("document", gettext_lazy("Do not disturb"), member("do_not_disturb", "enabled")),
                Fact("document", gettext_lazy("Audio codecs"), member("media", "audio", "codecs")),
            ),
            is_half=True,
        ),
        DATES,
    )
    actions = (
        EDIT,
        replace(ROTATE, only_if="username"),
        replace(REBOOT, only_if="subscriber_id"),
        replace(NOTIFY, only_if="subscriber_id"),
        replace(WHY, only_if="subscriber_id"),
        CLONE,
        DISABLE,
        ENABLE,
        DELETE,
    )

    def queryset(self) -> QuerySet[Any]:
        """With its owner's name."""
        return with_owner(super().queryset())

    def context(self, **extra: Any) -> dict[str, Any]:
        """Adds the whole document."""
        return super().context(**extra) | {"document": written(self.object.document)}

    def state(self) -> SafeString:
        """In the words for devices."""
        return presentation.state(self.object)


class DeviceWhy(HolderWhy):
    """Why a device can't register: one that has a username and a password."""

    def queryset(self) -> QuerySet[Any]:
        """Only those that could."""
        return super().queryset().filter(subscriber__isnull=False)


class DeviceSecret(HolderSecret):
    """A device's settings, once."""

    def queryset(self) -> QuerySet[Any]:
        """Only those that register."""
        return super().queryset().filter(subscriber__isnull=False)


class DeviceRotate(HolderRotate):
    """A new password for a device, its first one too."""

    form_class = DeviceRotateForm
    offers_curl = True

    def write_down(self, form: Any) -> dict[str, Any]:
        """The call that gives it another password."""
        data = {"sip": {"password": PASSWORD}}
        command = DEVICE_CALLS.change(curl.host(self.request), self.account, self.object.device_id, data)
        return curl.written(command, left_out=[form["overlap_minutes"].label])

    def queryset(self) -> QuerySet[Any]:
        """Only those with a username."""
        return super().queryset().exclude(username="")

    def rotate(self, *, password: str, overlap_minutes: int) -> Device:
        """Replace it."""
        return device_update(
            account=self.account,
            device_id=self.object.device_id,
            data={"sip": {"password": password}},
            merges=True,
            overlap_minutes=overlap_minutes,
        ).device


class DeviceDelete(DeletePage):
    """Delete a device."""

    def consequences(self) -> list[str]:
        """What its owner will notice."""
        return [
            _("Its phone is unregistered at once and can no longer call."),
            _("Its MAC address, IP address and username become free."),
        ]

    def remove(self) -> None:
        """Delete it."""
        device_delete(account=self.account, device_id=self.object.device_id)
