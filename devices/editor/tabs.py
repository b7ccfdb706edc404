"""Which members of the document stand in which tab of the editor, and in what words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from console.sections import Words
from devices import schemas
from devices.editor.controls import Choice, Control, HardwareAddress, Headers, Lines, Number, Password, Several, Switch
from devices.editor.row_controls import Keys, Restrictions
from devices.editor.words import FORMATS, METHODS, PRIVACY, TYPES
from devices.forms import PASSWORD_HELP


@dataclass(frozen=True)
class Group:
    """Controls under one heading."""

    heading: Words
    controls: tuple[Control, ...]
    text: Words = ""


@dataclass(frozen=True)
class Tab:
    """One tab."""

    name: str
    label: Words
    groups: tuple[Group, ...]

    @property
    def controls(self) -> Iterator[Control]:
        """All controls of the tab."""
        return (control for group in self.groups for control in group.controls)


def _media(*path: str) -> tuple[str, ...]:
    schema = schemas.named("endpoint.media")
    for key in path:
        schema = schema["properties"][key]
    return tuple(schema["items"]["enum"])


def _caller(kind: str, heading: Words, text: Words, *more: Control) -> Group:
    name = Control(("caller_id", kind, "name"), _("Name"))
    return Group(heading, (name, Control(("caller_id", kind, "number"), _("Number"), mono=True), *more), text)


NAME = Control(("name",), _("Name"), _("1 to 128 characters."))
TYPE = Choice(("device_type",), _("Type"), _("What it is. It cannot be changed after creation."), choices=TYPES)
OWNER = Choice(("owner_id",), _("Owner"), _("The user it belongs to."), unset=("", _("Nobody")))
REALM = Choice(("sip", "realm"), _("Realm"), _("Needs the password again."), unset=("", _("The account's own")))
PASSWORD = Password(("sip", "password"), _("Password"), format_lazy("{} {}", PASSWORD_HELP, _("Empty: no change.")))

BASICS = Tab(
    "basics",
    _("Basics"),
    (
        Group(
            _("Identity"),
            (
                NAME,
                TYPE,
                HardwareAddress(("mac_address",), _("MAC address"), _("In any common spelling."), mono=True),
                OWNER,
            ),
        ),
        Group(
            _("State"),
            (Switch(("enabled",), _("Enabled"), _("A disabled device can neither register nor call.")),),
        ),
        Group(
            _("Details"),
            (
                Control(("presence_id",), _("Presence id"), _("Used in place of the SIP username."), mono=True),
                Control(("language",), _("Language"), _("Such as en-us."), mono=True),
                Control(("timezone",), _("Time zone"), _("Such as Europe/Berlin."), mono=True),
                Lines(("flags",), _("Flags"), _("One a line.")),
            ),
        ),
    ),
)
SIP = Tab(
    "sip",
    _("SIP"),
    (
        Group(
            _("Authentication"),
            (
                Choice(("sip", "method"), _("It is known by"), choices=METHODS, unset=None),
                Control(
                    ("sip", "username"),
                    _("Username"),
                    _("2 to 32 characters, unique in its realm. A change needs the password again."),
                    mono=True,
                ),
                PASSWORD,
                REALM,
                Control(("sip", "ip"), _("IP address"), _("IPv4, for a device known by its address."), mono=True),
            ),
            _("A device that is known by its address may have a password too: it then works from there only."),
        ),
        Group(
            _("Calls to it"),
            (
                Choice(("sip", "invite_format"), _("It is addressed by"), choices=FORMATS, unset=None),
                Control(("sip", "route"), _("Route"), _("A SIP address, for the format of that name."), mono=True),
                Control(("sip", "number"), _("Number"), _("Instead of the dialled one."), mono=True),
                Control(("sip", "static_route"), _("Static route"), mono=True),
            ),
        ),
        Group(
            _("Registration"),
            (
                Number(("sip", "expire_seconds"), _("Period in seconds")),
                Switch(("sip", "ignore_completed_elsewhere"), _("Calls answered elsewhere are not missed")),
            ),
        ),
        Group(
            _("Headers"),
            (
                Headers(("sip", "custom_sip_headers", "in"), _("On calls from it")),
                Headers(("sip", "custom_sip_headers", "out"), _("On calls to it")),
            ),
            _("SIP headers to add, one a line."),
        ),
    ),
)
CALLER_ID = Tab(
    "caller",
    _("Caller ID"),
    (
        _caller("internal", _("Internal"), _("What extensions see.")),
        _caller("external", _("External"), _("What the outside sees.")),
        _caller("emergency", _("Emergency"), _("What emergency services see. With its country: +1 415 555 0100.")),
        _caller(
            "asserted",
            _("Asserted"),
            _("The proven identity, within a trusted network."),
            Control(("caller_id", "asserted", "realm"), _("Realm"), mono=True),
        ),
        Group(
            _("Privacy"),
            (Choice(("caller_id_options", "outbound_privacy"), _("On calls to the outside"), choices=PRIVACY),),
        ),
    ),
)
FORWARD = Tab(
    "forward",
    _("Call forward"),
    (
        Group(
            _("When"),
            (
                Switch(("call_forward", "enabled"), _("Forward calls")),
                Switch(("call_forward", "failover"), _("Failover: forward while no phone is registered")),
                Control(("call_forward", "number"), _("To this number"), mono=True),
            ),
            _("Forwarding wins over failover: while it is on, failover is not used."),
        ),
        Group(
            _("How"),
            (
                Switch(("call_forward", "substitute"), _("Instead of ringing the device")),
                Switch(("call_forward", "require_keypress"), _("The callee has to press 1")),
                Switch(("call_forward", "keep_caller_id"), _("Keep the caller's number")),
                Switch(("call_forward", "ignore_early_media"), _("Ignore early media")),
                Switch(("call_forward", "direct_calls_only"), _("Only calls to this device itself")),
            ),
        ),
    ),
)
MEDIA = Tab(
    "media",
    _("Media"),
    (
        Group(
            _("Codecs"),
            (
                Several(("media", "audio", "codecs"), _("Audio"), choices=_media("audio", "codecs")),
                Several(("media", "video", "codecs"), _("Video"), choices=_media("video", "codecs")),
            ),
            _("Their order is kept; to change it, edit the JSON."),
        ),
        Group(
            _("Encryption"),
            (
                Several(("media", "encryption", "methods"), _("Methods"), choices=_media("encryption", "methods")),
                Switch(("media", "encryption", "enforce_security"), _("Required")),
            ),
        ),
        Group(
            _("Behaviour"),
            (
                Switch(("media", "fax_option"), _("T.38 fax")),
                Switch(("media", "ignore_early_media"), _("Ignore early media")),
                Number(("media", "progress_timeout"), _("Progress timeout in seconds")),
                Control(("music_on_hold", "media_id"), _("Music on hold"), _("A media id or a stream."), mono=True),
                Control(
                    ("ringtones", "internal"), _("Ringtone, calls from inside"), _("Alert-Info header."), mono=True
                ),
                Control(
                    ("ringtones", "external"), _("Ringtone, calls from outside"), _("Alert-Info header."), mono=True
                ),
            ),
        ),
    ),
)
KEYS = Tab(
    "keys",
    _("Keys"),
    (
        Group(
            _("Phone"),
            (
                Control(("provision", "endpoint_brand"), _("Brand")),
                Control(("provision", "endpoint_family"), _("Family")),
                Control(("provision", "endpoint_model"), _("Model")),
                Control(("provision", "id"), _("Template id"), mono=True),
            ),
            _("What the provisioner has to know."),
        ),
        Group(
            _("Programmable keys"),
            (
                Keys(("provision", "combo_keys"), _("Combo keys")),
                Keys(("provision", "feature_keys"), _("Feature keys")),
            ),
            _("A key without a type is left out."),
        ),
    ),
)
RESTRICTIONS = Tab(
    "restrictions",
    _("Restrictions"),
    (
        Group(_("Outgoing calls"), (Restrictions(("call_restriction",), _("By the kind of number")),)),
        Group(
            _("Incoming calls"),
            (
                Switch(("do_not_disturb", "enabled"), _("Do not disturb")),
                Switch(("call_waiting", "enabled"), _("Call waiting")),
                Switch(("exclude_from_queues",), _("Do not ring for queues")),
            ),
        ),
        Group(
            _("Elsewhere"),
            (
                Switch(("contact_list", "exclude"), _("Leave out of the contact list")),
                Switch(("mwi_unsolicited_updates",), _("Announce waiting messages unasked")),
                Switch(("register_overwrite_notify",), _("Tell when a registration is overwritten")),
                Switch(("suppress_unregister_notifications",), _("Do not tell when it unregisters")),
                Lines(("outbound_flags",), _("Outbound flags"), _("What its calls need of a carrier, one a line.")),
            ),
        ),
    ),
)
TABS = (BASICS, SIP, CALLER_ID, FORWARD, MEDIA, KEYS, RESTRICTIONS)
