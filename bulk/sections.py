"""The section of imports."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from console.sections import Section

IMPORTS = Section(
    name="imports",
    model_label="bulk.Job",
    key="job_id",
    icon="arrow-up-tray",
    label=_("Imports"),
    one=_("import"),
    many=_("imports"),
    group=_("Provisioning"),
    order=50,
    is_tile=False,
    intro=_("Bring in a whole office from a spreadsheet: it is checked first, and can be undone within a day."),
)
