"""Accounts, members and API tokens."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """The tenants."""

    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """Answer the pages' questions about tenants; tell on the overviews; listen to the sign-in pages."""
        from accounts import overview, receivers
        from accounts.pages import AccountTenancy
        from console.tenancy import provide

        provide(AccountTenancy())
        overview.register()
        receivers.connect()
