"""The release that the footer, ``/healthz`` and the OpenAPI document name."""

VERSION = "0.1.0"
