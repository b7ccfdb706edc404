"""What happens to subscribers that others must know: the registrar, the registrations."""

from __future__ import annotations

from django.dispatch import Signal

subscriber_cut_off = Signal()  # subscriber, reason: "deleted", "disabled" or "rotated"
subscriber_moved = Signal()  # subscriber, which now belongs to another account
source_blocked = Signal()  # block: a source that failed too often, in the transaction that blocks it
