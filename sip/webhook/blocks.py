"""Blocks of a source that fails too often for one username: never of the user, whom nobody can lock out."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from console import audit, limiter
from console.models import RateBucket
from sip.models import Block
from sip.signals import source_blocked
from sip.webhook.knowledge import Access, Knowledge, username_key
from sip.webhook.question import Question


def count_failure(question: Question, known: Knowledge, access: Access) -> datetime | None:
    """Count a failed REGISTER; the one that reaches the account's limit blocks. Returns until when, if it did.

    A username that does not exist is treated alike, or the answer would tell which do. An INVITE counts for nothing:
    its source address is what the caller says it is.
    """
    account_id, main_account_id = known.owner
    if not access.block_after_failures or question.method != "REGISTER" or not question.source or account_id is None:
        return None
    realm, key = question.realm.lower(), username_key(question.username)
    bucket = bucket_name(realm, key, question.source)
    used = limiter.take(bucket, limit=access.block_after_failures, window_seconds=access.block_window_seconds)
    if used.remaining > 0:
        return None
    until = timezone.now() + timedelta(seconds=access.block_seconds)
    with transaction.atomic():
        block, _is_new = Block.objects.update_or_create(
            realm=realm,
            username_key=key,
            source=question.source,
            defaults={
                "until": until,
                "failures": access.block_after_failures,
                "account_id": account_id,
                "main_account_id": main_account_id,
                "subscriber_id": known.subscriber.id if known.subscriber else None,
            },
        )
        source_blocked.send(Block, block=block)
    return until


def bucket_name(realm: str, key: str, source: str) -> str:
    """Under which key the limiter counts the failures of a source for a username."""
    return "guess:" + hashlib.sha256(f"{realm}\n{key}\n{source}".encode()).hexdigest()


@transaction.atomic
def lift(block: Block) -> None:
    """Let the source try again, with all its tries."""
    RateBucket.objects.filter(key=bucket_name(block.realm, block.username_key, block.source)).delete()
    audit.deleted(block)
    block.delete()
