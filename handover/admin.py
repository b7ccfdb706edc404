"""Hand-over links in the Django admin: to be looked at and revoked. Neither token nor settings can be shown."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from console.admin_pages import ConsoleAdmin, group
from handover.models import Link
from handover.services import link_revoke


@admin.register(Link)
class LinkAdmin(ConsoleAdmin):
    """Links that open once. They are made where a password is known, and forgotten by themselves."""

    list_display = ("label", "account", "spoken_state", "expires_at", "used_at", "used_from", "made_by", "created_at")
    list_filter = (
        ("used_at", admin.EmptyFieldListFilter),
        ("revoked_at", admin.EmptyFieldListFilter),
        "expires_at",
        "created_at",
    )
    list_select_related = ("account",)
    search_fields = ("label__startswith", "link_id__exact", "account__auth_id__exact", "made_by__startswith")
    search_help_text = _("The start of an address (sip:…) or of who made it, a link's id, or an account's id.")
    readonly_fields = ("link_id", "spoken_state", "used_at", "used_from", "revoked_at", "created_at")
    actions = ("revoke",)
    fieldsets = (
        group("account label link_id spoken_state made_by"),
        group("created_at expires_at used_at used_from revoked_at", _("Dates")),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without what is sealed."""
        return super().get_queryset(request).defer("sealed")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: the settings are sealed under a token that only the link's maker sees."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """For the list's actions only."""
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: revoke it."""
        return False

    @admin.display(description=_("state"))
    def spoken_state(self, link: Link) -> str:
        """What became of it."""
        return str(link.state.label)

    @admin.action(description=_("Revoke the selected links"))
    def revoke(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """End those that nobody has opened. One that is over refuses for all."""
        for link in queryset:
            link_revoke(link=link)
