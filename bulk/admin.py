"""Jobs in the Django admin: to be looked at. What a job holds of files and passwords stays sealed."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bulk.models import Job, Part, Pulse
from console.admin_pages import ReadOnlyAdmin, group


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """Imports, rotations and undos, with what came of them."""

    list_display = (
        "job_id",
        "kind",
        "subject",
        "state",
        "account",
        "actor_label",
        "total",
        "created_at",
        "finished_at",
    )
    list_filter = ("state", "kind", "created_at")
    list_select_related = ("account",)
    search_fields = ("job_id__exact", "account__auth_id__exact", "actor_label__startswith")
    search_help_text = _("A job's id, an account's id, or the start of who started it.")
    fieldsets = (
        group("job_id account kind subject step state mode actor_label source error"),
        group("total created_count changed_count unchanged_count refused_count", _("Lines")),
        group("created_at started_at finished_at undone_at secrets_state secrets_until", _("Dates")),
    )


@admin.register(Part)
class PartAdmin(ReadOnlyAdmin):
    """How much of a job is kept, until it is erased: the content itself is not even fetched."""

    list_display = ("job", "role", "number", "size", "refused")
    list_filter = ("role",)
    list_select_related = ("job",)
    search_fields = ("job__job_id__exact", "job__account__auth_id__exact")
    search_help_text = _("A job's id, or an account's id.")
    ordering = ("-job", "role", "number")
    fields = ("job", "role", "number", "size", "refused")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without what is sealed."""
        return super().get_queryset(request).defer("sealed")


@admin.register(Pulse)
class PulseAdmin(ReadOnlyAdmin):
    """The life signs of running jobs: which worker has one, and until when it is believed."""

    list_display = ("job_pk", "worker", "attempt", "done", "total", "lease_until", "is_cancelled")
    list_filter = ("is_cancelled", "lease_until")
    search_fields = ("worker__startswith", "job_pk__exact")
    search_help_text = _("The start of a worker's name, or the number of a job's row.")
    ordering = ("-job_pk",)
    fields = (
        "job_pk", "worker", "attempt", "done", "total", "started_at", "lease_until", "is_cancelled", "handed_on_at",
    )  # fmt: skip
