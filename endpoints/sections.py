"""The sections of the endpoints app."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from console.api.calls import VobizCalls, names_of
from console.searching import Searched, address_part, sip_user, whole_number
from console.sections import Section
from endpoints.api_shapes import ApplicationChanges, ApplicationCreate, EndpointChanges, EndpointCreate

ENDPOINTS = Section(
    name="endpoints",
    model_label="endpoints.Endpoint",
    key="endpoint_id",
    icon="phone",
    label=_("Endpoints"),
    one=_("endpoint"),
    many=_("endpoints"),
    group=_("Provisioning"),
    order=10,
    search_fields=(
        Searched("username", sip_user),
        "alias",
        Searched("endpoint_id", whole_number, lookup="exact"),
        Searched("subscriber__registrations__source", address_part),
    ),
    search_shows=("alias",),
    intro=_("An endpoint is what a desk phone, a softphone or an agent registers as."),
    first_step=_("Give a phone its username and password, then scan or copy its settings."),
    api=VobizCalls(
        collection="/api/v1/Account/{account}/Endpoint/",
        one="/api/v1/Account/{account}/Endpoint/{key}/",
        creates=names_of(EndpointCreate),
        changes=names_of(EndpointChanges),
    ),
)

APPLICATIONS = Section(
    name="applications",
    model_label="endpoints.Application",
    key="app_id",
    icon="bolt",
    label=_("Applications"),
    one=_("application"),
    many=_("applications"),
    group=_("Provisioning"),
    order=30,
    search_fields=("app_name", Searched("app_id", whole_number, lookup="exact")),
    search_shows=("answer_url",),
    intro=_("An application says where the calls of endpoints go: the web address that answers them."),
    first_step=_("Say where calls go, and make it the default for new endpoints."),
    api=VobizCalls(
        collection="/api/v1/Account/{account}/Application/",
        one="/api/v1/Account/{account}/Application/{key}/",
        creates=names_of(ApplicationCreate),
        changes=names_of(ApplicationChanges),
    ),
)
