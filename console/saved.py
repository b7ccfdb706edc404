"""Saved filters: a person's own names for what they look at often. They are nobody else's business: no audit row."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from console.models import SavedFilter

MOST = 20  # of one person in one list
NOT_KEPT = ("page", "size", "saved")
UNFILTERED = "saved=none"  # the query of a list that is to be shown whole although there is a default


def saved_filters(user: Any, section: str) -> QuerySet[SavedFilter]:
    """A person's saved filters of one kind of list."""
    return SavedFilter.objects.filter(user=user, section=section)


def kept(query: str) -> str:
    """What of a query string is worth a name: not the page one was on."""
    return urlencode([pair for pair in parse_qsl(query) if pair[0] not in NOT_KEPT and "\x00" not in pair[1]])


@transaction.atomic
def filter_save(*, user: Any, section: str, name: str, query: str, is_default: bool = False) -> SavedFilter:
    """Keep what a list shows under a name; a name that is there already gets it. Raises ``ValidationError``."""
    mine = saved_filters(user, section)
    found = mine.filter(name=name).first()
    if found is None and mine.count() >= MOST:
        raise ValidationError(_("Delete one first: there are %(most)s.") % {"most": MOST})
    found = found or SavedFilter(user=user, section=section, name=name)
    found.query = kept(query)
    return _write(found, is_default=is_default)


@transaction.atomic
def filter_change(*, saved: SavedFilter, name: str, is_default: bool) -> SavedFilter:
    """Rename it, or show it first. Raises ``ValidationError``."""
    saved.name = name
    return _write(saved, is_default=is_default)


def filter_delete(*, saved: SavedFilter) -> None:
    """Forget it."""
    saved.delete()


def _write(saved: SavedFilter, *, is_default: bool) -> SavedFilter:
    if is_default:
        saved_filters(saved.user, saved.section).exclude(pk=saved.pk).update(is_default=False)
    saved.is_default = is_default
    saved.full_clean()
    saved.save()
    return saved
