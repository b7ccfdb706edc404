"""Hand-over links: a phone gets its settings without anybody typing them."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HandoverConfig(AppConfig):
    """Links that open once."""

    name = "handover"
    verbose_name = _("Hand-over links")

    def ready(self) -> None:
        """Erase expired links when the workers erase."""
        from handover import receivers  # noqa: F401  (importing connects them)
