"""Kamailio's side of the database, kept in step with the tables that it is a view of."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class KamailioConfig(AppConfig):
    """Installs the views after migrations, and lets the registrar know of who is cut off."""

    name = "sip.kamailio"
    label = "kamailio"
    verbose_name = _("Kamailio")

    def ready(self) -> None:
        """Connect what must happen around migrations, and the receivers."""
        from sip.kamailio import checks, receivers  # noqa: F401  (importing registers and connects them)

        pre_migrate.connect(step_aside, sender=self, dispatch_uid="kamailio.step_aside")
        post_migrate.connect(install, sender=self, dispatch_uid="kamailio.install")


def step_aside(using: str, plan: list[Any] | None = None, **_kwargs: Any) -> None:
    """Drop the views before tables change: PostgreSQL refuses to alter a column that a view uses."""
    from sip.kamailio import schema

    if plan:
        schema.drop_views(using)


def install(using: str, **_kwargs: Any) -> None:
    """Put in place what is missing."""
    from sip.kamailio import schema

    schema.install(using)
