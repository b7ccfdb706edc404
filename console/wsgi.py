"""The WSGI application that granian (or any WSGI server) serves."""

from __future__ import annotations

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")

application = get_wsgi_application()
if settings.TRUSTED_PROXIES:
    # Before anything reads the client's address: limits, blocks and the audit trail name it.
    application = wrap_wsgi_with_proxy_headers(application, settings.TRUSTED_PROXIES)
