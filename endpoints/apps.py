"""Endpoints."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EndpointsConfig(AppConfig):
    """Connects the receivers of this app."""

    name = "endpoints"
    verbose_name = _("Endpoints")

    def ready(self) -> None:
        """Listen to what the apps below announce."""
        from endpoints import receivers  # noqa: F401  (importing connects them)
