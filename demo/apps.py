"""The demo that a first run starts with."""

from __future__ import annotations

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """No tables, no pages: one command that writes through the other apps' services."""

    name = "demo"
