"""Sources that Kamailio shuts out for a while because they guessed or flooded, and lifting that."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sip.kamailio import rpc
from sip.registrar import RegistrarBlock


def list_blocks() -> list[RegistrarBlock]:
    """Who is shut out now, at every Kamailio. Raises ``rpc.Unreachable`` or ``rpc.Refused``."""
    return [block for kamailio in rpc.every() for block in (*_guessing(kamailio), *_flooding(kamailio))]


def _guessing(kamailio: rpc.Rpc) -> list[RegistrarBlock]:
    slots = kamailio.call("htable.dump", "block")
    return [_block(kamailio, entry) for slot in slots for entry in slot["slot"]]


def _block(kamailio: rpc.Rpc, entry: dict[str, Any]) -> RegistrarBlock:
    source, _blank, address = str(entry["name"]).partition(" ")
    hexadecimal, _at, realm = address.partition("@")
    username = bytes.fromhex(hexadecimal).decode(errors="replace")
    until = datetime.fromtimestamp(int(entry["value"]), UTC)
    return RegistrarBlock(kamailio.server_id, source, username, realm, until, key=str(entry["name"]))


def _flooding(kamailio: rpc.Rpc) -> list[RegistrarBlock]:
    listed = kamailio.call("pike.list")["list"]
    return [RegistrarBlock(kamailio.server_id, str(entry["ip_addr"])) for entry in listed if entry["status"] == "HOT"]


def unblock(key: str) -> bool:
    """Lift a block at every Kamailio. Returns whether there was one. Raises ``rpc.Unreachable`` or ``rpc.Refused``."""
    lifted = [_lift(kamailio, key) for kamailio in rpc.every()]
    return any(lifted)


def _lift(kamailio: rpc.Rpc, key: str) -> bool:
    try:
        kamailio.call("htable.delete", "block", key)
    except rpc.Refused as error:
        if error.code != 404:
            raise
        return False
    return True
