"""The console's own settings, with the floor views beside its addresses."""

from __future__ import annotations

from console.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
