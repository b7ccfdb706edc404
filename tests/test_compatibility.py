"""docs/compatibility.md says that each of its rows is held by a test: named here; a row without one fails."""

from __future__ import annotations

import ast
from functools import cache

import pytest

from tests.scripts import ROOT

DOCUMENT = ROOT / "docs" / "compatibility.md"
VOBIZ = {
    'Endpoint username: "alphanumeric only" against examples with `_`': (
        "endpoints/tests/test_api_endpoint_writes::test_relaxed_names_take_the_examples_of_the_pages"
    ),
    "Endpoint alias: letters, digits, `-`, `_` against examples with spaces and `'`": (
        "endpoints/tests/test_api_endpoint_writes::test_all_that_is_wrong_is_said_at_once_word_for_word"
    ),
    "Credential username": ("tests/test_doors::test_the_rule_is_refused_in_the_same_words"),
    "Password": ("endpoints/tests/test_api_endpoint_writes::test_all_that_is_wrong_is_said_at_once_word_for_word"),
    "Create endpoint": (
        "endpoints/tests/test_api_endpoint_writes::test_the_answer_is_the_union_of_the_documented_bodies"
    ),
    "The official generated SDKs refuse unknown keys": (
        "endpoints/tests/test_api_endpoint_reads::test_an_official_sdk_gets_eight_keys_alone_and_in_lists"
    ),
    "Path case and slash": ("console/tests/test_api_routes::test_a_route_matches_in_any_spelling"),
    "Wrong or missing API credentials": (
        "accounts/tests/test_api_authentication::test_a_meaningless_bearer_beside_the_pair_is_ignored"
    ),
    "Error body": ("console/tests/test_api_errors::test_every_exception_becomes_one_flat_body"),
    "Identifiers": ("endpoints/tests/test_api_endpoint_writes::test_an_endpoint_id_is_a_string_of_at_most_15_digits"),
    "`GET` of one credential; `PATCH`, `PUT`, `POST` as updates": (
        "credentials/tests/test_api_credentials::test_one_can_be_retrieved"
    ),
    "An immutable key in an update": ("endpoints/tests/test_api_endpoint_writes::test_what_is_locked_is_refused"),
    "`application: null` on an endpoint": (
        "endpoints/tests/test_api_endpoint_writes::test_null_detaches_the_application"
    ),
    "`limit`, `offset`, `page`, `size`": (
        "console/tests/test_api_paging::test_a_number_is_moved_into_its_range_and_junk_is_the_default"
    ),
    "Filters": ("endpoints/tests/test_api_endpoint_reads::test_a_filter_narrows_the_list_and_its_total"),
    "Credential already there": ("credentials/tests/test_api_credentials::test_a_taken_username_is_the_documented_409"),
    "A username that another kind holds in the same realm": (
        "endpoints/tests/test_api_endpoint_writes::test_a_username_that_a_credential_holds_is_a_409_that_says_so"
    ),
    "Endpoint update": ("endpoints/tests/test_api_endpoint_writes::test_an_update_answers_202_with_an_empty_text"),
    "Sub-account create's `tokens`": ("accounts/tests/test_api_sub_accounts::test_its_session_works"),
    "Its `refresh_token`, whose use no page shows": (
        "accounts/tests/test_api_sessions::test_a_refresh_token_gets_fresh_tokens"
    ),
    "Its `password` (console login)": (
        "accounts/tests/test_api_sub_accounts::test_a_password_is_accepted_and_makes_nobody_an_operator"
    ),
    "Sub-account by number": ("accounts/tests/test_api_sub_accounts::test_one_is_found_by_its_number_too"),
    "A credential of a sub-account": (
        "credentials/tests/test_api_credentials::test_a_main_account_reaches_its_sub_accounts_by_both_addresses"
    ),
    "`password` `<redacted>` in a credential's update": (
        "credentials/tests/test_api_credentials::test_an_object_sent_back_as_it_was_shown_changes_nothing"
    ),
    "`application: null` on create": (
        "endpoints/tests/test_api_endpoint_writes::test_null_takes_none_although_there_is_a_default"
    ),
    "A filter that cannot be understood": (
        "endpoints/tests/test_api_endpoint_reads::test_a_filter_that_cannot_be_understood_is_a_400"
    ),
    "Several faults at once": (
        "endpoints/tests/test_api_endpoint_writes::test_a_taken_username_beside_another_fault_is_a_400"
    ),
    "Deleting a sub-account": (
        "endpoints/tests/test_api_endpoint_writes::test_a_sub_accounts_endpoints_return_to_its_main_account"
    ),
    "Disabled account": ("accounts/tests/test_api_authentication::test_a_disabled_account_is_a_403"),
    "Foreign and unknown ids": (
        "endpoints/tests/test_api_tenancy::test_a_stranger_gets_404_alike_for_foreign_and_unknown_objects"
    ),
    'Trunk access: "valid credentials AND whitelisted IP"': (
        "sip/tests/test_webhook_policy::test_a_registration_comes_from_an_allowed_network"
    ),
}
KAZOO = {
    "Create's defaults": "devices/tests/test_seed_page::test_creating_a_device",
    "`sip.registration_expiration` and `sip.expire_seconds`": (
        "devices/tests/test_normalising::test_the_expiry_that_was_changed_counts_under_both_names"
    ),
    "`mac_address`": "devices/tests/test_api_devices::test_a_mac_is_taken_in_any_spelling_and_printed_in_one",
    "`caller_id.emergency.number`": (
        "devices/tests/test_normalising::test_an_emergency_number_with_its_country_is_stored_as_e164"
    ),
    "`sip.username`": "devices/tests/test_api_sip::test_a_username_is_held_once_in_its_realm_against_endpoints",
    "`sip.password`": "devices/tests/test_api_sip::test_a_password_is_never_read_and_authenticates",
    "Changing `sip.username` or `sip.realm` of a device that has a password, without the password": (
        "devices/tests/test_api_sip::test_another_username_or_realm_needs_the_password_again"
    ),
    "`sip.realm`": "devices/tests/test_api_sip::test_the_realm_is_one_that_the_account_holds",
    '`sip.method` "ip"': "devices/tests/test_api_sip::test_an_address_is_held_once_in_the_account",
    "`device_type`": "devices/tests/test_api_devices::test_the_type_is_fixed_by_the_creation",
    "Rules that only Kazoo's code has": "devices/tests/test_api_devices::test_what_only_kazoos_code_checks_is_taken",
    "`outbound_flags` as an object": (
        "devices/tests/test_normalising::test_outbound_flags_in_a_list_are_trimmed_and_an_object_is_kept"
    ),
    "A client's `id`": "devices/tests/test_api_devices::test_an_id_of_the_clients_is_honoured",
    "`_read_only` on DELETE": "devices/tests/test_seed_page::test_removing_a_device",
    "Limits": "devices/tests/test_api_envelope::test_a_body_that_is_too_large_is_a_400_that_says_the_limit",
    "A write that changes nothing": "devices/tests/test_api_conditions::test_a_change_of_nothing_keeps_the_revision",
    "`If-Match`, `If-None-Match`": (
        "devices/tests/test_api_conditions::test_a_write_is_held_to_the_revision_that_is_named"
    ),
    '`"sync": true`': "devices/tests/test_api_phones::test_an_update_may_ask_for_a_sync",
    "NOTIFY": "devices/tests/test_api_phones::test_a_notify_is_sent_in_every_form",
    "`devices/status`": "devices/tests/test_api_phones::test_only_registered_devices_are_listed_once_each",
    "sync and notify of a device that is not registered": (
        "devices/tests/test_api_phones::test_it_succeeds_whether_or_not_anybody_hears_it"
    ),
    "Rows of a list": "devices/tests/test_api_lists::test_a_row_has_what_the_device_sets",
    "`missing_value`": "devices/tests/test_api_lists::test_filters",
    "Filters that no index answers": "devices/tests/test_api_lists::test_a_page_looks_at_a_bounded_number_of_documents",
    "`page_size` 0, or no number": "devices/tests/test_api_lists::test_a_size_that_is_none",
    "Users": "devices/tests/test_api_users::test_devices_keep_naming_an_owner_who_is_gone",
    "Foreign and unknown ids": "devices/tests/test_api_auth::test_an_account_of_another_tenant_is_not_there_either",
    "Content type": "devices/tests/test_api_envelope::test_a_body_is_read_as_json_whatever_it_may_be_called",
    "DELETE and sync": "devices/tests/test_api_envelope::test_deleting_and_rebooting_take_any_body",
    "Disabled account": "devices/tests/test_api_auth::test_a_disabled_account_is_told_so",
    "Login": "devices/tests/test_api_auth::test_an_api_token_is_traded_for_a_session",
    "Cross-origin requests": (
        "devices/tests/test_api_envelope::test_a_page_from_another_origin_may_read_answers_and_errors"
    ),
}
JAMBONZ = {
    "`expires`": ("sip/tests/test_webhook_answers::test_the_account_shortens_a_registration_and_never_lengthens_it"),
    "Failure": ("sip/tests/test_webhook_answers::test_the_log_says_what_was_wrong_and_the_answer_does_not"),
    "Wrong or missing Basic credentials or signature": (
        "sip/tests/test_webhook_proof::test_a_wrong_password_of_a_real_username_is_401"
    ),
    "A nonce that ends in a quote": (
        "sip/tests/test_webhook_answers::test_a_nonce_whose_trailing_quote_was_not_hashed_is_admitted"
    ),
    "`blacklist`": (
        "sip/tests/test_webhook_blocks::test_the_failure_that_reaches_the_limit_is_told_the_blacklist_seconds"
    ),
}
DIALECTS = [("Vobiz", VOBIZ), ("Kazoo", KAZOO), ("jambonz", JAMBONZ)]


def questions(dialect: str) -> list[str]:
    """The first column of the table about a dialect."""
    section = DOCUMENT.read_text(encoding="utf-8").partition(f"## {dialect}")[2].partition("\n## ")[0]
    rows = [line.split("|")[1].strip() for line in section.splitlines() if line.startswith("|")]
    return rows[2:]


@cache
def names_of_tests(module: str) -> set[str]:
    """The tests of a module, by its path without the suffix."""
    tree = ast.parse((ROOT / f"{module}.py").read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(("dialect", "tests"), DIALECTS)
def test_every_decision_is_held_by_a_test(dialect: str, tests: dict[str, str]) -> None:
    assert questions(dialect) == list(tests)
    lost = [place for place in tests.values() if place.partition("::")[2] not in names_of_tests(place.split("::")[0])]
    assert lost == []
