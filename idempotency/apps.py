"""POST requests that may be sent twice."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IdempotencyConfig(AppConfig):
    """Remembers, for a day, what was answered to a key."""

    name = "idempotency"
    verbose_name = _("Idempotency keys")
