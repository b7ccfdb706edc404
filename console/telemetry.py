"""Traces for OpenTelemetry, when ``OPENTELEMETRY`` says so.

Its own launcher instruments the program that it starts, and none that this one starts later: the server's processes. So
each of them starts it, once the settings are there. Where traces go and what they say, its own environment names.
"""

from __future__ import annotations

import os
from importlib import import_module

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

EXCLUDED_VARIABLE = "OTEL_PYTHON_DJANGO_EXCLUDED_URLS"
OPENING = "handover/,invitation/,user/password/reset/"  # addresses that open something must not leave for a collector
PACKAGES = "opentelemetry-distro opentelemetry-exporter-otlp opentelemetry-instrumentation-django"


def start() -> None:
    """Instrument this process if that is wanted. Raises ``ImproperlyConfigured`` if what does it is not installed."""
    if not settings.OPENTELEMETRY:
        return
    os.environ.setdefault(EXCLUDED_VARIABLE, OPENING)
    try:
        instrumentation = import_module("opentelemetry.instrumentation.auto_instrumentation")
    except ImportError as error:
        raise ImproperlyConfigured(f"OPENTELEMETRY is on and not installed: pip install {PACKAGES}") from error
    instrumentation.initialize(swallow_exceptions=False)
