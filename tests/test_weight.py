"""What a page costs to open for the first time: compressed, with its styles and scripts, and nothing from elsewhere."""

from __future__ import annotations

import gzip
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import brotli  # type: ignore[import-untyped]
import pytest
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.test import Client, RequestFactory

from accounts.models import Account
from console.compression import may_compress
from endpoints.models import Endpoint
from tests.every_page import paths_of
from tests.tenants import make_endpoint

MOST_BYTES = 100_000
HEADERS_BYTES = 400  # of each answer, about
LOADED = re.compile(r'<(?:link|script|img|iframe|source|use)\b[^>]*?\b(?:href|src)="([^"#]+)"')
WITHIN = re.compile(r'(?:url\("?|from "|import ")([^")]+)')
COMPRESSED = {"Accept-Encoding": "gzip"}


@cache
def asset_bytes(url: str) -> int:
    """What one static file costs as whitenoise sends it, headers included."""
    found = finders.find(url.removeprefix("/static/"))
    assert found, f"{url} is none of our own files"
    return len(brotli.compress(Path(found).read_bytes())) + HEADERS_BYTES


@cache
def assets_of(url: str) -> frozenset[str]:
    """A static file and what it asks for in turn."""
    path = finders.find(url.removeprefix("/static/"))
    if not path or not path.endswith((".css", ".js")):
        return frozenset({url})
    inner = WITHIN.findall(Path(path).read_text()) if "htmx" not in path else []
    return frozenset({url}).union(*(assets_of(urljoin(url, each)) for each in inner))


def weight(response: Any) -> int:
    """The bytes of a page and of everything that it loads."""
    assert response["Content-Encoding"] == "gzip"
    urls = LOADED.findall(gzip.decompress(response.content).decode())
    loaded = frozenset[str]().union(*(assets_of(url) for url in urls))
    return len(response.content) + HEADERS_BYTES + sum(map(asset_bytes, loaded))


def test_every_page_is_light_and_loads_nothing_from_elsewhere(owner: Client, account: Account) -> None:
    weights = {}
    for path in paths_of(account):
        response = owner.get(path, headers=COMPRESSED)
        if response.status_code == 200 and not path.startswith("/user/2fa/"):
            weights[path] = weight(response)
    assert len(weights) > 50
    assert {path: size for path, size in weights.items() if size >= MOST_BYTES} == {}


def test_a_long_list_is_light_too(owner: Client, account: Account) -> None:
    for number in range(100):
        make_endpoint(account, f"desk{number}")
    page = owner.get(f"/accounts/{account.auth_id}/endpoints/?size=100", headers=COMPRESSED)
    assert weight(page) < MOST_BYTES


def test_a_stranger_gets_it_light_too(client: Client, db: None) -> None:
    assert weight(client.get("/user/login/", headers=COMPRESSED)) < MOST_BYTES


def test_what_holds_a_secret_goes_out_as_it_is(owner: Client, account: Account) -> None:
    base = f"/accounts/{account.auth_id}/endpoints/"
    form = {"username": "desk1", "alias": "Desk", "password": "SecurePass123", "allow_voice": "on"}
    refused = owner.post(f"{base}new/", form | {"username": "_"}, headers=COMPRESSED)
    assert "SecurePass123" in refused.content.decode()
    owner.post(f"{base}new/", form)
    secret = owner.get(f"{base}{Endpoint.objects.get().endpoint_id}/secret/", headers=COMPRESSED)
    assert "SecurePass123" in secret.content.decode()
    assert not secret.has_header("Content-Encoding")


@pytest.mark.parametrize(("path", "is_compressed"), [("/user/2fa/totp/activate/", False), ("/user/sessions/", True)])
def test_the_seed_of_a_second_factor_goes_out_as_it_is(rf: RequestFactory, path: str, is_compressed: bool) -> None:
    assert may_compress(rf.get(path), HttpResponse("page")) is is_compressed


def test_the_apis_are_left_alone(client: Client, db: None) -> None:
    answer = client.get("/api/v1/auth/me", headers=COMPRESSED)
    assert not answer.has_header("Content-Encoding")
