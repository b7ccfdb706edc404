"""Which kinds there are."""

from __future__ import annotations

from functools import cache

from accounts.models import Account
from bulk.kinds.base import Kind
from bulk.kinds.credentials import CredentialKind
from bulk.kinds.devices import DeviceKind
from bulk.kinds.endpoints import EndpointKind
from bulk.kinds.sub_accounts import SubAccountKind


@cache
def kinds() -> dict[str, Kind]:
    """Every kind by its name."""
    return {kind.name: kind for kind in (EndpointKind(), CredentialKind(), DeviceKind(), SubAccountKind())}


def find(name: str, account: Account | None = None) -> Kind | None:
    """The kind of that name, if there is one and ``account`` may have it."""
    kind = kinds().get(name)
    if kind is None or (account is not None and kind.only_main and account.is_sub_account):
        return None
    return kind
