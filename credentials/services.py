"""Writes on credentials: rules checked under the account's lock, subscriber and audit row in one transaction."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from accounts.services import account_lock
from console import audit, counters
from credentials.models import Credential
from sip.services import holder_delete, holder_lock, password_set, subscriber_create, subscriber_update


@transaction.atomic
def credential_create(*, credential: Credential, password: str) -> Credential:
    """Save a new credential with its subscriber. Raises ``ValidationError`` (code ``taken`` for its username)."""
    credential.account = account_lock(credential.account_id)
    credential.password = password
    refuse_above_limit(credential.account)
    credential.full_clean()
    credential.subscriber = subscriber_create(
        realm=credential.home_realm,
        username=credential.username,
        account=credential.account,
        kind=Credential.subscriber_kind,
        password=password,
        enabled=credential.enabled,
        allowed_networks=credential.allowed_networks,
    )
    credential.password = None
    credential.save(force_insert=True)
    audit.created(credential)
    return credential


@transaction.atomic
def credential_update(
    *, credential: Credential, password: str | None = None, overlap_minutes: int = 0, **changes: Any
) -> Credential:
    """Change a credential; ``password`` replaces the old one now or after the overlap. Raises ``ValidationError``."""
    holder_lock(credential)
    before = credential.audited_values()
    for name, value in changes.items():
        setattr(credential, name, value)
    credential.password = password
    credential.full_clean()
    credential.password = None
    credential.save()
    subscriber_update(
        subscriber=credential.subscriber, enabled=credential.enabled, allowed_networks=credential.allowed_networks
    )
    audit.changed(credential, before)
    if password is not None:
        password_set(subscriber=credential.subscriber, password=password, overlap_minutes=overlap_minutes)
        audit.rotated(credential, overlap_minutes=[None, overlap_minutes])
    return credential


@transaction.atomic
def credential_delete(*, credential: Credential) -> None:
    """Delete a credential with its subscriber."""
    holder_delete(holder=credential)


def refuse_above_limit(account: Account, *, adding: int = 1) -> None:
    """Raise ``ValidationError`` when ``adding`` credentials are too many; the caller holds the account's lock."""
    limit = account.credential_limit
    if limit is not None and counters.total(Credential, account.pk) + adding > limit:
        raise ValidationError(
            _("The account's limit of %(limit)s credentials is reached"), code="limit", params={"limit": limit}
        )
