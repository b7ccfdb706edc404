"""A bulk action on more rows than one request may change: a job does it, part by part."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import get_resolver

from bulk import services
from bulk.models import Job
from bulk.sections import IMPORTS
from console import sections
from console.views.bulk import BulkAction, BulkPage
from console.views.listing import ListPage


def start(page: BulkPage, rows: QuerySet[Any]) -> str:
    """Start the job. Returns its page's address. Raises ``ValidationError``."""
    names = page.bulk.form_class.base_fields if page.bulk.form_class else ()
    job = services.action_start(
        account=page.account,
        section=page.section.name,
        action=page.bulk.name,
        typed={name: page.request.POST.getlist(name) for name in names},
        keys=rows.order_by("pk").values_list("pk", flat=True),
    )
    return IMPORTS.url("detail", page.account, job)


def offer() -> None:
    """Have the confirmation pages start it."""
    BulkPage.start_job = staticmethod(start)


def action_of(job: Job) -> BulkAction:
    """The action that the job does. Raises ``LookupError``: a release may have removed it."""
    found = {action.name: action for action in list_of(job).bulk_actions}
    return found[job.options["action"]]


def rows_of(job: Job) -> QuerySet[Any]:
    """The rows of the job's list, joined as the list joins them."""
    page = list_of(job)
    listing = page(section=sections.get(job.subject))
    listing.account = job.account
    return listing.rows()


def list_of(job: Job) -> type[ListPage]:
    """The list that it was started from. Raises ``LookupError``."""
    get_resolver().url_patterns  # noqa: B018  (a worker serves no pages, and the lists are declared with their addresses)
    page = sections.list_page(job.subject)
    if page is None:
        raise LookupError(job.subject)
    return page


def values_of(job: Job, action: BulkAction) -> dict[str, Any]:
    """What the action's form said, read again: what it named may be gone. Raises ``ValidationError``."""
    if action.form_class is None:
        return {}
    data = QueryDict(mutable=True)
    for name, typed in job.options["typed"].items():
        data.setlist(name, typed)
    form = action.form_class(data, account=job.account)  # type: ignore[call-arg]  # forms of bulk actions take it
    form.full_clean()
    if form.errors:
        raise form.errors.as_data()[next(iter(form.errors))][0]
    return form.cleaned_data
