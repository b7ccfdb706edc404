"""The figures that standards and other people's documents publish, each computed and verified here."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import pytest

from sip.digest import Algorithm, DigestRequest, SecretHashes, Verdict, ha1, response, verify
from sip.hashing import digest_hex


class Vector(NamedTuple):
    """A published exchange: what is hashed and what comes out."""

    source: str
    password: str
    request: DigestRequest


RFC_2617_NONCE = "dcd98b7102dd2f0e8b11d0f600bfb0c093"
RFC_7616_NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
RFC_7616_CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
ERRATUM_4897_RESPONSE = "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5"
RFC_7616_MISPRINT = "ae66e67d6b427bd3f120414a82e4acff38e8ecd9101d6c861229025f607a79dd"
SMITH_BODY = (
    b"v=0\r\no=bob 2890844526 2890844526 IN IP4 media.biloxi.com\r\ns=-\r\nc=IN IP4 media.biloxi.com\r\nt=0 0\r\n"
    b"m=audio 49170 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\nm=video 51372 RTP/AVP 31\r\na=rtpmap:31 H261/90000\r\n"
    b"m=video 53000 RTP/AVP 32\r\na=rtpmap:32 MPV/90000\r\n"
)


def smith(
    digest: str, *, algorithm: str | None = None, qop: str | None = None, body: bytes | None = None
) -> DigestRequest:
    """Return an example of draft-smith-sipping-auth-examples-01, which all differ in these."""
    return DigestRequest(
        method="INVITE", username="bob", realm="biloxi.com", nonce=RFC_2617_NONCE, uri="sip:bob@biloxi.com",
        response=digest, algorithm=algorithm, qop=qop, entity_body=body,
        cnonce="0a4f113b" if qop else None, nc="00000001" if qop else None,
    )  # fmt: skip


def rfc_7616(digest: str, algorithm: str) -> DigestRequest:
    """Return one of the two answers of RFC 7616 section 3.9.1."""
    return DigestRequest(
        method="GET", username="Mufasa", realm="http-auth@example.org", nonce=RFC_7616_NONCE, uri="/dir/index.html",
        response=digest, algorithm=algorithm, qop="auth", cnonce=RFC_7616_CNONCE, nc="00000001",
    )  # fmt: skip


ERRATUM_4897 = DigestRequest(
    method="GET", username="Jäsøn Doe", realm="api@example.org", uri="/doe.json",
    nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", response=ERRATUM_4897_RESPONSE, algorithm="SHA-512-256",
    qop="auth", cnonce="NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v", nc="00000001",
)  # fmt: skip

VECTORS = [
    Vector(
        "RFC 2069 section 2.4, corrected",
        "CircleOfLife",
        DigestRequest(
            method="GET", username="Mufasa", realm="testrealm@host.com", nonce=RFC_2617_NONCE,
            uri="/dir/index.html", response="1949323746fe6a43ef61f9606e7febea",
        ),
    ),
    Vector(
        "RFC 2617 section 3.5",
        "Circle Of Life",
        DigestRequest(
            method="GET", username="Mufasa", realm="testrealm@host.com", nonce=RFC_2617_NONCE, uri="/dir/index.html",
            response="6629fae49393a05397450978507c4ef1", qop="auth", cnonce="0a4f113b", nc="00000001",
        ),
    ),
    Vector("RFC 7616 section 3.9.1, MD5", "Circle of Life", rfc_7616("8ca523f5e9506fed4657c9700eebdbec", "MD5")),
    Vector(
        "RFC 7616 section 3.9.1, SHA-256",
        "Circle of Life",
        rfc_7616("753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1", "SHA-256"),
    ),
    Vector("RFC 7616 section 3.9.2, erratum 4897", "Secret, or not?", ERRATUM_4897),
    Vector(
        "RFC 4590 and 5090 section 6, INVITE",
        "secret",
        DigestRequest(
            method="INVITE", username="12345678", realm="example.com", nonce="3bada1a0",
            uri="sip:97226491335@example.com", response="756933f735fcd93f90a4bbdd5467f263", algorithm="MD5",
            qop="auth", cnonce="56593a80", nc="00000001",
        ),
    ),
    Vector("draft-smith 3.1, neither", "zanzibar", smith("bf57e4e0d0bffc0fbaedce64d59add5e")),
    Vector("draft-smith 3.2, auth", "zanzibar", smith("89eb0059246c02b2f6ee02c7961d5ea3", qop="auth")),
    Vector(
        "draft-smith 3.3, auth, MD5",
        "zanzibar",
        smith("89eb0059246c02b2f6ee02c7961d5ea3", algorithm="MD5", qop="auth"),
    ),
    Vector(
        "draft-smith 3.4, auth, MD5-sess",
        "zanzibar",
        smith("e4e4ea61d186d07a92c9e1f6919902e9", algorithm="MD5-Sess", qop="auth"),
    ),
    Vector(
        "draft-smith 3.5, auth-int, MD5",
        "zanzibar",
        smith("bdbeebb2da6adb6bca02599c2239e192", algorithm="MD5", qop="auth-int", body=SMITH_BODY),
    ),
    Vector(
        "draft-smith 3.6, auth-int, MD5-sess",
        "zanzibar",
        smith("91984da2d8663716e91554859c22ca70", algorithm="MD5-Sess", qop="auth-int", body=SMITH_BODY),
    ),
    Vector(
        "jambonz, README of its registrar",
        "1234",
        DigestRequest(
            method="REGISTER", username="john", realm="jambonz.org", nonce="157590482938000",
            uri="sip:172.37.0.10:5060", response="be641cf7951ff23ab04c57907d59f37d", algorithm="MD5", qop="auth",
            cnonce="6b8b4567", nc="00000001",
        ),
    ),
]  # fmt: skip


def secret_of(vector: Vector) -> SecretHashes:
    """Return what would be stored for the vector's user."""
    return SecretHashes.of(vector.request.username, vector.request.realm, vector.password)


@pytest.mark.parametrize("vector", VECTORS, ids=[vector.source for vector in VECTORS])
def test_a_published_response_is_computed(vector: Vector) -> None:
    algorithm = Algorithm.from_token(vector.request.algorithm)
    assert algorithm is not None
    stored = ha1(algorithm, vector.request.username, vector.request.realm, vector.password)
    assert response(algorithm, stored, vector.request) == vector.request.response


@pytest.mark.parametrize("vector", VECTORS, ids=[vector.source for vector in VECTORS])
def test_a_published_response_is_verified(vector: Vector) -> None:
    expected = Verdict(secret_index=0, algorithm=Algorithm.from_token(vector.request.algorithm))
    assert verify(vector.request, [secret_of(vector)]) == expected


@pytest.mark.parametrize("vector", VECTORS, ids=[vector.source for vector in VECTORS])
def test_a_published_response_does_not_verify_another_password(vector: Vector) -> None:
    other = SecretHashes.of(vector.request.username, vector.request.realm, vector.password + "x")
    assert not verify(vector.request, [other]).is_ok


def test_the_response_that_rfc_7616_misprints_is_refused() -> None:
    request = DigestRequest.from_fields(
        {
            name: getattr(ERRATUM_4897, name)
            for name in ("method", "username", "realm", "nonce", "uri", "qop", "cnonce", "nc")
        }
        | {"algorithm": "SHA-512-256", "response": RFC_7616_MISPRINT}
    )
    assert request is not None
    secret = SecretHashes.of("Jäsøn Doe", "api@example.org", "Secret, or not?")
    assert not verify(request, [secret]).is_ok


def test_the_ha1_of_the_sip_examples_is_the_published_one() -> None:
    assert ha1(Algorithm.MD5, "bob", "biloxi.com", "zanzibar") == "12af60467a33e8518da5c68bbff12b11"


@pytest.mark.parametrize(
    ("data", "expected"),
    [  # FIPS 180-4 examples published by NIST, and the empty body as the contract prints its start
        (b"abc", "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23"),
        (b"", "c672b8d1ef56ed28ab87c3622c5114069bdd3ad7b8f9737498d0c01ecef0967a"),
    ],
)
def test_sha_512_256_is_the_function_of_fips_180_4(data: bytes, expected: str) -> None:
    assert digest_hex(Algorithm.SHA512_256, data) == expected


def test_sha_512_256_is_not_sha_512_cut_short() -> None:
    assert digest_hex(Algorithm.SHA512_256, b"abc") != hashlib.sha512(b"abc").hexdigest()[:64]
