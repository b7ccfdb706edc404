"""What an attacker, or a broken phone, may try: each was found to work somewhere before, and fails here."""

from __future__ import annotations

import httpx
import psycopg
import pytest

from sip.tests.kamailio import world as console
from sip.tests.kamailio.conftest import REAL, Stage
from sip.tests.kamailio.phone import Message, Phone

pytestmark = REAL


def challenged(phone: Phone) -> Message:
    """The challenge to a REGISTER without credentials."""
    answer = phone.send("REGISTER", f"sip:{phone.domain}", f"sip:{phone.user}@{phone.domain}", contact(phone))
    assert answer is not None
    return answer


def contact(phone: Phone) -> list[str]:
    return [f"Contact: <{phone.contact}>", "Expires: 300"]


def answered(phone: Phone, *authorizations: str) -> int | None:
    """The status of a REGISTER with these headers."""
    target = f"sip:{phone.domain}"
    answer = phone.send("REGISTER", target, f"sip:{phone.user}@{phone.domain}", [*contact(phone), *authorizations])
    return answer.status if answer else None


@pytest.fixture
def names(stage: Stage) -> tuple[str, str]:
    """A victim of the one account, and a namesake with a known password in the other."""
    victim, _subscriber = stage.endpoint(password="nobody-knows-this")
    stage.endpoint(account=stage.rival, username=victim)
    return victim, f"{victim}@{stage.rival.realm}"


# --- names of the form user@domain, for which auth_db trusts the domain that the phone gives --------------------------


def test_a_digest_name_with_a_domain_is_refused(stage: Stage, names: tuple[str, str]) -> None:
    victim, foreign = names
    with stage.phone(victim, digest_username=foreign) as phone:
        assert phone.register() == 403
    assert stage.locations(victim) == []


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize("name", ["Authorization", "authorization", "Proxy-Authorization", "Authorization "])
def test_a_second_set_of_credentials_is_refused(
    stage: Stage, names: tuple[str, str], name: str, *, is_first: bool
) -> None:
    victim, foreign = names
    with stage.phone(victim) as phone:
        challenge = challenged(phone)
        smuggled = phone.credentials(challenge, "REGISTER", f"sip:{phone.domain}", username=foreign)
        plain = phone.credentials(challenge, "REGISTER", f"sip:{phone.domain}").replace("Authorization", name)
        both = [smuggled, plain] if is_first else [plain, smuggled]
        assert answered(phone, *both) in (400, 403)
    assert stage.locations(victim) == []


def test_two_credentials_in_one_header_are_not_two_chances(stage: Stage, names: tuple[str, str]) -> None:
    victim, foreign = names
    with stage.phone(victim) as phone:
        challenge = challenged(phone)
        first = phone.credentials(challenge, "REGISTER", f"sip:{phone.domain}")
        second = phone.credentials(challenge, "REGISTER", f"sip:{phone.domain}", username=foreign)
        assert answered(phone, first + ", " + second.removeprefix("Authorization: ")) != 200
        assert answered(phone, second + ", " + first.removeprefix("Authorization: ")) != 200
    assert stage.locations(victim) == []


def test_the_second_hash_of_the_view_is_another_one_every_time(stage: Stage) -> None:
    name, _subscriber = stage.endpoint()
    query = "SELECT ha1, ha1b FROM sip.subscriber_current WHERE username = %s"
    (ha1, first), (same_ha1, second) = (stage.world.run(console.sql, query, name)[0] for _ in range(2))
    assert ha1 == same_ha1
    assert len({ha1, first, second}) == 3


# --- the right password for somebody else's address -------------------------------------------------------------------


def test_nobody_registers_the_address_of_a_neighbour(stage: Stage, names: tuple[str, str]) -> None:
    victim, _foreign = names
    attacker, _subscriber = stage.endpoint()
    with stage.phone(victim, digest_username=attacker) as phone:
        assert phone.register() == 403
    assert stage.locations(victim) == []
    assert [each["reason"] for each in stage.world.run(console.attempts, attacker)] == ["aor_mismatch"]


def test_contacts_elsewhere_are_reached_where_the_register_came_from(stage: Stage) -> None:
    name, subscriber = stage.endpoint()
    with stage.phone(name, contact=f"sip:{name}@192.0.2.99:5060") as phone:
        assert phone.register() == 200
        assert stage.world.run(console.sync, subscriber) == [("answered", 200)]
        assert phone.received[0].start == f"NOTIFY sip:{name}@192.0.2.99:5060 SIP/2.0"


# --- hashes that would end the registrar ------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["f" * 300, "f" * 33, "F" * 32, "g" * 32, ""])
def test_the_database_takes_no_hash_but_32_hexadecimal_digits(stage: Stage, value: str) -> None:
    _name, subscriber = stage.endpoint()
    with pytest.raises(Exception, match=r"too long|violates check"):
        stage.world.run(console.sql, "UPDATE sip_secret SET md5_lower = %s WHERE subscriber_id = %s", value, subscriber)


def test_the_view_leaves_out_a_hash_of_another_length_even_if_the_table_held_one(stage: Stage) -> None:
    name, subscriber = stage.endpoint()
    rows = stage.world.run(
        console.with_broken_hash, subscriber, "SELECT 1 FROM sip.subscriber_current WHERE username = %s", name
    )
    assert rows == []


# --- what would cost every look-up, or every registration -------------------------------------------------------------


def test_no_view_compiles_a_pattern_at_every_look_up(stage: Stage) -> None:
    query = "SELECT viewname FROM pg_views WHERE schemaname = 'sip' AND definition ~ '~|LIKE|SIMILAR|regexp'"
    assert stage.world.run(console.sql, query) == []


def test_a_table_called_location_in_another_schema_does_no_harm(stage: Stage) -> None:
    name, _subscriber = stage.endpoint()
    stage.world.run(console.sql, "CREATE TABLE public.location (username text)")
    try:
        with stage.phone(name) as phone:
            assert (phone.register(), phone.register()) == (200, 200)
            assert len(stage.locations(name)) == 1
    finally:
        stage.world.run(console.sql, "DROP TABLE public.location")


# --- texts that are no texts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "username",
    ["o'brien", "' OR '1'='1", "x'; DROP TABLE sip.location; --", "\\", "%", "a" * 3000, "$avp(networks)", "é", "☎"],
)
def test_a_strange_name_is_only_an_unknown_one(stage: Stage, username: str) -> None:
    victim = stage.new_name()
    with stage.phone(victim, digest_username=username) as phone:
        assert answered(phone, phone.credentials(challenged(phone), "REGISTER", f"sip:{phone.domain}")) in (
            401,
            403,
            503,
        )
    assert stage.kamailio.is_ready()


@pytest.mark.parametrize("header", [b"User-Agent: \xff\xfe\x80", b"X-Strange: \x00\xff", b"Subject: " + b"x" * 20_000])
def test_bytes_that_are_no_text_do_no_harm(stage: Stage, header: bytes) -> None:
    name, _subscriber = stage.endpoint()
    with stage.phone(name, transport="tcp") as phone:
        line = phone.credentials(challenged(phone), "REGISTER", f"sip:{phone.domain}")
        raw = (
            f"REGISTER sip:{phone.domain} SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:{phone.port};branch=z9hG4bKraw\r\n"
            f"From: <sip:{name}@{phone.domain}>;tag=1\r\nTo: <sip:{name}@{phone.domain}>\r\nCall-ID: raw\r\n"
            f"CSeq: 9 REGISTER\r\nMax-Forwards: 70\r\nContact: <{phone.contact}>\r\n{line}\r\n"
        ).encode()
        phone.send_raw(raw + header + b"\r\nContent-Length: 0\r\n\r\n")
    assert stage.kamailio.is_ready()


def test_an_unreadable_user_agent_is_written_down_all_the_same(stage: Stage) -> None:
    name, _subscriber = stage.endpoint()
    with stage.phone(name, password="wrong-password", user_agent="Käse\x01☎") as phone:
        assert phone.register() == 401
    assert [each["user_agent"] for each in stage.world.run(console.attempts, name)] == ["Käse\x01☎"]


# --- the console's port -----------------------------------------------------------------------------------------------


def test_sip_on_the_consoles_port_gets_silence(stage: Stage) -> None:
    address = ("127.0.0.1", stage.options.rpc_port)
    with stage.phone("anybody", server=address, transport="tcp") as phone:
        assert phone.send("OPTIONS", "sip:acme.example", "sip:acme.example") is None


def test_http_on_the_phones_port_is_refused(stage: Stage) -> None:
    answer = httpx.post(f"http://127.0.0.1:{stage.options.sip_port}/RPC", headers={"X-Console-Secret": "x"}, json={})
    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/RPC", "/notify"])
def test_a_wrong_secret_is_refused(stage: Stage, path: str) -> None:
    assert stage.kamailio.rpc("core.version", secret="wrong", path=path) == {"http": 401}


def test_the_console_is_listened_to_from_its_own_address_only(stage: Stage) -> None:
    transport = httpx.HTTPTransport(local_address="127.0.0.7")
    with httpx.Client(transport=transport) as client:
        secret = {"X-Console-Secret": stage.options.rpc_secret}
        assert client.post(f"{stage.kamailio.rpc_url}/RPC", headers=secret, json={}).status_code == 403


# --- the database role ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM sip_secret",
        "SELECT * FROM sip_subscriber",
        "SELECT * FROM accounts_account",
        "UPDATE sip.subscriber_current SET ha1 = ''",
        "DELETE FROM sip.subscriber_current",
        "SELECT * FROM sip.failed_attempt",
        "DELETE FROM sip.failed_attempt",
        "TRUNCATE sip.location",
        "CREATE TABLE sip.mine (a int)",
        "CREATE TABLE public.mine (a int)",
        "CREATE ROLE another",
        "SET ROLE postgres",
    ],
)
def test_kamailios_role_may_do_nothing_else(stage: Stage, statement: str) -> None:
    with (
        psycopg.connect(stage.options.database_url) as connection,
        pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectNotInPrerequisiteState)),
    ):
        connection.execute(statement)


def test_kamailios_role_reads_no_table_of_the_console(stage: Stage) -> None:
    readable = """
        SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'v', 'm', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
           AND has_any_column_privilege('kamailio', c.oid, 'SELECT') ORDER BY 1"""
    assert [name for (name,) in stage.world.run(console.sql, readable)] == [
        "sip.location",
        "sip.subscriber_current",
        "sip.subscriber_current_sha256",
        "sip.subscriber_previous",
        "sip.subscriber_previous_sha256",
    ]
