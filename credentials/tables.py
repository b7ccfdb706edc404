"""The table of the credentials app."""

from __future__ import annotations

from django.utils.safestring import SafeString

from console import components, tables
from credentials.models import Credential
from sip.tables import RegistrationTable, StateColumn


class CredentialTable(RegistrationTable):
    """Credentials."""

    username = tables.ObjectColumn(mono=True)
    description = tables.TextColumn()
    state = StateColumn()
    allowed_networks = tables.TextColumn(orderable=False)
    credential_id = tables.IdentifierColumn()
    created_at = tables.MomentColumn()
    updated_at = tables.MomentColumn()

    class Meta(tables.ConsoleTable.Meta):
        model = Credential
        fields: tuple[str, ...] = ()
        sequence = ("username", "description", "state", "...", "created_at", "updated_at")
        shown = ("description", "state", "allowed_networks", "last_used", "credential_id")

    def render_allowed_networks(self, value: list[str]) -> SafeString:
        """The networks; "anywhere" for none."""
        return components.networks(value)
