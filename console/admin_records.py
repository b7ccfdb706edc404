"""The base of the Django admin's pages of records that hold their account's key and no foreign key."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from console.admin_pages import ReadOnlyAdmin


class OfAccount(ReadOnlyAdmin):
    """Shows whose a record is: it may outlive its account."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the account's public id."""
        account = apps.get_model("accounts", "Account").objects.filter(pk=OuterRef("account_id"))
        rows: QuerySet[Any] = super().get_queryset(request)
        annotated: QuerySet[Any] = rows.annotate(owner_auth_id=Subquery(account.values("auth_id")[:1]))
        return annotated

    @admin.display(description=gettext_lazy("account"))
    def owner(self, row: Any) -> str:
        """The account's public id."""
        return row.owner_auth_id or self.get_empty_value_display()
