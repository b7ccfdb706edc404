"""What was answered to an ``Idempotency-Key``."""

from __future__ import annotations

from django.db import models


class KeptAnswer(models.Model):
    """One key of one account. Key and request are kept as keyed hashes, the answer sealed and without secrets.

    ``status`` is empty while the first request is being answered; ``busy_until`` is how long that is believed.
    """

    account_id = models.BigIntegerField()
    key_hash = models.CharField(max_length=64)
    request_hash = models.CharField(max_length=64)
    busy_until = models.DateTimeField()
    expires_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    sealed_answer = models.TextField(blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("account_id", "key_hash"), name="idempotency_key_once"),)
        indexes = (models.Index(fields=("expires_at",), name="idempotency_expires"),)

    def __str__(self) -> str:
        return f"answer {self.status} to a key of account {self.account_id}"
