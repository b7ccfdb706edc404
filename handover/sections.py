"""The section of hand-over links."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from console.sections import Section

LINKS = Section(
    name="links",
    model_label="handover.Link",
    key="link_id",
    icon="link",
    label=_("Hand-over links"),
    one=_("hand-over link"),
    many=_("hand-over links"),
    group=_("Provisioning"),
    order=60,
    is_tile=False,
    intro=_("A link hands a phone its settings, once, so that nobody has to type a password."),
)
