"""Verifying a digest: what is accepted, what is refused and why, and that it costs the same either way."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip import digest
from sip.digest import (
    Algorithm,
    DigestRequest,
    HashSet,
    Reason,
    SecretHashes,
    ha1,
    hash_set,
    objection,
    response,
    verify,
)
from sip.hashing import digest_hex

REALM = "MA_ABCD1234.sip.example.com"
PASSWORD = "correct horse battery"
SECRET = SecretHashes.of("john", REALM, PASSWORD)
PREVIOUS = SecretHashes.of("john", REALM, "former password")
ALL_ALGORITHMS = list(Algorithm)


def answer(password: str = PASSWORD, hashed_realm: str | None = None, **changes: object) -> DigestRequest:
    """Return what a correct client sends: a REGISTER with qop=auth, unless changed."""
    values: dict[str, object] = {
        "method": "REGISTER", "username": "john", "realm": REALM, "nonce": "157590482938000", "uri": "sip:example.com",
        "response": "", "algorithm": "MD5", "qop": "auth", "cnonce": "6b8b4567", "nc": "00000001",
    }  # fmt: skip
    request = DigestRequest.from_fields(values | changes)
    assert request is not None
    algorithm = Algorithm.from_token(request.algorithm)
    assert algorithm is not None
    stored = ha1(algorithm, request.username, hashed_realm or request.realm, password)
    return replace(request, response=response(algorithm, stored, request))


@pytest.mark.parametrize("qop", [None, "", "auth", "auth-int", "AUTH"])
@pytest.mark.parametrize("algorithm", ALL_ALGORITHMS)
def test_every_algorithm_is_verified_with_every_qop(algorithm: Algorithm, qop: str | None) -> None:
    verdict = verify(answer(algorithm=algorithm, qop=qop), [SECRET])
    assert (verdict.secret_index, verdict.algorithm, verdict.reason) == (0, algorithm, None)


@pytest.mark.parametrize("qop", [None, "auth", "auth-int"])
@pytest.mark.parametrize("algorithm", ALL_ALGORITHMS)
def test_a_wrong_password_is_refused_in_every_algorithm(algorithm: Algorithm, qop: str | None) -> None:
    verdict = verify(answer("wrong password", algorithm=algorithm, qop=qop), [SECRET])
    assert (verdict.is_ok, verdict.reason) == (False, Reason.WRONG_PASSWORD)


@pytest.mark.parametrize(
    "change",
    [
        {"method": "INVITE"}, {"uri": "sip:example.org"}, {"nonce": "157590482938001"}, {"nc": "00000002"},
        {"nc": "0000000A"}, {"cnonce": "6B8B4567"}, {"qop": "Auth"}, {"qop": None}, {"algorithm": "MD5-sess"},
    ],
)  # fmt: skip
def test_every_value_counts_as_it_was_sent(change: dict[str, Any]) -> None:
    assert verify(replace(answer(), **change), [SECRET]).reason == Reason.WRONG_PASSWORD


@pytest.mark.parametrize("token", ["md5", "MD5", "mD5", "", None])
def test_md5_is_known_in_any_case_and_by_its_absence(token: str | None) -> None:
    assert verify(answer(algorithm=token), [SECRET]).algorithm == Algorithm.MD5


@pytest.mark.parametrize("token", ["sha-512-256-SESS", "SHA-512-256-sess"])
def test_the_other_algorithms_are_known_in_any_case(token: str) -> None:
    assert verify(answer(algorithm=token), [SECRET]).algorithm == Algorithm.SHA512_256_SESS


@pytest.mark.parametrize("token", ["SHA-512", "SHA256", "AKAv1-MD5", "MD5 ", "token", "MD5-\u017fess"])
def test_an_unsupported_algorithm_is_the_reason(token: str) -> None:
    assert verify(replace(answer(), algorithm=token), [SECRET]).reason == Reason.ALGORITHM


@pytest.mark.parametrize("qop", ["auth,auth-int", "auth-conf", " auth", "none"])
def test_an_unsupported_qop_is_the_reason(qop: str) -> None:
    assert verify(replace(answer(), qop=qop), [SECRET]).reason == Reason.QOP


def test_auth_int_over_a_body_that_we_never_see_is_refused() -> None:
    assert verify(answer(method="INVITE", qop="auth-int"), [SECRET]).reason == Reason.QOP


def test_the_response_may_be_in_upper_case() -> None:
    request = answer()
    assert verify(replace(request, response=request.response.upper()), [SECRET]).is_ok


@pytest.mark.parametrize("algorithm", [Algorithm.SHA256, Algorithm.SHA512_256])
def test_a_long_response_that_jambonz_calls_md5_is_verified_as_what_it_is(algorithm: Algorithm) -> None:
    request = replace(answer(algorithm=algorithm), algorithm="MD5")
    assert verify(request, [SECRET]).algorithm == algorithm


def test_a_client_that_computes_sha_256_under_the_name_of_sha_512_256_is_refused() -> None:
    request = replace(answer(algorithm="SHA-256"), algorithm="SHA-512-256")
    assert verify(request, [SECRET]).reason == Reason.WRONG_PASSWORD


@pytest.mark.parametrize(
    "change",
    [
        {"response": ""}, {"response": "a" * 31}, {"response": "a" * 33}, {"response": "g" * 32},
        {"response": "é" * 32},
        {"response": "a" * 64, "algorithm": "MD5-sess"}, {"response": "a" * 32, "algorithm": "SHA-256"},
        {"cnonce": None}, {"nc": None}, {"algorithm": "MD5-sess", "qop": None, "cnonce": None},
        {"uri": "sip:a\0b"}, {"username": "\ud800"}, {"nonce": "n" * 2049}, {"cnonce": "\udfff"},
        {"realm": "r" * 2**20},
        {"qop": "\ud800"}, {"algorithm": "\ud800"},
    ],
)  # fmt: skip
def test_what_cannot_be_hashed_or_stored_is_malformed(change: dict[str, Any]) -> None:
    assert verify(replace(answer(), **change), [SECRET]).reason == Reason.MALFORMED


def test_a_nonce_with_a_stray_quote_is_hashed_as_sent_first() -> None:
    assert verify(answer(nonce='InFriVGWVoKeCckYrTx7wg=="'), [SECRET]).is_ok


def test_a_nonce_with_a_stray_quote_that_was_not_hashed_is_tried_without() -> None:
    request = answer(nonce="InFriVGWVoKeCckYrTx7wg==")
    assert verify(replace(request, nonce=request.nonce + '"'), [SECRET]).is_ok


@pytest.mark.parametrize("stray", ['""', "\\", "'"])
def test_nothing_but_one_quote_is_taken_off_a_nonce(stray: str) -> None:
    request = answer()
    assert not verify(replace(request, nonce=request.nonce + stray), [SECRET]).is_ok


def test_both_secrets_verify_during_an_overlap_and_the_verdict_says_which() -> None:
    secrets = [SECRET, PREVIOUS]
    assert [verify(answer(word), secrets).secret_index for word in (PASSWORD, "former password")] == [0, 1]


def test_the_current_secret_is_named_when_both_are_the_same() -> None:
    assert verify(answer(), [SECRET, SECRET]).secret_index == 0


def test_a_third_secret_is_not_looked_at() -> None:
    assert not verify(answer(), [PREVIOUS, PREVIOUS, SECRET]).is_ok


def test_a_realm_in_lower_case_is_verified() -> None:
    assert verify(answer(realm=REALM.lower()), [SECRET]).is_ok


def test_the_spelling_of_the_digest_decides_which_hash_is_used() -> None:
    assert not verify(answer(realm=REALM, hashed_realm=REALM.lower()), [SECRET]).is_ok


def test_a_realm_spelt_in_a_third_way_is_its_own_reason() -> None:
    assert verify(answer(realm=REALM.upper()), [SECRET]).reason == Reason.REALM_SPELLING


def test_an_unknown_user_is_refused_as_a_wrong_password_is() -> None:
    assert verify(answer(), []).reason == Reason.WRONG_PASSWORD


def test_nobody_can_answer_for_the_stand_in() -> None:
    request = answer()
    stand_in = digest.NOBODY.for_algorithm(Algorithm.MD5)  # even one who knew it
    assert not verify(replace(request, response=response(Algorithm.MD5, stand_in, request)), []).is_ok


@pytest.mark.parametrize("password", [PASSWORD, "former password", "wrong"])
@pytest.mark.parametrize(
    "change", [{}, {"nonce": 'x"'}, {"qop": None}, {"algorithm": "SHA-256-sess", "qop": "auth-int"}]
)
def test_as_much_is_hashed_whoever_it_is(
    monkeypatch: pytest.MonkeyPatch, password: str, change: dict[str, str]
) -> None:
    request = answer(password, **change)
    hashed: list[int] = []

    def counted(algorithm: Algorithm, data: bytes) -> str:
        hashed.append(len(data))
        return digest_hex(algorithm, data)

    monkeypatch.setattr("sip.digest.digest_hex", counted)
    misspelt = SecretHashes("elsewhere.example.com", SECRET.exact, SECRET.lowered)
    counts = []
    for secrets in ([], [SECRET], [SECRET, PREVIOUS], [misspelt]):
        hashed.clear()
        verify(request, secrets)
        counts.append(list(hashed))
    assert counts[0]
    assert counts == [counts[0]] * len(counts)


@pytest.mark.parametrize("name", ["method", "username", "realm", "nonce", "uri", "response"])
@pytest.mark.parametrize("value", [None, 1, True, 1.5, ["x"], {"x": "y"}])
def test_a_required_field_that_is_not_text_makes_no_request(name: str, value: object) -> None:
    values = {each.name: getattr(answer(), each.name) for each in fields(DigestRequest)}
    assert DigestRequest.from_fields(values | {name: value}) is None


@pytest.mark.parametrize("name", ["algorithm", "qop", "cnonce", "nc"])
def test_an_optional_field_may_be_absent_but_not_of_another_type(name: str) -> None:
    values = {each.name: getattr(answer(), each.name) for each in fields(DigestRequest)}
    without = {key: value for key, value in values.items() if key != name}
    assert DigestRequest.from_fields(without) is not None
    assert DigestRequest.from_fields(values | {name: 1}) is None


def test_no_secret_shows_in_what_is_printed() -> None:
    request = answer()
    printed = repr((SECRET, hash_set("john", REALM, PASSWORD), request))
    hidden = (SECRET.exact.md5, SECRET.lowered.sha256, request.response, request.nonce, "6b8b4567")
    assert not [word for word in hidden if word in printed]


def test_a_hash_set_holds_lower_case_hex_of_the_length_that_the_columns_take() -> None:
    hashes = hash_set("jöhn", REALM, "påss word")
    assert [len(one) for one in (hashes.md5, hashes.sha256, hashes.sha512_256)] == [32, 64, 64]
    assert set(hashes.md5 + hashes.sha256 + hashes.sha512_256) <= set("0123456789abcdef")


@pytest.mark.parametrize("algorithm", ALL_ALGORITHMS)
def test_a_session_algorithm_starts_from_the_hash_of_its_base(algorithm: Algorithm) -> None:
    hashes = HashSet("m", "s", "t")
    assert hashes.for_algorithm(algorithm) == {"MD5": "m", "SHA-256": "s", "SHA-512-256": "t"}[algorithm.base]


def test_a_password_that_is_no_text_cannot_be_hashed() -> None:
    with pytest.raises(ValueError, match="surrogates"):
        hash_set("john", REALM, "\ud800")


anything = st.text(st.characters(exclude_categories=())) | st.sampled_from(
    ["auth", "auth-int", "MD5", "a" * 32, "a" * 64]
)


@given(
    st.fixed_dictionaries({name: anything | st.none() | st.integers() for name in (*digest.REQUIRED, *digest.OPTIONAL)})
)
def test_nothing_that_is_sent_raises(values: dict[str, object]) -> None:
    request = DigestRequest.from_fields(values)
    assert request is None or not verify(request, [SECRET, PREVIOUS]).is_ok


plain = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)


@given(plain, plain, plain, plain, st.sampled_from(ALL_ALGORITHMS), st.sampled_from([None, "auth", "auth-int"]))
def test_a_right_answer_is_verified_whatever_its_values(
    password: str, nonce: str, uri: str, cnonce: str, algorithm: Algorithm, qop: str | None
) -> None:
    request = answer(password, nonce=nonce, uri=uri, cnonce=cnonce, algorithm=algorithm, qop=qop)
    assert objection(request) is None
    assert verify(request, [PREVIOUS, SecretHashes.of("john", REALM, password)]).secret_index == 1
