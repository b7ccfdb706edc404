"""SIP subscribers."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SipConfig(AppConfig):
    """Connects the receivers of this app."""

    name = "sip"
    verbose_name = _("SIP subscribers")

    def ready(self) -> None:
        """Listen to what the apps below announce; say what is purged, measured and promised."""
        from console import metrics
        from sip import (
            invariants,
            overview,
            receivers,  # noqa: F401  (importing them connects them)
            registrations,
            retention,
        )

        overview.register()
        retention.register()
        invariants.register()
        metrics.gauges.append(registrations.readings)
