"""What has to be there for ``REGISTRAR=kamailio``."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from sip.kamailio.configuration import SHORTEST_SECRET


@register()
def check_kamailio(**_kwargs: Any) -> list[CheckMessage]:
    """Refuse to run with a registrar that cannot work."""
    if settings.REGISTRAR != "kamailio":
        return []
    faults: list[CheckMessage] = []
    if settings.IS_SQLITE:
        faults.append(Error("REGISTRAR=kamailio needs PostgreSQL.", hint="Set DATABASE_URL.", id="kamailio.E001"))
    if len(settings.KAMAILIO_RPC_SECRET) < SHORTEST_SECRET:
        hint = f"Set it to at least {SHORTEST_SECRET} random characters, the same for Kamailio."
        faults.append(Error("KAMAILIO_RPC_SECRET is missing or short.", hint=hint, id="kamailio.E002"))
    return faults
