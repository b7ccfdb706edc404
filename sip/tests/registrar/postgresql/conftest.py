"""Kamailio's tables exist on PostgreSQL only, and so do these tests."""

from __future__ import annotations

from django.conf import settings

collect_ignore_glob = ["test_*.py"] if settings.IS_SQLITE else []
