"""How django-allauth behaves here: nobody signs up, operators are invited; limits go by the address that we go by."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from console.middleware import source_address


class AccountAdapter(DefaultAccountAdapter):
    """Closes sign-up; says where a request comes from."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: accounts and operators are created by commands and invitations."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The client's address, as the proxies that are trusted tell it."""
        return source_address(request)
