"""The device document: pure functions over JSON objects. ``candidate`` is the way in, ``rows`` the way out."""

from __future__ import annotations

from devices.document.candidate import Candidate, created, patched, replaced
from devices.document.coercion import coerce
from devices.document.defaults import with_defaults
from devices.document.faults import Errors, Fault, as_errors, find_faults, validate
from devices.document.filtering import Filter, parse_filters, passes
from devices.document.flat import flattened
from devices.document.hardware_address import canonical_mac, printed_mac
from devices.document.lookup import Columns, columns
from devices.document.merging import merge
from devices.document.normalising import clean_public, normalise
from devices.document.rows import device_row, presented, redact, user_device_row

__all__ = [
    "Candidate",
    "Columns",
    "Errors",
    "Fault",
    "Filter",
    "as_errors",
    "canonical_mac",
    "clean_public",
    "coerce",
    "columns",
    "created",
    "device_row",
    "find_faults",
    "flattened",
    "merge",
    "normalise",
    "parse_filters",
    "passes",
    "patched",
    "presented",
    "printed_mac",
    "redact",
    "replaced",
    "user_device_row",
    "validate",
    "with_defaults",
]
