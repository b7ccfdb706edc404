"""What the accounts app tells on the overviews: tokens that are about to expire."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import ngettext

from accounts.models import Account, ApiToken
from accounts.sections import TOKENS
from console import overview
from console.overview import Notice

SOON = timedelta(days=14)
MOST_COUNTED = 100


def register() -> None:
    """Add to the overviews; called when the app is ready."""
    overview.notices.append(expiring_tokens)


def expiring_tokens(account: Account | None) -> Iterator[Notice]:
    """Tokens of the account whose programs will be refused soon."""
    if account is None:
        return
    now = timezone.now()
    usable = ApiToken.objects.filter(account=account, revoked_at=None)
    names = list(usable.filter(expires_at__gt=now, expires_at__lt=now + SOON).order_by("expires_at")[:MOST_COUNTED])
    if names:
        words = ngettext(
            "%(count)s API token expires within two weeks: %(first)s",
            "%(count)s API tokens expire within two weeks, the first is %(first)s",
            len(names),
        )
        yield Notice(words % {"count": len(names), "first": names[0].name}, TOKENS.url("list", account))
