"""Whose settings a link hands over: everything that a phone registers as."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.models import Account
from accounts.permissions import Resource
from console.sections import Section
from credentials.models import Credential
from credentials.sections import CREDENTIALS
from devices.models import Device
from devices.sections import DEVICES
from endpoints.models import Endpoint
from endpoints.sections import ENDPOINTS
from sip.text import is_plain_text

LONGEST_USERNAME = 64  # characters, of any kind


@dataclass(frozen=True, slots=True)
class Holders:
    """One kind of what holds a subscriber; ``called`` is how people know one of them besides its username."""

    section: Section
    resource: Resource
    rows: Callable[[Account], QuerySet[Any]]
    called: Callable[[Any], str]

    def named(self, account: Account, username: str) -> Any | None:
        """The one with this username that ``account`` sees and that has a password."""
        if not is_plain_text(username, LONGEST_USERNAME):
            return None
        rows = self.rows(account).filter(username=username, subscriber__isnull=False)
        return rows.select_related("subscriber__realm").first()


HOLDERS: dict[str, Holders] = {
    "endpoints": Holders(ENDPOINTS, Resource.ENDPOINTS, Endpoint.objects.of, lambda endpoint: str(endpoint.alias)),
    "credentials": Holders(CREDENTIALS, Resource.CREDENTIALS, Credential.objects.of, lambda _credential: ""),
    "devices": Holders(DEVICES, Resource.DEVICES, Device.objects.of, lambda device: str(device.name)),
}
