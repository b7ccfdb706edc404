"""Kept answers in the Django admin: which keys are taken, and until when. Keys, requests and answers are not shown."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from console.admin_records import OfAccount
from idempotency.models import KeptAnswer


@admin.register(KeptAnswer)
class KeptAnswerAdmin(OfAccount):
    """What was answered to an ``Idempotency-Key``: hashes and the sealed answer are not even fetched."""

    list_display = ("pk", "owner", "status", "busy_until", "expires_at")
    list_filter = (("status", admin.EmptyFieldListFilter), "expires_at")
    search_fields = ("account_id__exact", "status__exact")
    search_help_text = _("The number of an account's row, or the status that was answered.")
    ordering = ("-id",)
    fields = ("owner", "status", "busy_until", "expires_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without what is hashed and sealed."""
        return super().get_queryset(request).defer("key_hash", "request_hash", "sealed_answer")
