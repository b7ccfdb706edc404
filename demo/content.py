"""What the demo consists of: the same every time, but for its secrets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MAIN = "Acme Telecom"
CLINIC = "Northwind Clinic"
LOGISTICS = "Harbour Logistics"
SUB_ACCOUNTS = (CLINIC, LOGISTICS)
OPERATOR = "admin@example.com"

MAIN_IVR, SUPPORT_QUEUE, NIGHT_MODE = "main-ivr", "support-queue", "night-mode"


@dataclass(frozen=True, slots=True)
class App:
    """An application: its name, whose it is, and whether new endpoints get it."""

    name: str
    owner: str = MAIN
    is_default: bool = False
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Phone:
    """An endpoint; ``application`` names one of ``APPLICATIONS``, none means the default."""

    username: str
    alias: str
    owner: str = MAIN
    application: str = ""
    enabled: bool = True
    settings: dict[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trunk:
    """A credential; ``is_rotating`` ones have a former password that still works for a while."""

    username: str
    description: str
    owner: str = MAIN
    networks: tuple[str, ...] = ()
    enabled: bool = True
    is_rotating: bool = False


APPLICATIONS = (
    App(MAIN_IVR, is_default=True),
    App(SUPPORT_QUEUE),
    App(NIGHT_MODE, enabled=False),
    App("clinic-desk", owner=CLINIC, is_default=True),
)

VIDEO = {"allow_video": True}
INTERNAL_ONLY = {"allow_phones": False}

PHONES = (
    Phone("amara201", "Amara-Okafor"),
    Phone("ben202", "Ben-Fischer"),
    Phone("carla203", "Carla-Mendes", settings=VIDEO),
    Phone("dmitri204", "Dmitri-Volkov"),
    Phone("elif205", "Elif-Aydin"),
    Phone("farid206", "Farid-Haddad"),
    Phone("grace207", "Grace-Lindqvist", settings=VIDEO),
    Phone("hana208", "Hana-Kobayashi"),
    Phone("ivo209", "Ivo-Marinov", enabled=False),
    Phone("jade210", "Jade-Whitfield"),
    Phone("kofi211", "Kofi-Mensah", application=SUPPORT_QUEUE),
    Phone("lena212", "Lena-Bergmann", application=SUPPORT_QUEUE),
    Phone("marco213", "Marco-Rinaldi", application=SUPPORT_QUEUE),
    Phone("nadia214", "Nadia-Petrova", application=SUPPORT_QUEUE),
    Phone("omar215", "Omar-Siddiqui", application=SUPPORT_QUEUE),
    Phone("priya216", "Priya-Raman", application=SUPPORT_QUEUE),
    Phone("reception1", "Reception", application=MAIN_IVR),
    Phone("reception2", "Reception-side-door", application=MAIN_IVR),
    Phone("boardroom", "Board-Room", settings=VIDEO),
    Phone("meeting3", "Meeting-Room-3"),
    Phone("warehouse1", "Warehouse-Gate", settings=INTERNAL_ONLY),
    Phone("lobbydoor", "Lobby-Door", settings=INTERNAL_ONLY),
    Phone("faxline", "Fax-adapter", enabled=False),
    Phone("nightguard", "Night-Guard"),
    Phone("voicebot1", "Voice-Agent-1", application=SUPPORT_QUEUE),
    Phone("voicebot2", "Voice-Agent-2", application=SUPPORT_QUEUE),
    Phone("frontdesk", "Front-Desk", owner=CLINIC),
    Phone("drsilva", "Dr-Silva", owner=CLINIC),
    Phone("drnguyen", "Dr-Nguyen", owner=CLINIC),
    Phone("nurse1", "Nurse-Station-1", owner=CLINIC),
    Phone("nurse2", "Nurse-Station-2", owner=CLINIC),
    Phone("pharmacy", "Pharmacy", owner=CLINIC),
    Phone("lab", "Laboratory", owner=CLINIC, enabled=False),
    Phone("dispatch1", "Dispatch-1", owner=LOGISTICS),
    Phone("dispatch2", "Dispatch-2", owner=LOGISTICS),
    Phone("yard", "Yard-Office", owner=LOGISTICS),
    Phone("gate", "Gate-Intercom", owner=LOGISTICS, settings=INTERNAL_ONLY),
    Phone("customs", "Customs-Desk", owner=LOGISTICS),
    Phone("driver7", "Driver-7-mobile", owner=LOGISTICS),
    Phone("driver9", "Driver-9-mobile", owner=LOGISTICS),
)

OFFICE, DATA_CENTRE = "203.0.113.0/24", "198.51.100.16/28"

TRUNKS = (
    Trunk("acme_hq_trunk", "PBX at headquarters", networks=(OFFICE,)),
    Trunk("acme_backup_trunk", "Second PBX, used when the first is away", networks=(OFFICE, DATA_CENTRE)),
    Trunk("contact_centre_01", "Dialler of the contact centre", is_rotating=True),
    Trunk("contact_centre_02", "Dialler of the contact centre, spare", is_rotating=True),
    Trunk("voice_agents", "Voice agents in the data centre", networks=(DATA_CENTRE,)),
    Trunk("alarm_panel", "Alarm panel; calls out only"),
    Trunk("old_gateway", "Analogue gateway, being replaced", enabled=False),
    Trunk("clinic_pbx", "PBX of the clinic", owner=CLINIC),
    Trunk("clinic_afterhours", "After-hours answering service", owner=CLINIC),
    Trunk("harbour_pbx", "PBX of the harbour office", owner=LOGISTICS, networks=("192.0.2.0/25",)),
    Trunk("harbour_fleet", "Fleet tracking platform", owner=LOGISTICS, is_rotating=True),
    Trunk("harbour_test", "Integration tests", owner=LOGISTICS, enabled=False),
)

AMARA, GRACE, NIGHT_WATCH = "Amara Okafor", "Grace Lindqvist", "Night watch"
DEVICE_USERS = (AMARA, GRACE, NIGHT_WATCH)
KEYS = {
    "1": {"type": "line"},
    "2": {"type": "presence", "value": {"label": "Amara", "value": "201"}},
    "3": {"type": "parking", "value": {"label": "Park", "value": 1}},
    "4": {"type": "speed_dial", "value": {"label": "Gate", "value": "230"}},
}


@dataclass(frozen=True, slots=True)
class Device:
    """A Kazoo device: its document; one with a username gets a password. ``user`` is one of ``DEVICE_USERS``."""

    document: dict[str, Any]
    owner: str = MAIN
    user: str = ""


def phone(name: str, kind: str, username: str, **more: Any) -> dict[str, Any]:
    """The document of something that registers."""
    return {"name": name, "device_type": kind, "sip": {"username": username}, **more}


DEVICES = (
    Device(
        phone(
            "Amara's desk", "sip_device", "amara_desk", mac_address="00:04:f2:00:20:01",
            caller_id={"external": {"name": MAIN, "number": "+31105550201"}},
            provision={"endpoint_brand": "polycom", "endpoint_model": "vvx450", "combo_keys": KEYS},
        ),
        user=AMARA,
    ),
    Device(phone("Amara's laptop", "softphone", "amara_laptop", media={"audio": {"codecs": ["OPUS"]}}), user=AMARA),
    Device(
        phone(
            "Gatehouse", "sip_device", "gatehouse", mac_address="80:5e:c0:00:20:02",
            call_restriction={"international": {"action": "deny"}},
        ),
        user=NIGHT_WATCH,
    ),
    Device(phone("Fax in the post room", "fax", "postroom_fax", media={"fax_option": True}, outbound_flags=["fax"])),
    Device(
        {
            "name": "Grace's mobile", "device_type": "cellphone",
            "call_forward": {"enabled": True, "number": "+31655550207"},
        },
        user=GRACE,
    ),
    Device({"name": "PBX of the warehouse", "sip": {"method": "ip", "ip": "203.0.113.200", "invite_format": "e164"}}),
    Device(phone("Old conference phone", "sip_device", "old_conference", enabled=False)),
    Device(phone("Harbour master", "sip_device", "harbour_master", mac_address="80:5e:c0:00:20:03"), owner=LOGISTICS),
)  # fmt: skip
