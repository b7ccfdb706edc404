"""What only SQLite has."""

from __future__ import annotations

from django.conf import settings

collect_ignore_glob = [] if settings.IS_SQLITE else ["test_*.py"]
