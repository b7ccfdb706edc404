"""docs/compatibility.md says that each of its rows is held by a test: named here; a row without one fails."""

from __future__ import annotations

import ast
from pathlib import Path

HERE = Path(__file__).parent
DOCUMENT = HERE.parents[1] / "docs" / "compatibility.md"
TESTS = {
    "Create's defaults": "test_seed_page::test_creating_a_device",
    "`sip.registration_expiration` and `sip.expire_seconds`": (
        "test_normalising::test_the_expiry_that_was_changed_counts_under_both_names"
    ),
    "`mac_address`": "test_api_devices::test_a_mac_is_taken_in_any_spelling_and_printed_in_one",
    "`caller_id.emergency.number`": "test_normalising::test_an_emergency_number_with_its_country_is_stored_as_e164",
    "`sip.username`": "test_api_sip::test_a_username_is_held_once_in_its_realm_against_endpoints",
    "`sip.password`": "test_api_sip::test_a_password_is_never_read_and_authenticates",
    "Changing `sip.username` or `sip.realm` of a device that has a password, without the password": (
        "test_api_sip::test_another_username_or_realm_needs_the_password_again"
    ),
    "`sip.realm`": "test_api_sip::test_the_realm_is_one_that_the_account_holds",
    '`sip.method` "ip"': "test_api_sip::test_an_address_is_held_once_in_the_account",
    "`device_type`": "test_api_devices::test_the_type_is_fixed_by_the_creation",
    "Rules that only Kazoo's code has": "test_api_devices::test_what_only_kazoos_code_checks_is_taken",
    "`outbound_flags` as an object": (
        "test_normalising::test_outbound_flags_in_a_list_are_trimmed_and_an_object_is_kept"
    ),
    "A client's `id`": "test_api_devices::test_an_id_of_the_clients_is_honoured",
    "`_read_only` on DELETE": "test_seed_page::test_removing_a_device",
    "Limits": "test_api_envelope::test_a_body_that_is_too_large_is_a_400_that_says_the_limit",
    "A write that changes nothing": "test_api_conditions::test_a_change_of_nothing_keeps_the_revision",
    "`If-Match`, `If-None-Match`": "test_api_conditions::test_a_write_is_held_to_the_revision_that_is_named",
    '`"sync": true`': "test_api_phones::test_an_update_may_ask_for_a_sync",
    "NOTIFY": "test_api_phones::test_a_notify_is_sent_in_every_form",
    "`devices/status`": "test_api_phones::test_only_registered_devices_are_listed_once_each",
    "sync and notify of a device that is not registered": (
        "test_api_phones::test_it_succeeds_whether_or_not_anybody_hears_it"
    ),
    "Rows of a list": "test_api_lists::test_a_row_has_what_the_device_sets",
    "`missing_value`": "test_api_lists::test_filters",
    "Filters that no index answers": "test_api_lists::test_a_page_looks_at_a_bounded_number_of_documents",
    "`page_size` 0, or no number": "test_api_lists::test_a_size_that_is_none",
    "Users": "test_api_users::test_devices_keep_naming_an_owner_who_is_gone",
    "Foreign and unknown ids": "test_api_auth::test_an_account_of_another_tenant_is_not_there_either",
    "Content type": "test_api_envelope::test_a_body_is_read_as_json_whatever_it_may_be_called",
    "DELETE and sync": "test_api_envelope::test_deleting_and_rebooting_take_any_body",
    "Disabled account": "test_api_auth::test_a_disabled_account_is_told_so",
    "Login": "test_api_auth::test_an_api_token_is_traded_for_a_session",
    "Cross-origin requests": "test_api_envelope::test_a_page_from_another_origin_may_read_answers_and_errors",
}


def questions() -> list[str]:
    """The first column of the table about Kazoo."""
    section = DOCUMENT.read_text(encoding="utf-8").partition("## Kazoo")[2].partition("\n## ")[0]
    rows = [line.split("|")[1].strip() for line in section.splitlines() if line.startswith("|")]
    return rows[2:]


def names_of_tests(module: str) -> set[str]:
    tree = ast.parse((HERE / f"{module}.py").read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_decision_is_held_by_a_test() -> None:
    assert questions() == list(TESTS)
    lost = [place for place in TESTS.values() if place.partition("::")[2] not in names_of_tests(place.split("::")[0])]
    assert lost == []
