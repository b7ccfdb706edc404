"""Bulk work: import, export, undo, rotation."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BulkConfig(AppConfig):
    """Jobs that a worker does in the background."""

    name = "bulk"
    verbose_name = _("Bulk work")

    def ready(self) -> None:
        """Tell on the overviews."""
        from bulk import overview

        overview.register()
