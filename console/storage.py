"""Static files: hashed names, compressed, served by whitenoise."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Falls back to the plain name while nothing has been collected yet (tests, a first look at a checkout)."""

    manifest_strict = False
