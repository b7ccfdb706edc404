"""Times in the spellings of the documents, all of them UTC."""

from __future__ import annotations

from datetime import UTC, datetime


def instant(moment: datetime) -> str:
    """``2026-05-12T05:11:51.635106Z``: credentials, endpoints, sub-accounts."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def with_offset(moment: datetime) -> str:
    """``2025-09-30T08:33:24.700542+00:00``: the account."""
    return moment.astimezone(UTC).isoformat()


def with_blank(moment: datetime) -> str:
    """``2026-04-02 12:11:19.740666+00:00``: applications."""
    return moment.astimezone(UTC).isoformat(" ")


def day(moment: datetime) -> str:
    """``2026-03-25``: the sub-account's ``created`` and ``modified``."""
    return moment.astimezone(UTC).date().isoformat()
