"""The sections of bulk work: imports, and the old passwords that a rotation leaves valid for a while."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bulk.overlaps import old_passwords
from console.sections import Section
from sip.sections import GROUP

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

OVERLAPS = Section(
    name="overlaps",
    model_label="sip.Secret",
    key="pk",
    icon="key",
    label=_("Old passwords"),
    one=_("old password"),
    many=_("old passwords"),
    group=GROUP,
    order=63,
    is_tile=False,
    intro=_("After a rotation with overlap, this page tells who still uses the old one."),
    rows_of=old_passwords,
)
