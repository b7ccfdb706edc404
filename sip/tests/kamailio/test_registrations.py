"""Who gets in: phones of one realm, with the right password, enabled, from an allowed network."""

from __future__ import annotations

import time

import pytest

from sip.tests.kamailio import world as console
from sip.tests.kamailio.conftest import PASSWORD, REAL, Stage

pytestmark = REAL


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_an_endpoint_registers_and_the_console_sees_where(stage: Stage, transport: str) -> None:
    name, subscriber = stage.endpoint()
    with stage.phone(name, transport=transport) as phone:
        assert phone.register() == 200
        seen = stage.world.run(console.state, subscriber)
    assert (seen["is_registered"], seen["registered_contact"]) == (True, phone.contact)
    assert seen["registered_received"] == f"127.0.0.1:{phone.port}"
    assert seen["registered_user_agent"] == "test-phone"


def test_a_credential_registers_in_its_accounts_realm(stage: Stage) -> None:
    name = stage.new_name() + "_trunk-1"
    subscriber = stage.world.run(console.credential, stage.acme.id, name, PASSWORD)
    with stage.phone(name) as phone:
        assert phone.register() == 200
    assert stage.world.run(console.state, subscriber)["is_registered"]


def test_a_realm_made_of_an_upper_case_auth_id_registers(stage: Stage) -> None:
    account = stage.world.run(console.account, "shouting")  # MA_XXXXXXXX.sip.vobiz.ai
    name = stage.new_name()
    subscriber = stage.world.run(console.credential, account["id"], name, PASSWORD)
    with stage.phone(name, domain=account["realm"]) as phone:
        assert phone.register() == 200
    assert account["realm"].startswith("MA_")
    assert stage.world.run(console.state, subscriber)["is_registered"]


def test_a_domain_in_another_case_is_the_same_domain(stage: Stage) -> None:
    name, _subscriber = stage.endpoint()
    with stage.phone(name, domain=stage.acme.realm.upper()) as phone:
        assert phone.register() == 200
    assert stage.locations(name) == [phone.contact]


def test_a_username_with_capitals_registers_as_it_is_spelt(stage: Stage) -> None:
    name, subscriber = stage.endpoint(username="Reception1")
    with stage.phone(name) as phone, stage.phone("reception1") as other:
        assert (phone.register(), other.register()) == (200, 401)
    assert stage.world.run(console.state, subscriber)["is_registered"]


def test_a_wrong_password_is_refused_and_leaves_no_registration(stage: Stage) -> None:
    name, subscriber = stage.endpoint()
    with stage.phone(name, password="not-the-password") as phone:
        assert phone.register() == 401
    assert not stage.world.run(console.state, subscriber)["is_registered"]


def test_one_username_in_two_accounts_is_two_addresses(stage: Stage) -> None:
    name, mine = stage.endpoint()
    _name, theirs = stage.endpoint(account=stage.rival, username=name, password="another-horse-2")
    with stage.phone(name) as phone, stage.phone(name, account=stage.rival, password="another-horse-2") as other:
        assert (phone.register(), other.register()) == (200, 200)
        assert stage.locations(name) == [phone.contact]
        assert stage.locations(name, stage.rival) == [other.contact]
    assert stage.world.run(console.state, mine)["registered_contact"] == phone.contact
    assert stage.world.run(console.state, theirs)["registered_contact"] == other.contact


def test_the_password_of_one_realm_is_nothing_in_another(stage: Stage) -> None:
    name, _subscriber = stage.endpoint()
    stage.endpoint(account=stage.rival, username=name, password="another-horse-2")
    with stage.phone(name, account=stage.rival) as phone:
        assert phone.register() == 401


def test_a_disabled_endpoint_is_unregistered_and_refused(stage: Stage) -> None:
    name, subscriber = stage.endpoint()
    with stage.phone(name) as phone:
        assert phone.register() == 200
        stage.world.run(console.endpoint_change, subscriber, enabled=False)
        assert stage.locations(name) == []
        assert phone.register() == 401


def test_a_deleted_endpoint_is_unregistered_and_refused(stage: Stage) -> None:
    name, subscriber = stage.endpoint()
    with stage.phone(name) as phone:
        assert phone.register() == 200
        stage.world.run(console.endpoint_remove, subscriber)
        assert stage.locations(name) == []
        assert phone.register() == 401


def test_a_disabled_account_takes_its_sub_accounts_phones_with_it(stage: Stage) -> None:
    main = stage.world.run(console.account, "going", realm="going.example")
    below = stage.world.run(console.account, "below", parent=main["id"], realm="below.example")
    name = stage.new_name()
    stage.world.run(console.credential, below["id"], name, PASSWORD)
    with stage.phone(name, domain="below.example") as phone:
        assert phone.register() == 200
        stage.world.run(console.account_change, main["id"], enabled=False)
        assert stage.world.run(console.sql, "SELECT * FROM sip.location WHERE domain = 'below.example'") == []
        assert phone.register() == 401


def test_a_new_password_without_overlap_unregisters_at_once(stage: Stage) -> None:
    name, subscriber = stage.endpoint()
    with stage.phone(name) as phone:
        assert phone.register() == 200
        stage.world.run(console.endpoint_change, subscriber, password="brand-new-horse-3")
        assert stage.locations(name) == []
        assert phone.register() == 401
        phone.password = "brand-new-horse-3"
        assert phone.register() == 200


def test_both_passwords_are_good_during_an_overlap_and_the_old_one_ends_by_itself(stage: Stage) -> None:
    name, subscriber = stage.endpoint()
    stage.world.run(console.endpoint_change, subscriber, password="brand-new-horse-3", overlap_minutes=10)
    with stage.phone(name) as old, stage.phone(name, password="brand-new-horse-3") as new:
        assert (old.register(), new.register()) == (200, 200)
        stage.world.run(
            console.sql,
            "UPDATE sip_secret SET valid_until = now() WHERE subscriber_id = %s AND valid_until > now()",
            subscriber,
        )
        assert (old.register(), new.register()) == (401, 200)


def test_a_credential_is_good_from_its_allowed_networks_only(stage: Stage) -> None:
    name = stage.new_name()
    networks = [f"10.{number}.0.0/16" for number in range(62)] + ["2001:db8:1234:5678:9abc:def0::/96", "127.0.0.3"]
    stage.world.run(console.credential, stage.acme.id, name, PASSWORD, allowed_networks=networks)
    with stage.phone(name, source="127.0.0.3") as inside, stage.phone(name, source="127.0.0.4") as outside:
        assert (inside.register(), outside.register()) == (200, 403)
    assert [each["reason"] for each in stage.world.run(console.attempts, name)] == ["network"]


def test_a_network_with_a_dotted_mask_is_understood(stage: Stage) -> None:
    name = stage.new_name()
    stage.world.run(console.credential, stage.acme.id, name, PASSWORD, allowed_networks=["127.0.0.9/255.255.255.252"])
    with stage.phone(name, source="127.0.0.10") as inside, stage.phone(name, source="127.0.0.12") as outside:
        assert (inside.register(), outside.register()) == (200, 403)


def test_a_registration_ends_when_the_phone_says_so(stage: Stage) -> None:
    name, subscriber = stage.endpoint()
    with stage.phone(name) as phone:
        assert (phone.register(), phone.register(expires=0)) == (200, 200)
    assert not stage.world.run(console.state, subscriber)["is_registered"]


def test_a_registration_ends_when_it_expires(stage: Stage) -> None:
    name, subscriber = stage.endpoint()
    with stage.phone(name) as phone:
        assert phone.register(expires=2) == 200
    assert stage.world.run(console.state, subscriber)["is_registered"]
    time.sleep(2.1)
    assert not stage.world.run(console.state, subscriber)["is_registered"]


def test_several_phones_of_one_user_are_all_known_newest_first(stage: Stage) -> None:
    name, subscriber = stage.endpoint()
    with stage.phone(name) as first, stage.phone(name, transport="tcp") as second:
        assert (first.register(), second.register()) == (200, 200)
        stage.world.run(
            console.sql, "UPDATE sip.location SET last_modified = last_modified - 5 WHERE contact = %s", first.contact
        )
        known = stage.world.run(console.contacts, subscriber)
    assert [contact.uri for contact in known] == [second.contact, first.contact]


def test_a_refresh_keeps_the_time_of_the_first_register(stage: Stage) -> None:
    name, subscriber = stage.endpoint()
    with stage.phone(name) as phone:
        phone.register()
        before = stage.world.run(console.state, subscriber)
        time.sleep(1.1)
        phone.register()
        after = stage.world.run(console.state, subscriber)
    assert after["registered_since"] == before["registered_since"]
    assert after["registered_until"] > before["registered_until"]


def test_an_operator_unregisters_one_contact(stage: Stage) -> None:
    name, subscriber = stage.endpoint()
    with stage.phone(name) as first, stage.phone(name) as second:
        assert (first.register(), second.register()) == (200, 200)
        stage.world.run(console.remove, subscriber, first.contact)
        assert stage.locations(name) == [second.contact]
