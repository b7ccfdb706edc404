"""The console's addresses, and the floor's before them, so that it is found at least as fast."""

from __future__ import annotations

from django.urls import path

from bench.floor import floor
from console.urls import urlpatterns as console_urls

urlpatterns = [path("floor/<str:case>/<str:name>", floor), *console_urls]
