"""What happens to links that nobody opened in time."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from bulk.signals import erasing
from handover.services import erase_expired


@receiver(erasing, dispatch_uid="handover.erasing")
def erase(**_kwargs: Any) -> None:
    """Empty them."""
    erase_expired()
