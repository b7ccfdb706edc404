"""What the overviews tell of rotations: passwords whose former one still works."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import ngettext

from accounts.models import Account
from bulk.sections import OVERLAPS
from console import overview
from console.overview import Notice
from sip.models import Secret
from sip.overview import MOST_COUNTED, at_least, listed_in


def register() -> None:
    """Add to the overviews; called when the app is ready."""
    overview.notices.append(overlapping)


def overlapping(account: Account | None) -> Iterator[Notice]:
    """How many passwords have a former one that still works, as far as the account's page of them shows it."""
    if account is None:
        return
    former = Secret.objects.filter(listed_in(account, "subscriber__"), valid_until__gt=timezone.now())
    count = former[:MOST_COUNTED].count()
    if count:
        words = ngettext("%(count)s former password still works", "%(count)s former passwords still work", count)
        yield Notice(words % {"count": at_least(count)}, OVERLAPS.url("list", account))
