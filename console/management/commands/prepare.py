"""``manage.py prepare``: everything a new release needs before it serves."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Safe to run at every start: it does nothing when there is nothing to do."""

    help = "Bring every database to this release's tables, and collect the static files that changed."

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate all databases, then collect."""
        for alias in settings.DATABASES:
            call_command("migrate", database=alias, interactive=False, verbosity=0)
        collect_static()


def collect_static() -> None:
    """Collect the static files if any changed since the last time; never where they are served from where they lie."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    if getattr(settings, "WHITENOISE_USE_FINDERS", False):
        return
    stamp, fingerprint = Path(settings.STATIC_ROOT) / ".collected", static_fingerprint()
    if not stamp.exists() or stamp.read_text() != fingerprint:
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(fingerprint)


def static_fingerprint() -> str:
    """Return a digest of the names, sizes and times of all static files as they are before collection."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
