"""A jambonz SBC for tests: it builds the body that jambonz's own modules send, and asks the webhook."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, replace
from typing import Any

from django.test import Client

from accounts.models import Account
from sip.digest import DigestRequest, response
from sip.hashing import Algorithm, ha1
from sip.models import Realm, Subscriber
from sip.services import subscriber_create

URL = "/webhooks/auth"
REALM = "mycompany.com"
PASSWORD = "a-long-enough-password"
NONCE = "157590482938000"
SOURCE = "203.0.113.7"


def make_subscriber(account: Account, username: str = "daveh", realm: str = REALM, **policy: Any) -> Subscriber:
    """A subscriber whose password is ``PASSWORD``; its policy is that of ``Subscriber``'s defaults."""
    held = Realm.objects.get(name=realm.lower())
    return subscriber_create(
        realm=held, username=username, account=account, kind="endpoint", password=PASSWORD, **policy
    )


def answer(
    username: str = "daveh", password: str = PASSWORD, realm: str = REALM, *, method: str = "REGISTER", **given: Any
) -> dict[str, Any]:
    """The digest fields of a phone that knows ``password``, as jambonz's parser reports them."""
    algorithm = Algorithm.from_token(given.get("algorithm", "MD5")) or Algorithm.MD5
    fields = {
        "scheme": "digest",
        "username": username,
        "realm": realm,
        "nonce": NONCE,
        "uri": f"sip:{realm}",
        "algorithm": "MD5",
        "qop": "auth",
        "cnonce": "6b8b4567",
        "nc": "00000001",
        **given,
    }
    fields = {name: value for name, value in fields.items() if value is not None}
    request = DigestRequest.from_fields({**fields, "method": method, "response": "-"})
    assert request is not None
    return {**fields, "response": response(algorithm, ha1(algorithm, username, realm, password), request)}


def authorization(fields: dict[str, Any]) -> str:
    """The raw SIP header that such an answer came in."""
    bare = ("algorithm", "qop", "nc")
    names = ("username", "realm", "nonce", "uri", "response", "algorithm", "qop", "cnonce", "nc")
    written = [
        f"{name}={fields[name]}" if name in bare else f'{name}="{fields[name]}"' for name in names if name in fields
    ]
    return "Digest " + ", ".join(written)


def question(
    username: str = "daveh", password: str = PASSWORD, realm: str = REALM, *, method: str = "REGISTER", **given: Any
) -> dict[str, Any]:
    """The JSON body of a POST hook. ``headers`` are merged into the SIP headers (None removes one), others replace."""
    own_headers = given.pop("headers", {})
    outer: dict[str, Any] = {name: given.pop(name) for name in ("expires", "source_address") if name in given}
    digest = answer(username, password, realm, method=method, **given)
    is_register = method == "REGISTER"
    headers = {
        "via": "SIP/2.0/UDP 203.0.113.7:5060;branch=z9hG4bK1",
        "from": f"<sip:{username}@{realm}>;tag=a1",
        "to": f"<sip:{username}@{realm}>" if is_register else f"<sip:bob@{realm}>",
        "call-id": "c1@203.0.113.7",
        "cseq": f"2 {method}",
        "contact": f"<sip:{username}@203.0.113.7:5060>",
        "user-agent": "Desk phone 1.0",
        "authorization": authorization(digest),
        **own_headers,
    }
    return {
        "source_address": SOURCE,
        "source_port": 5060,
        "method": method,
        "headers": {name: value for name, value in headers.items() if value is not None},
        "expires": 300 if is_register else None,
        **digest,
        **outer,
    }


def invite(callee: str = f"sip:bob@{REALM}", **given: Any) -> dict[str, Any]:
    """The body for a call to ``callee``."""
    given["headers"] = {"to": f"<{callee}>", **given.get("headers", {})}
    return question(method="INVITE", **{"uri": callee, **given})


@dataclass(frozen=True)
class Sbc:
    """Asks the webhook in the name of one account, with Basic, a secret, both or neither."""

    username: str = ""
    password: str = ""
    secret: str = ""
    url: str = URL

    def without_basic(self, secret: str) -> Sbc:
        """The same SBC with only the secret that jambonz made."""
        return replace(self, username="", password="", secret=secret)

    def ask(self, body: Any, *, headers: dict[str, str] | None = None) -> dict[str, Any]:
        """Post a body and return the webhook's answer, which is HTTP 200."""
        answered = self.post(json.dumps(body).encode(), headers=headers)
        assert answered.status_code == 200, answered.content
        return dict(answered.json())

    def post(self, body: bytes, *, headers: dict[str, str] | None = None) -> Any:
        """Post raw bytes; ``headers`` replace those that the SBC would send."""
        sent = {**self.proof(body), **(headers or {})}
        return Client().post(self.url, data=body, content_type="application/json", headers=sent)

    def get(self, fields: dict[str, Any], *, headers: dict[str, str] | None = None) -> Any:
        """Ask as an SBC whose hook is set to GET does: everything in the query, nothing of the SIP headers."""
        plain = {name: "" if value is None else value for name, value in fields.items() if name != "headers"}
        return Client().get(self.url, plain, headers={**self.proof(b'"null"'), **(headers or {})})

    def proof(self, payload: bytes) -> dict[str, str]:
        """The HTTP headers that prove who asks."""
        found = {}
        if self.username and self.password:
            found["Authorization"] = basic(self.username, self.password)
        if self.secret:
            found["Jambonz-Signature"] = signature(self.secret, payload)
        return found


def start_response(_status: str, _headers: Any, _raised: Any = None) -> Any:
    """Takes no notice: for tests that call the application as a server does (PEP 3333)."""


def basic(username: str, password: str) -> str:
    """An ``Authorization: Basic`` header."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def signature(secret: str, payload: bytes, *, moment: float | None = None) -> str:
    """A ``Jambonz-Signature`` header, as jambonz's digest-utils makes it."""
    seconds = int(time.time() if moment is None else moment)
    signed = hmac.new(secret.encode(), f"{seconds}.".encode() + payload, hashlib.sha256)
    return f"t={seconds},v1={signed.hexdigest()}"
