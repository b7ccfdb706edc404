"""The section of the credentials app."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from console.api.calls import VobizCalls, names_of
from console.searching import Searched, address_part, sip_user, whole_uuid
from console.sections import Section
from credentials.api_shapes import CredentialChanges, CredentialCreate

CREDENTIALS = Section(
    name="credentials",
    model_label="credentials.Credential",
    key="credential_id",
    icon="key",
    label=_("Credentials"),
    one=_("credential"),
    many=_("credentials"),
    group=_("Provisioning"),
    order=20,
    search_fields=(
        Searched("username", sip_user),
        "description",
        Searched("credential_id", whole_uuid, lookup="exact"),
        Searched("subscriber__registrations__source", address_part),
    ),
    search_shows=("description",),
    intro=_("A credential is the username and password that a SIP trunk of a PBX authenticates with."),
    first_step=_("Let a PBX authenticate its trunk, from the networks you allow."),
    api=VobizCalls(
        collection="/api/v1/Account/{account}/credentials",
        one="/api/v1/Account/{account}/credentials/{key}",
        creates=names_of(CredentialCreate),
        changes=names_of(CredentialChanges),
        changes_by="PUT",
    ),
)
