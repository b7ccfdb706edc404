"""The sections of the sip app: who is registered, who tried, who is blocked."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from console.sections import Section

GROUP = _("Authentication")

REGISTRATIONS = Section(
    name="registrations",
    model_label="sip.Registration",
    key="pk",
    icon="signal",
    label=_("Registrations"),
    one=_("registration"),
    many=_("registrations"),
    group=GROUP,
    order=60,
    is_tile=False,
    intro=_("Phones appear here as soon as they register."),
)

ATTEMPTS = Section(
    name="attempts",
    model_label="sip.AuthAttempt",
    key="pk",
    icon="finger-print",
    label=_("Attempts"),
    one=_("attempt"),
    many=_("attempts"),
    group=GROUP,
    order=61,
    is_tile=False,
    intro=_("Every try to register or call appears here within a second, with the reason when it failed."),
)

BLOCKS = Section(
    name="blocks",
    model_label="sip.Block",
    key="pk",
    icon="no-symbol",
    label=_("Blocks"),
    one=_("block"),
    many=_("blocks"),
    group=GROUP,
    order=62,
    is_tile=False,
    intro=_("A source that fails too often for one username is refused for a while, and can be let in again here."),
)
