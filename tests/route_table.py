"""Who may do what on which route. A route that is missing here fails the suite.

An entry names, for each method that is served, what it asks of the caller: view, operate, edit, own (see
``accounts.permissions``), ``self``: somebody, in their own name, or ``staff``. A page serves no
other method than its entry names.
"""

from __future__ import annotations

VIEW, OPERATE, EDIT, OWN, SELF = "view", "operate", "edit", "own", "self"
STAFF = "staff"  # the platform's own people
NONE = "none"  # a method that is not served
ROLES = ("owner", "admin", "support", "viewer")
GRANTED = {
    VIEW: {"owner", "admin", "support", "viewer"},
    OPERATE: {"owner", "admin", "support"},
    EDIT: {"owner", "admin"},
    OWN: {"owner"},
}
Table = dict[str, dict[str, str]]


def entries(prefix: str, **routes: str) -> Table:
    """Entries below ``prefix``: the rest of each address, and its methods spelt ``GET:view POST:edit``."""
    return {f"{prefix}{route}": methods(spelt) for route, spelt in routes.items()}


def methods(spelt: str) -> dict[str, str]:
    """``GET:view POST:edit`` as a dictionary."""
    return dict(pair.split(":") for pair in spelt.split())


def section(name: str, *, creates: str = EDIT, **more: str) -> Table:
    """The pages that every section has, and ``more`` pages of one object."""
    base, one = f"accounts/<str:auth_id>/{name}/", f"accounts/<str:auth_id>/{name}/<str:key>/"
    return {
        base: {"GET": VIEW},
        f"{base}new/": {"GET": creates, "POST": creates},
        f"{base}bulk/": {"GET": VIEW, "POST": EDIT},
        one: {"GET": VIEW},
        **{f"{one}{page}/": methods(spelt) for page, spelt in more.items()},
    }


FORM, OWNERS = "GET:edit POST:edit", "GET:own POST:own"
ACCOUNT = "accounts/<str:auth_id>/"
HOLDERS = ("endpoints", "credentials", "devices")
PAGES: Table = {
    "": {"GET": SELF},
    "accounts/": {"GET": SELF},
    "export/accounts/": {"GET": SELF},
    "export/activity/": {"GET": STAFF},
    "search/": {"GET": SELF},
    "user/theme/": {"POST": SELF},
    "platform/": {"GET": STAFF},
    "user/profile/": methods("GET:self POST:self"),
    "user/tokens/": {"GET": SELF},
    "user/tokens/new/": methods("GET:self POST:self"),
    "activity/": {"GET": STAFF},
    "activity/<str:key>/": {"GET": STAFF},
    "user/filters/": {"GET": SELF, "POST": SELF},
    ACCOUNT: {"GET": VIEW},
    **section("sub-accounts", creates=OWN, secret="GET:own", edit=FORM, delete="GET:own POST:own"),
    **section("endpoints", edit=FORM, rotate=FORM, secret="GET:edit", clone=FORM, delete=FORM),
    **section("credentials", edit=FORM, rotate=FORM, secret="GET:edit", clone=FORM, delete=FORM),
    **section("applications", edit=FORM, clone=FORM, delete=FORM),
    **section("devices", edit=FORM, rotate=FORM, secret="GET:edit", clone=FORM, delete=FORM),
    **section("device-users", delete=FORM),
    **{
        f"{ACCOUNT}{name}/<str:key>/{page}/": methods("GET:operate POST:operate")
        for name in HOLDERS
        for page in ("reboot", "notify")
    },
    **section("webhooks", edit=FORM, rotate=FORM, secret="GET:edit", delete=FORM),
    f"{ACCOUNT}deliveries/": {"GET": VIEW},
    f"{ACCOUNT}deliveries/bulk/": {"GET": VIEW},
    f"{ACCOUNT}deliveries/<str:key>/": {"GET": VIEW},
    f"{ACCOUNT}settings/security/": methods("GET:view POST:own"),
    f"{ACCOUNT}members/": {"GET": VIEW},
    f"{ACCOUNT}members/<str:key>/": {"GET": VIEW},
    f"{ACCOUNT}members/<str:key>/edit/": methods(OWNERS),
    f"{ACCOUNT}members/<str:key>/delete/": methods(OWNERS),
    f"{ACCOUNT}invitations/": {"GET": VIEW},
    f"{ACCOUNT}invitations/new/": methods(OWNERS),
    f"{ACCOUNT}invitations/<str:key>/": {"GET": VIEW},
    f"{ACCOUNT}invitations/<str:key>/delete/": methods(OWNERS),
    f"{ACCOUNT}tokens/": {"GET": VIEW},
    f"{ACCOUNT}tokens/new/": methods(OWNERS),
    f"{ACCOUNT}tokens/<str:key>/": {"GET": VIEW},
    f"{ACCOUNT}tokens/<str:key>/secret/": {"GET": OWN},
    f"{ACCOUNT}tokens/<str:key>/rotate/": methods(OWNERS),
    f"{ACCOUNT}tokens/<str:key>/delete/": methods(OWNERS),
    f"{ACCOUNT}activity/": {"GET": VIEW},
    f"{ACCOUNT}activity/<str:key>/": {"GET": VIEW},
    f"{ACCOUNT}imports/": {"GET": VIEW},
    f"{ACCOUNT}imports/new/": {"GET": EDIT, "POST": EDIT},
    f"{ACCOUNT}imports/<str:key>/": {"GET": VIEW},
    **{f"{ACCOUNT}imports/<str:key>/{page}/": methods(FORM) for page in ("confirm", "cancel", "undo", "passwords")},
    f"{ACCOUNT}imports/<str:key>/report/": {"GET": VIEW},
    f"{ACCOUNT}imports/<str:key>/links/": methods(FORM),
    f"{ACCOUNT}links/": {"GET": VIEW},
    f"{ACCOUNT}links/new/": methods(FORM),
    f"{ACCOUNT}links/bulk/": {"GET": VIEW, "POST": EDIT},
    f"{ACCOUNT}links/<str:key>/secret/": {"GET": EDIT},
    **{
        f"{ACCOUNT}{name}/<str:key>/why/": methods("GET:view POST:operate")
        for name in ("endpoints", "credentials", "devices")
    },
    f"{ACCOUNT}registrations/": {"GET": VIEW},
    f"{ACCOUNT}attempts/": {"GET": VIEW},
    f"{ACCOUNT}blocks/": {"GET": VIEW},
    f"{ACCOUNT}blocks/bulk/": {"GET": VIEW, "POST": OPERATE},
    f"{ACCOUNT}blocks/registrar/": {"POST": OPERATE},
    f"{ACCOUNT}settings/webhook/": {"GET": VIEW, "POST": EDIT},
    f"{ACCOUNT}settings/webhook/secret/": {"GET": EDIT, "POST": EDIT},
    f"{ACCOUNT}settings/webhook/password/": {"GET": EDIT, "POST": EDIT},
    f"{ACCOUNT}settings/webhook/password/once/": {"GET": EDIT},
    f"{ACCOUNT}export/<str:kind>/": {"GET": VIEW},
    f"{ACCOUNT}overlaps/": {"GET": VIEW},
}

LIST, ONE = "GET:view POST:edit", "GET:view POST:edit PUT:edit PATCH:edit DELETE:edit"
SUBS, SUB = "GET:view POST:own", "GET:view POST:edit PUT:edit PATCH:edit DELETE:own"
VOBIZ: Table = {
    "api/v1/auth/me": {"GET": SELF},
    "api/v1/Account/<auth_id>/Endpoint/": methods(LIST),
    "api/v1/Account/<auth_id>/Endpoint/<endpoint_id>/": methods(ONE),
    "api/v1/Account/<auth_id>/Application/": methods(LIST),
    "api/v1/Account/<auth_id>/Application/<app_id>/": methods(ONE),
    "api/v1/Account/<auth_id>/credentials": methods(LIST),
    "api/v1/Account/<auth_id>/credentials/<credential_id>": methods(ONE),
    "api/v1/Account/<auth_id>/trunks/credentials": methods(LIST),
    "api/v1/Account/<auth_id>/trunks/credentials/<credential_id>": methods(ONE),
    "api/v1/accounts/<auth_id>/sub-accounts/": methods(SUBS),
    "api/v1/accounts/<auth_id>/sub-accounts/<sub_auth_id>": methods(SUB),
    "api/v1/Account/<auth_id>/Subaccount/": methods(SUBS),
    "api/v1/Account/<auth_id>/Subaccount/<sub_auth_id>/": methods(SUB),
    **entries(
        "api/v1/Account/<auth_id>/imports/",
        **{
            "": LIST,
            "<job_id>/": "GET:view",
            "<job_id>/confirm/": "POST:edit",
            "<job_id>/cancel/": "POST:edit",
            "<job_id>/undo/": "POST:edit",
            "<job_id>/report/": "GET:view",
            "<job_id>/passwords/": "POST:edit",
        },
    ),
    **entries(
        "api/v1/Account/<auth_id>/webhooks/",
        **{
            "": LIST,
            "<webhook_id>/": ONE,
            "<webhook_id>/rotate/": "POST:edit",
            "<webhook_id>/ping/": "POST:edit",
            "<webhook_id>/deliveries/": "GET:view",
            "<webhook_id>/deliveries/<delivery_id>/resend/": "POST:edit",
        },
    ),
    "api/v1/Account/<auth_id>/links/": {"GET": VIEW, "POST": EDIT},
    "api/v1/Account/<auth_id>/links/<link_id>/": {"GET": VIEW, "DELETE": EDIT},
    "api/v1/Account/<auth_id>/exports/<kind>/": {"GET": VIEW},
    "api/v1/Account/<auth_id>/rotations/": {"POST": EDIT},
    "api/v1/Account/<auth_id>/overlaps/<kind>/": {"GET": VIEW},
}

KAZOO: Table = entries(
    "v2/accounts/<account_id>",
    **{
        "": "GET:view",
        "/children": "GET:view",
        "/descendants": "GET:view",
        "/users": "GET:view PUT:edit",
        "/users/<user_id>": "GET:view DELETE:edit",
        "/users/<user_id>/devices": "GET:view",
        "/devices": "GET:view PUT:edit",
        "/devices/<device_id>": "GET:view POST:edit PATCH:edit DELETE:edit",
        "/devices/<device_id>/status": "GET:view",
        "/devices/<device_id>/sync": "POST:operate",
        "/devices/<device_id>/notify": "POST:operate PUT:operate",
        "/devices/status": "GET:view",
    },
)

# One person's: for everybody else they are not there.
OF_ONE_PERSON: Table = {
    "user/tokens/<str:key>/": {"GET": SELF},
    "user/tokens/<str:key>/revoke/": methods("GET:self POST:self"),
}

# What everybody gets, whoever they are: GET's status.
FOR_ALL: dict[str, int] = {
    "invitation/": 410,
    "handover/": 200,
    "handover/linphone.xml": 404,
    "healthz": 200,
    "readyz": 200,
    "metrics": 200,
    "api/schema/": 200,
    "api/docs/": 200,
    "api/": 404,
    "api/<path:rest>": 404,
    "v2": 404,
    "v2/<path:rest>": 404,
    "v2/schemas": 200,
    "v2/schemas/<name>": 200,
    "v2/api_auth": 405,
    "v2/user_auth": 405,
}
# What is believed for what it sends and not for who is signed in: an empty body proves nothing.
BY_PROOF = {"api/v1/auth/refresh", "webhooks/auth", "webhooks/auth/"}

# The sign-in pages of the library, by name: what an anonymous visitor gets. Nobody sees anybody else's.
OPEN_PAGES = (
    "account_confirm_email", "account_email_verification_sent", "account_inactive", "account_login",
    "account_reset_password", "account_reset_password_done", "account_reset_password_from_key",
    "account_reset_password_from_key_done", "account_signup",
)  # fmt: skip
CLOSED_PAGES = (
    "account_change_password", "account_confirm_login_code", "account_email", "account_logout",
    "account_reauthenticate", "account_set_password", "mfa_activate_totp", "mfa_add_webauthn", "mfa_authenticate",
    "mfa_deactivate_totp", "mfa_download_recovery_codes", "mfa_edit_webauthn", "mfa_generate_recovery_codes",
    "mfa_index",
    "mfa_list_webauthn", "mfa_login_webauthn", "mfa_reauthenticate", "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn", "mfa_view_recovery_codes", "usersessions_list",
)  # fmt: skip
SIGN_IN: dict[str, int] = {**dict.fromkeys(OPEN_PAGES, 200), **dict.fromkeys(CLOSED_PAGES, 302)}
