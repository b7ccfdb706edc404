"""Endpoints as the Vobiz documents print them, from plain rows that hold ``COLUMNS`` and ``STATE``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from console.api.vobiz.profile import Profile
from console.api.vobiz.times import instant
from endpoints.models import Endpoint
from endpoints.services import POLICY_FIELDS
from sip.uri import SCHEMES

Row = Mapping[str, Any]
REALM = "subscriber__realm__shown_as"
APP_ID = "application__app_id"
SUB_ACCOUNT = "sub_account__auth_id"
COLUMNS = (
    "endpoint_id", "username", "alias", *Endpoint.plain_fields, *POLICY_FIELDS, "created_at", "updated_at", REALM,
    SUB_ACCOUNT, APP_ID, "application__app_name", "application__answer_url", "application__answer_method",
)  # fmt: skip
# All of these are null while it is not registered.
STATE = ("registered_contact", "registered_until", "registered_user_agent", "registered_received")


def in_list(profile: Profile, auth_id: str) -> Callable[[Row], dict[str, Any]]:
    """What makes a list item of a row, seen by the URL of the account ``auth_id``."""
    if profile is Profile.OPENAPI:
        return lambda row: {**identity(row, auth_id), "application": application_uri(row, auth_id)}
    return lambda row: {**narrative(row, auth_id), "application": application_in_brief(row)}


def alone(row: Row, profile: Profile, auth_id: str, api_id: str) -> dict[str, Any]:
    """A retrieved endpoint. The official SDK takes no null for the application here, so it gets an empty text."""
    if profile is Profile.OPENAPI:
        return {**identity(row, auth_id), "application": application_uri(row, auth_id) or ""}
    body = {"api_id": api_id, **narrative(row, auth_id), "application": application(row)}
    return body if row["registered_until"] is None else {**body, "sip_registration": registration(row)}


def identity(row: Row, auth_id: str) -> dict[str, Any]:
    """What both profiles have in common."""
    return {
        "endpoint_id": str(row["endpoint_id"]),
        "username": row["username"],
        "alias": row["alias"],
        "resource_uri": resource_uri(auth_id, row["endpoint_id"]),
        "sip_uri": sip_uri(row["username"], row[REALM]),
        "sip_registered": "false" if row["registered_until"] is None else "true",
        "sub_account": row[SUB_ACCOUNT],
    }


def narrative(row: Row, auth_id: str) -> dict[str, Any]:
    """What the prose shows in lists and alone, but for the application."""
    until = row["registered_until"]
    return {
        **identity(row, auth_id),
        **{name: row[name] for name in (*Endpoint.plain_fields, *POLICY_FIELDS)},
        "sip_contact": host_and_port(row["registered_contact"]),
        "sip_expires": None if until is None else instant(until),
        "sip_user_agent": row["registered_user_agent"],
        "created_at": instant(row["created_at"]),
        "updated_at": instant(row["updated_at"]),
    }


def registration(row: Row) -> dict[str, Any]:
    """The documented ``sip_registration`` of an endpoint that is registered."""
    return {
        "contact": row["registered_contact"],
        "expires": instant(row["registered_until"]),
        "user_agent": row["registered_user_agent"],
        "received": row["registered_received"],
        "path": None,
    }


def application_in_brief(row: Row) -> dict[str, Any] | None:
    """The application in a list."""
    if row[APP_ID] is None:
        return None
    return {"app_id": str(row[APP_ID]), "app_name": row["application__app_name"]}


def application(row: Row) -> dict[str, Any] | None:
    """The application of one endpoint."""
    brief = application_in_brief(row)
    if brief is None:
        return None
    return {
        **brief,
        "answer_url": row["application__answer_url"],
        "answer_method": row["application__answer_method"],
    }


def application_uri(row: Row, auth_id: str) -> str | None:
    """The application as the OpenAPI block shows it."""
    return None if row[APP_ID] is None else f"/v1/Account/{auth_id}/Application/{row[APP_ID]}/"


def resource_uri(auth_id: str, endpoint_id: object = "") -> str:
    """The documented address, without ``/api``: of one endpoint or of the list."""
    return f"/v1/Account/{auth_id}/Endpoint/" + (f"{endpoint_id}/" if endpoint_id else "")


def sip_uri(username: str, realm: str) -> str:
    """``sip:john@sip.vobiz.ai``."""
    return f"sip:{username}@{realm}"


def host_and_port(contact: str | None) -> str | None:
    """``192.168.1.100:5060`` of ``sip:john@192.168.1.100:5060;transport=udp``; None for what is no address."""
    scheme, colon, rest = (contact or "").partition(":")
    if not colon or scheme.lower() not in SCHEMES:
        return None
    return rest.rpartition("@")[2].partition(";")[0].partition("?")[0]


def created(endpoint: Any, profile: Profile, auth_id: str, api_id: str) -> dict[str, Any]:
    """The answer to a creation: the documented three keys, or the union of what the pages show."""
    endpoint_id = str(endpoint.endpoint_id)
    body = {"alias": endpoint.alias, "endpoint_id": endpoint_id, "username": endpoint.username}
    if profile is Profile.OPENAPI:
        return body
    return {
        "api_id": api_id,
        "message": "created",
        "endpoint_id": endpoint_id,
        "sip_uri": sip_uri(endpoint.username, endpoint.subscriber.realm.shown_as),
        "resource_uri": resource_uri(auth_id, endpoint_id),
        **body,
    }
