"""Devices."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DevicesConfig(AppConfig):
    """Connects the receivers of this app."""

    name = "devices"
    verbose_name = _("Devices")

    def ready(self) -> None:
        """Listen to what the apps below announce; say what is promised."""
        from devices import invariants, receivers  # noqa: F401  (importing receivers connects them)

        invariants.register()
