"""What a phone needs to connect: the settings, a QR code for softphones, and ready configuration for common phones."""

from __future__ import annotations

import io
from dataclasses import dataclass
from urllib.parse import quote

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from sip.models import Subscriber

DEFAULT_PORT = "5060"
PHONES: tuple[tuple[str, str | Promise], ...] = (
    ("yealink", _("Yealink (configuration file)")),
    ("grandstream", _("Grandstream (P-values)")),
    ("linphone", _("Linphone (linphonerc)")),
    ("baresip", _("baresip (accounts)")),
    ("asterisk", _("Asterisk (pjsip.conf)")),
)


@dataclass(frozen=True, slots=True)
class Connection:
    """What is typed into a phone."""

    username: str
    realm: str
    server: str  # host or host:port; the realm is not where to connect to
    password: str

    @property
    def host(self) -> str:
        """The server without its port."""
        return self.server.rpartition(":")[0] if self.has_port else self.server

    @property
    def port(self) -> str:
        """The port, or the one SIP has by default."""
        return self.server.rpartition(":")[2] if self.has_port else DEFAULT_PORT

    @property
    def has_port(self) -> bool:
        """Whether the server names a port; the colons of a bare IPv6 address are none."""
        return self.server.rpartition(":")[2].isdigit() and (self.server.count(":") == 1 or "]:" in self.server)

    @property
    def uri(self) -> str:
        """The SIP URI with the password in it (RFC 3261, 19.1.1), as softphones scan it."""
        return f"sip:{quote(self.username)}:{quote(self.password, safe='')}@{self.realm}"


def connection(subscriber: Subscriber, password: str) -> Connection:
    """The settings for a phone of ``subscriber``."""
    return Connection(subscriber.username, subscriber.realm.shown_as, settings.SIP_SERVER, password)


def qr_code(text: str) -> SafeString:
    """A QR code as inline SVG, without style attributes or data addresses, which the policy forbids."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        drawn, kind="svg", xmldecl=False, svgns=False, border=0, omitsize=True, svgclass=None, lineclass=None, nl=False
    )
    return mark_safe(drawn.getvalue().decode())  # noqa: S308  (segno writes a path of digits)


def snippets(settings_for: Connection) -> list[tuple[str, str | Promise, str]]:
    """Name, label and text of the configuration of each common phone."""
    return [
        (name, label, render_to_string(f"sip/snippets/{name}.txt", {"phone": settings_for}).strip())
        for name, label in PHONES
    ]
