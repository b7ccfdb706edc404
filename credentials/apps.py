"""Credentials."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CredentialsConfig(AppConfig):
    """Connects the receivers of this app."""

    name = "credentials"
    verbose_name = _("Credentials")

    def ready(self) -> None:
        """Listen to what the apps below announce."""
        from credentials import receivers  # noqa: F401  (importing connects them)
