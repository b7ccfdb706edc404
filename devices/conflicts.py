"""What a document may not have because something else in the account has it: one look-up for all of it."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.models import Account
from console import counters
from devices.document import Columns, Errors, Fault, printed_mac
from devices.models import HEXADECIMAL_ID, Device, is_id
from devices.neighbours import ASKED, Neighbours, unique_values

USERNAME = ("sip", "username")
IN_USE = {
    ("mac_address",): "MAC address already in use",
    USERNAME: "SIP credentials already in use",
    ("sip", "ip"): "SIP IP already in use",
}


def id_faults(client_id: object) -> Iterator[Fault]:
    """An id that a client gives must be one."""
    pattern = r"^[0-9a-f]{32}$"
    if not isinstance(client_id, str) or not is_id(client_id):
        yield Fault(("id",), "pattern", {"message": str(HEXADECIMAL_ID.message), "target": pattern})


def limit_faults(account: Account, *, adding: int = 1) -> Iterator[Fault]:
    """An account may have no more devices than its limit; the caller holds the account's lock."""
    limit = account.device_limit
    if limit is not None and counters.total(Device, account.pk) + adding > limit:
        message = f"The account's limit of {limit} devices is reached"
        yield Fault(("account",), "limit", {"message": message, "target": limit})


def conflicts(device: Device, found: Columns, errors: Errors, *, around: Neighbours = ASKED) -> Iterator[Fault]:
    """Name the MAC, username and address that other devices of the account have. What is faulty is not asked for."""
    wanted = unique_values(found, errors)
    changed = {name: value for name, value in wanted.items() if value is not None and value != getattr(device, name)}
    if not changed:
        return
    for other in around.devices(changed, but=device):
        for name, value in changed.items():
            if getattr(other, name) == value:
                yield in_use(*_named(found)[name])


def in_use(path: tuple[str, ...], value: str) -> Fault:
    """The fault of a value that must be unique and is not."""
    return Fault(path, "unique", {"message": IN_USE[path], "cause": value})


def _named(found: Columns) -> dict[str, tuple[tuple[str, ...], str]]:
    return {
        "mac_address": (("mac_address",), printed_mac(found.mac_address or "")),
        "username_key": (USERNAME, found.sip_username),
        "ip_address": (("sip", "ip"), found.sip_ip),
    }
