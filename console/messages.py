"""Messages to a person that wait for the next page: in a cookie, whose name holds browsers to this host and HTTPS."""

from __future__ import annotations

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class NamedCookie(CookieStorage):
    """Django's, under a name of the settings' kind."""

    cookie_name = f"{settings.HOST_PREFIX}console_messages"


class MessageStorage(FallbackStorage):
    """In the cookie, and what does not fit in the session."""

    storage_classes = (NamedCookie, SessionStorage)
