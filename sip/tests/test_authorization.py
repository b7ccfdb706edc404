"""Reading the raw Authorization header, and healing what jambonz's parser makes of it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip.authorization import DIGEST_FIELDS, heal, parse
from sip.digest import Algorithm, DigestRequest, SecretHashes, ha1, response, verify

HEADER = (
    'Digest username="john", realm="example.com", nonce="157590482938000", uri="sip:example.com", '
    'response="be641cf7951ff23ab04c57907d59f37d", algorithm=MD5, qop=auth, nc=00000001, cnonce="6b8b4567"'
)
VALUES = {
    "username": "john", "realm": "example.com", "nonce": "157590482938000", "uri": "sip:example.com",
    "response": "be641cf7951ff23ab04c57907d59f37d", "algorithm": "MD5", "qop": "auth", "nc": "00000001",
    "cnonce": "6b8b4567",
}  # fmt: skip


def jambonz_reads(header: str) -> dict[str, object]:
    """Return what jambonz's parser reports, by the pattern that the contract gives for each name."""
    found = {name: re.search(rf'[,\s]{name}="?(.+?)[",]', header) for name in DIGEST_FIELDS}
    return {"algorithm": "MD5", **{name: match[1] for name, match in found.items() if match}}


def written(**values: str) -> str:
    """Return a header of the usual values with these as changed, verbatim, in their place or at the end."""
    quoted = {name: f'"{value}"' for name, value in VALUES.items()} | values
    return "Digest " + ", ".join(f"{name}={value}" for name, value in quoted.items())


def test_a_header_is_read() -> None:
    assert parse(HEADER) == VALUES


@pytest.mark.parametrize(
    ("header", "parameters"),
    [
        ("dIGEST a=b", {"a": "b"}),
        ("Digest\ta=b", {"a": "b"}),
        (" Digest  a = b ,\r\n c\t=\t\"d\" ", {"a": "b", "c": "d"}),
        ("Digest USERNAME=\"John\", Nc=0000000A", {"username": "John", "nc": "0000000A"}),
        ("Digest a=b,,c=d,", {"a": "b", "c": "d"}),
        ('Digest opaque="",a=b', {"opaque": "", "a": "b"}),
        ('Digest a="x,y=z",b="c=d"', {"a": "x,y=z", "b": "c=d"}),
        (r'Digest a="say \"hi\"",b="dom\\john",c="dom\john"', {"a": 'say "hi"', "b": r"dom\john", "c": r"dom\john"}),
        ("Digest uri=sip:example.com;x=1,nonce=abc==", {"uri": "sip:example.com;x=1", "nonce": "abc=="}),
        ("Digest a=dom\\\\john", {"a": "dom\\\\john"}),
        ("Digest username*=UTF-8''j%C3%B6hn", {"username*": "UTF-8''j%C3%B6hn"}),
        ('Digest username="jöhn"', {"username": "jöhn"}),
    ],
)  # fmt: skip
def test_what_clients_write_is_read(header: str, parameters: dict[str, str]) -> None:
    assert parse(header) == parameters


@pytest.mark.parametrize(
    "header",
    [
        None, 1, ["Digest a=b"], "", "Digest", "Digest ", "Digest ,", "Basic am9obg==",
        "Digesta=b", "Digest a", "Digest =b",
        "Digest a=", 'Digest a="b', 'Digest a="b\\"', 'Digest a="b"c"', 'Digest a="b"c',
        'Digest a="b""c"', "Digest a=b c",
        "Digest a=b, a=c", "Digest a=b, A=c", 'Digest "a"=b', "Digest a b=c", "Digest ä=b", "Digest a=<b",
        "Digest a=b, Digest c=d", "Digest a=\0", "Digest a=\ud800", "Digest a=" + "b" * 8192,
    ],
)  # fmt: skip
def test_anything_else_is_none(header: object) -> None:
    assert parse(header) is None


@given(st.text(st.characters(exclude_categories=())) | st.text(' ,="\\<>aD').map(lambda text: "Digest " + text))
def test_no_header_raises(header: str) -> None:
    parameters = parse(header)
    assert parameters is None or all(name == name.lower() for name in parameters)


value = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60)


@given(st.dictionaries(st.sampled_from(DIGEST_FIELDS), value, min_size=1))
def test_what_a_careful_client_writes_is_read_back(values: dict[str, str]) -> None:
    escaped = {name: text.replace("\\", "\\\\").replace('"', '\\"') for name, text in values.items()}
    assert parse("Digest " + ", ".join(f'{name}="{text}"' for name, text in escaped.items())) == values


@pytest.mark.parametrize(
    ("change", "healed"),
    [
        ({"username": '"smith, john"'}, {"username": "smith, john"}),
        ({"username": r'"a\"b"'}, {"username": 'a"b'}),
        ({"username": r'"dom\\john"'}, {"username": r"dom\john"}),
        ({"username": '"",x="y"'}, {"username": ""}),
        ({"uri": '"sip:example.com;x=1,2"'}, {"uri": "sip:example.com;x=1,2"}),
        ({"opaque": '""'}, {"opaque": ""}),
        ({"userhash": "true"}, {}),
    ],
)
def test_a_value_that_jambonz_cuts_is_healed(change: dict[str, str], healed: dict[str, str]) -> None:
    header = written(**change)
    reported = jambonz_reads(header)
    assert heal(reported, header) == reported | healed


def test_an_algorithm_that_jambonz_overlooks_is_healed() -> None:
    header = HEADER.replace("algorithm=MD5, ", "") + ", algorithm=SHA-256"
    assert jambonz_reads(header)["algorithm"] == "MD5"
    assert heal(jambonz_reads(header), header)["algorithm"] == "SHA-256"


def test_what_jambonz_finds_inside_another_value_is_removed() -> None:
    header = 'Digest username="john", realm="r", nonce="n", uri="sip:r", response="f", opaque="x,qop=auth,nc=1,"'
    assert jambonz_reads(header)["qop"] == "auth"
    assert not {"qop", "nc"} & heal(jambonz_reads(header), header).keys()


@pytest.mark.parametrize("name", ["username", "realm"])
def test_a_name_smuggled_into_another_value_is_not_healed_away(name: str) -> None:
    """The SBC acts for the smuggled name, so that is the one whose password must be shown."""
    header = written().replace("Digest ", f'Digest opaque="x,{name}=victim,", ')
    reported = jambonz_reads(header)
    assert reported[name] == "victim"
    assert heal(reported, header) == reported


@pytest.mark.parametrize(
    "header", [None, 7, "", "Basic x", HEADER + ", realm=again", 'Digest username="john", realm="example.com"']
)
def test_without_a_sound_header_the_fields_are_left_alone(header: object) -> None:
    assert heal(VALUES | {"source_port": 5060}, header) == VALUES | {"source_port": 5060}


def test_the_other_fields_of_the_body_are_kept_and_the_body_is_not_changed() -> None:
    body: dict[str, object] = {**VALUES, "uri": "sip:cut", "method": "REGISTER", "expires": None}
    assert heal(body, HEADER) == VALUES | {"method": "REGISTER", "expires": None}
    assert body["uri"] == "sip:cut"


json_values = st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists, max_leaves=3)


@given(st.dictionaries(st.sampled_from(DIGEST_FIELDS), json_values), json_values | st.sampled_from([HEADER, written()]))
def test_no_body_and_header_raise(fields: dict[str, object], header: object) -> None:
    healed = heal(fields, header)
    assert healed in (fields, VALUES)


def test_a_phone_whose_digest_jambonz_cuts_in_two_is_verified_once_healed() -> None:
    uri, secret = "sip:example.com;x=1,2", SecretHashes.of("john", "example.com", "password")
    request = DigestRequest.from_fields(VALUES | {"method": "REGISTER", "uri": uri})
    assert request is not None
    digest = response(Algorithm.MD5, ha1(Algorithm.MD5, "john", "example.com", "password"), request)
    header = written(uri=f'"{uri}"', response=f'"{digest}"')
    reported = {"method": "REGISTER", **jambonz_reads(header)}
    outcomes = []
    for fields in (reported, heal(reported, header)):
        received = DigestRequest.from_fields(fields)
        assert received is not None
        outcomes.append(verify(replace(received, entity_body=None), [secret]).is_ok)
    assert outcomes == [False, True]
