"""Webhooks out: what happens in an account is told to the addresses that it names."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    """Events, whom they are sent to, and what became of that."""

    name = "events"
    verbose_name = _("Webhooks")

    def ready(self) -> None:
        """Listen to what happens below, and send beside the workers' tasks."""
        from events import receivers  # noqa: F401  (importing connects them)
