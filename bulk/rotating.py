"""Rotating the passwords of selected rows, however many: a bulk action of the lists of what has a SIP password."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bulk import services
from bulk.forms import RotateManyForm
from bulk.kinds.registry import kinds
from bulk.parts import LINES_PER_PART
from bulk.sections import IMPORTS
from console.views.bulk import BulkAction, BulkPage
from console.views.listing import ListPage


def start(page: BulkPage, rows: QuerySet[Any], values: dict[str, Any]) -> str:
    """Start the job. Returns its page's address. Raises ``ValidationError``."""
    keys = rows.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=LINES_PER_PART)
    job = services.rotation_start(
        account=page.account,
        kind=kinds()[page.section.name],
        keys=keys,
        overlap_minutes=60 * values["overlap_hours"],
    )
    return IMPORTS.url("detail", page.account, job)


def one_by_one(instance: Any, **_values: Any) -> None:
    """Never: all of them are rotated by one job, which keeps the new passwords until they are fetched."""
    raise NotImplementedError(instance)


ROTATE = BulkAction(
    "rotate",
    _("Rotate passwords"),
    _("Each gets a new password. They can be fetched once, as a file or as a sheet of QR codes."),
    run=one_by_one,
    question=_("Rotate the passwords of %(count)s %(things)s?"),
    icon="arrow-path",
    asks_proof=True,
    form_class=RotateManyForm,
    start=start,
)


def offer(*pages: type[ListPage]) -> None:
    """Add the action to lists of the apps below, before what destroys."""
    for page in pages:
        if ROTATE not in page.bulk_actions:
            harmless = tuple(action for action in page.bulk_actions if not action.is_danger)
            page.bulk_actions = (*harmless, ROTATE, *(action for action in page.bulk_actions if action.is_danger))
