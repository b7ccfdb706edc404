"""How long the SIP side keeps what happened, and what it removes after that."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from console import retention
from console.models import LastUse
from sip.models import AttemptTally, AuthAttempt, Block, Registration
from sip.webhook import replays

REPLAYS_KEPT = timedelta(days=1)
TALLIES_KEPT = timedelta(days=8)


def register() -> None:
    """Make these known to ``manage.py purge``."""
    retention.register("attempts", purge_attempts)
    retention.register("tallies", purge_tallies)
    retention.register("registrations", purge_registrations)
    retention.register("blocks", purge_blocks)
    retention.register("answers", purge_answers)


def purge_attempts() -> int:
    """Authentication attempts older than ATTEMPT_KEEP_DAYS."""
    oldest = timezone.now() - timedelta(days=settings.ATTEMPT_KEEP_DAYS)
    return retention.delete_in_batches(AuthAttempt.objects.filter(at__lt=oldest).order_by("at"))


def purge_tallies() -> int:
    """Hourly counts of attempts that no overview shows any more."""
    oldest = timezone.now() - TALLIES_KEPT
    return retention.delete_in_batches(AttemptTally.objects.filter(hour__lt=oldest).order_by("hour"))


def purge_registrations() -> int:
    """Registrations that were over REGISTRATION_KEEP_DAYS ago."""
    oldest = timezone.now() - timedelta(days=settings.REGISTRATION_KEEP_DAYS)
    return retention.delete_in_batches(Registration.objects.filter(expires_at__lt=oldest).order_by("expires_at"))


def purge_blocks() -> int:
    """Blocks that were over BLOCK_KEEP_DAYS ago."""
    oldest = timezone.now() - timedelta(days=settings.BLOCK_KEEP_DAYS)
    return retention.delete_in_batches(Block.objects.filter(until__lt=oldest).order_by("until"))


def purge_answers() -> int:
    """What the replay check remembers of answers, after a day."""
    oldest = timezone.now() - REPLAYS_KEPT
    return retention.delete_in_batches(LastUse.objects.filter(key__startswith=replays.PREFIX, at__lt=oldest))
