"""Writes on the users that own devices."""

from __future__ import annotations

from django.db import transaction

from accounts.services import account_lock
from console import audit
from devices.models import KazooUser
from devices.refusals import IdTaken


@transaction.atomic
def user_create(*, user: KazooUser) -> KazooUser:
    """Save a new user. Raises ``ValidationError``, or ``IdTaken`` for its id."""
    account_lock(user.account_id)
    if KazooUser.objects.filter(account_id=user.account_id, user_id=user.user_id).exists():
        raise IdTaken
    user.full_clean()
    user.save(force_insert=True)
    audit.created(user)
    return user


@transaction.atomic
def user_delete(*, user: KazooUser) -> None:
    """Delete a user; devices keep naming it as their owner, as Kazoo's do."""
    audit.deleted(user)
    user.delete()
