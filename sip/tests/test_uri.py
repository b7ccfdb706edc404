"""Reading SIP addresses and contacts, sound and hostile ones."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip.uri import Contact, SipUri, parse_address, parse_contacts, parse_uri

MEGABYTE = 2**20
JOHN = SipUri("john", "example.com")


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        ("sip:john@example.com", JOHN),
        ("SIPS:john@EXAMPLE.com:5061;transport=tls?subject=x", JOHN),
        (" sip:john@example.com\t", JOHN),
        ("sip:john:secret@example.com", JOHN),
        ("sip:John@example.com", SipUri("John", "example.com")),
        ("sip:%6a%6Fhn@example.com", JOHN),
        ("sip:j%C3%B6hn@example.com", SipUri("jöhn", "example.com")),
        ("sip:jöhn@example.com", SipUri("jöhn", "example.com")),
        ("sip:a%40b@example.com", SipUri("a@b", "example.com")),
        ("sip:+1;phone-context=x@example.com", SipUri("+1;phone-context=x", "example.com")),
        ("sip:example.com;x=1@evil.example", SipUri("example.com;x=1", "evil.example")),
        ("sip:example.com:5060", SipUri("", "example.com")),
        ("sip:john@203.0.113.7:5060", SipUri("john", "203.0.113.7")),
        ("sip:john@[2001:DB8:0::1]:5060;ob", SipUri("john", "2001:db8::1")),
        ("sip:john@[2001:db8:1:2:3:4:5:6]", SipUri("john", "2001:db8:1:2:3:4:5:6")),
        ("sip:john@my_host-1.example", SipUri("john", "my_host-1.example")),
    ],
)
def test_a_uri_is_read(text: str, uri: SipUri) -> None:
    assert parse_uri(text) == uri


@pytest.mark.parametrize(
    "text",
    [
        None, 1, ["sip:a@b"], "", "sip", "sip:", "sip:john@", "tel:+1555",
        "mailto:john@example.com", "john@example.com",
        "sip:john@evil.example@example.com", "sip:john@exa mple.com", "sip:john@exämple.com", "sip:john@a,b",
        "sip:john@example.com:", "sip:john@example.com:0", "sip:john@example.com:65536", "sip:john@example.com:5o60",
        "sip:john@example.com:\u0661", "sip:john@example.com:50600000", "sip:john@::1",
        "sip:john@[::1", "sip:john@[::1]5060",
        "sip:john@[::1]:x", "sip:john@[fe80::1%eth0]", "sip:john@[1.2.3.4]", "sip:john@[]", "sip:%ff@example.com",
        "sip:%00@example.com", "sip:\0@example.com", "sip:\ud800@example.com", "sip:john@" + "a" * 254,
        "sip:john@example.com>", "sip:" + "a" * 16384 + "@example.com",
    ],
)  # fmt: skip
def test_anything_else_is_no_uri(text: object) -> None:
    assert parse_uri(text) is None


@pytest.mark.parametrize(
    "header",
    [
        "<sip:john@example.com>",
        "<sip:john@example.com>;tag=1;x=\"a;b\"",
        "<sip:john@example.com;transport=udp> ;tag=1",
        "< sip:john@example.com >",
        '"John" <sip:john@example.com>',
        '"John, \\"J\\" <sip:jane@example.com>" <sip:john@example.com>',
        "John Smith <sip:john@example.com:5060>",
        "sip:john@example.com",
        "sip:john@example.com;tag=1",
        "\r\n sip:john@example.com ;tag=1",
    ],
)  # fmt: skip
def test_an_address_is_read(header: str) -> None:
    assert parse_address(header) == JOHN


@pytest.mark.parametrize(
    "header",
    [
        None, {}, "", ";", "*", "<>", "John", '"sip:john@example.com"',
        '"John" sip:john@example.com', "<sip:john@example.com",
        '"John <sip:john@example.com>', "<sip:john@example.com><sip:jane@example.com>", "<sip:john@example.com> x",
        "<sip:john@example.com>, <sip:jane@example.com>", 'J "<sip:jane@example.com>" <sip:john@example.com>',
        '"J" J <sip:john@example.com>', "<" * 100, "<sip:john@example.com>" + " " * 16384,
    ],
)  # fmt: skip
def test_an_address_that_can_be_read_in_two_ways_is_none(header: object) -> None:
    assert parse_address(header) is None


@pytest.mark.parametrize(
    ("header", "contacts"),
    [
        ("<sip:john@203.0.113.7:5060>", [Contact("sip:john@203.0.113.7:5060")]),
        ("sip:john@203.0.113.7;expires=60", [Contact("sip:john@203.0.113.7", 60)]),
        ("<sip:j@h;ob>;Expires=\"3600\";q=0.7", [Contact("sip:j@h;ob", 3600, 0.7)]),
        (
            '"A, B" <sip:a@h>;+sip.instance="<urn:uuid:f81d>";reg-id=1,<sip:b@h>;q=1',
            [Contact("sip:a@h", instance="urn:uuid:f81d"), Contact("sip:b@h", q=1.0)],
        ),
        ("*", [Contact("*")]),
        (" * ;expires=0", [Contact("*", 0)]),
        ("<sip:a@h>;expires=1;expires=2", [Contact("sip:a@h", 1)]),
        ("<sip:a@h>,,<mailto:x@y>,<sip:b@h", []),
        ("<sip:a@h>,,<mailto:x@y>,<sip:a@h>x,<sip:b@h>", [Contact("sip:a@h"), Contact("sip:b@h")]),
    ],
)  # fmt: skip
def test_contacts_are_read_and_junk_is_left_out(header: str, contacts: list[Contact]) -> None:
    assert parse_contacts(header) == contacts


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("0", 0), ("007", 7), ("4294967295", 2**32 - 1), ("9999999999", 2**32 - 1), ("99999999999", None), ("-1", None),
        ("1.5", None), ("", None), ("abc", None), ("\u00b2", None), ("\u0663", None),
    ],
)  # fmt: skip
def test_expires_is_a_whole_number_of_seconds(written: str, seconds: int | None) -> None:
    assert parse_contacts(f"<sip:a@h>;expires={written}") == [Contact("sip:a@h", seconds)]


@pytest.mark.parametrize(
    ("written", "preference"),
    [
        ("0", 0.0), ("1", 1.0), ("1.0", 1.0), ("0.", 0.0), ("0.123", 0.123), ("0.1234", None),
        ("1.1", None), ("2", None),
        (".5", None), ("nan", None), ("1e0", None), ("-0", None), ("0.\u0663", None), ("", None),
    ],
)  # fmt: skip
def test_a_preference_is_from_0_to_1(written: str, preference: float | None) -> None:
    assert parse_contacts(f"<sip:a@h>;q={written}") == [Contact("sip:a@h", q=preference)]


def test_at_most_32_contacts_are_read() -> None:
    assert len(parse_contacts(",".join(["<sip:a@h>"] * 100))) == 32


@pytest.mark.parametrize("header", [None, 3, [], {"contact": "*"}, "", "\ud800", "*\0"])
def test_what_is_no_header_has_no_contacts(header: object) -> None:
    assert parse_contacts(header) == []


grammar = st.lists(
    st.sampled_from(
        ["sip:", "sips:", "john", "@", "example.com", ":", "5060", "[", "::1", "]", "<", ">", '"', "\\", ",", ";"]
    )
    | st.sampled_from(
        ["expires=", "q=", "+sip.instance=", "0.5", "*", "%ff", "%41", "%", "?", " ", "\t", "\ud800", "ß"]
    )
).map("".join)


@given(grammar | st.text(st.characters(exclude_categories=())))
def test_nothing_raises_and_what_comes_out_can_be_stored(text: str) -> None:
    addresses = [parse_uri(text), parse_address(text)]
    words = [word for address in addresses if address for word in address]
    words += [word for contact in parse_contacts(text) for word in (contact.uri, contact.instance)]
    assert not [word for word in words if "\0" in word or word.encode().decode() != word]


users = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)


@given(users, st.from_regex(r"[a-z0-9][a-z0-9.-]{0,20}", fullmatch=True), st.integers(1, 65535))
def test_an_escaped_user_is_read_back(user: str, host: str, port: int) -> None:
    escaped = "".join(f"%{octet:02x}" for octet in user.encode())
    assert parse_address(f'"x" <sip:{escaped}@{host.upper()}:{port};ob>;tag=1') == SipUri(user, host)


@pytest.mark.parametrize("unit", ["<sip:a@h>,", '"', "<", ";", ",", "%", "@", "[", ":", "\\", "sip:", " "])
def test_a_hostile_megabyte_is_refused_at_once(unit: str) -> None:
    text = "sip:" + unit * (MEGABYTE // len(unit))
    started = time.process_time()
    assert (parse_uri(text), parse_address(text), parse_contacts(text)) == (None, None, [])
    assert time.process_time() - started < 1


@pytest.mark.parametrize("unit", ["<sip:a@h>,", '""', "<>", ";", ",", "%", "@", "[", ":", "\\", ";q=", " "])
def test_the_longest_header_that_is_read_costs_little(unit: str) -> None:
    text = "sip:a" + unit * (16000 // len(unit))
    started = time.process_time()
    parse_uri(text), parse_address(text), parse_contacts(text)
    assert time.process_time() - started < 1  # a few milliseconds
