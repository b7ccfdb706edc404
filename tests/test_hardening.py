"""What surrounds every answer: headers, limits per source, pages of errors, reads that wait for nobody's write."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, connections
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from structlog.testing import capture_logs

from accounts.models import Account, ApiToken, User
from accounts.services import account_update, token_create
from console import limiter
from console.middleware import loggable
from tests.route_table import PAGES, VIEW, VOBIZ
from tests.scene import Scene

pytestmark = pytest.mark.django_db
ME = "/api/v1/auth/me"


# --- headers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/user/login/", "/", "/api/", "/admin/", ME, "/nothing-there"])
def test_every_answer_carries_the_policies(client: Client, path: str) -> None:
    headers = client.get(path, secure=True).headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    for directive in ("frame-ancestors", "object-src", "base-uri"):
        assert f"{directive} 'none'" in headers["Content-Security-Policy"]
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["X-Request-ID"]


def test_https_is_asked_for_and_cookies_are_kept_to_it() -> None:
    code = (
        "import django; django.setup(); from django.conf import settings as s; from console import handover, messages; "
        "print(s.SECURE_HSTS_SECONDS, s.SECURE_HSTS_INCLUDE_SUBDOMAINS, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, "
        "s.SESSION_COOKIE_HTTPONLY, s.CSRF_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE, s.SESSION_COOKIE_NAME, "
        "s.CSRF_COOKIE_NAME, messages.NamedCookie.cookie_name, handover.COOKIE)"
    )
    environment = os.environ | {"HTTPS": "on", "DJANGO_SETTINGS_MODULE": "tests.settings"}
    answer = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    *policies, session, csrf, message, once = answer.stdout.split()
    assert policies == ["31536000", "True", "True", "True", "True", "True", "Lax"]
    assert (session, csrf) == ("__Host-console_session", "__Host-console_csrf")
    assert (message, once) == ("__Host-console_messages", "__Secure-console_once")


def test_a_page_of_an_error_shows_the_requests_id_and_nothing_else(
    owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("swordfish")

    monkeypatch.setattr("accounts.views.HomePage.get", fails)
    owner.raise_request_exception = False
    response = owner.get("/", headers={"X-Request-ID": "find-me"})
    assert (response.status_code, response["X-Request-ID"]) == (500, "find-me")
    assert "swordfish" not in response.content.decode()
    assert "RuntimeError" not in response.content.decode()


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
@pytest.mark.parametrize("place", ["accounts.views.HomePage.get", "django.contrib.auth.middleware.get_user"])
def test_a_page_without_its_database_says_when_to_try_again(
    owner: Client, monkeypatch: pytest.MonkeyPatch, place: str, error: type[Exception]
) -> None:
    def fails(*_args: Any, **_kwargs: Any) -> None:
        raise error("host=secret.example user=admin")

    monkeypatch.setattr(place, fails)
    owner.raise_request_exception = False
    response = owner.get("/")
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert "cannot reach its database" in response.content.decode()
    assert "secret.example" not in response.content.decode()


def test_the_key_of_a_reset_is_not_logged() -> None:
    assert loggable("/user/password/reset/key/1-abc-def/") == "/user/password/reset/key/<hidden>/"
    assert loggable("/user/login/") == "/user/login/"


def test_a_request_is_logged_with_who_asked_and_from_where(
    owner: Client, alice: User, account: Account, client: Client
) -> None:
    token, plain = token_create(token=ApiToken(account=account, name="logged"))
    headers = {"X-Auth-ID": account.auth_id, "X-Auth-Token": plain}
    with capture_logs() as lines:
        owner.get(f"/accounts/{account.auth_id}/")
        client.get(ME, headers=headers)
        client.get(ME, headers=headers | {"X-Auth-Token": plain[::-1]})
        client.get("/user/login/")
    told = [(line["actor"], line["source"], line["status"]) for line in lines if line["event"] == "request"]
    seen = [(f"user:{alice.pk}", 200), (f"token:{token.pk}", 200), ("", 401), ("", 200)]
    assert told == [(actor, "127.0.0.1", status) for actor, status in seen]


def test_nobody_writes_a_line_of_the_log() -> None:
    code = (
        "from console import logs; import structlog; logs.configure(level='INFO', as_json=True); "
        "structlog.get_logger().info('request', path='/\\n{\"event\": \"signed_in\"}\\x1b[2J')"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    (line,) = done.stderr.splitlines()
    assert json.loads(line)["path"] == '/\n{"event": "signed_in"}\x1b[2J'
    assert "\x1b" not in line


def test_scripts_keep_nothing_in_the_browser() -> None:
    """What a page shows is gone with the page: sessions end without anything left behind."""
    scripts = list((settings.BASE_DIR / "static/js").glob("*.js"))
    kept = re.compile(r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\.")
    assert scripts
    assert [script.name for script in scripts if kept.search(script.read_text())] == []


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000)
def test_a_body_that_is_too_long_is_refused(owner: Client, account: Account) -> None:
    assert owner.post("/user/login/", {"login": "x" * 2000}).status_code in (302, 400)
    refused = owner.post(f"/accounts/{account.auth_id}/endpoints/new/", {"username": "x" * 2000})
    assert refused.status_code == 400


# --- limits -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiter, "clock", lambda: 1_800_000_000.0)


@pytest.mark.parametrize("path", [ME, "/v2/accounts/" + "0" * 32])
def test_wrong_tokens_are_limited_per_source(
    path: str, client: Client, account: Account, settings: Any, noon: None
) -> None:
    settings.TOKEN_FAILURES_PER_MINUTE = 2
    wrong = {"X-Auth-ID": account.auth_id, "X-Auth-Token": "f" * 64}
    answers = [client.get(path, headers=wrong) for _time in range(3)]
    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert answers[2]["Retry-After"] == "60"
    assert client.get(path, headers=wrong, REMOTE_ADDR="192.0.2.1").status_code == 401
    assert client.get(path).status_code == 401  # nothing was guessed
    _token, plain = token_create(token=ApiToken(account=account, name="good"))
    assert client.get(ME, headers=wrong | {"X-Auth-Token": plain}).status_code == 200


def test_wrong_keys_and_sessions_count_too(client: Client, settings: Any, noon: None) -> None:
    settings.TOKEN_FAILURES_PER_MINUTE = 0
    asked = {"data": {"api_key": "f" * 64}}
    statuses = [
        client.put("/v2/api_auth", asked, content_type="application/json").status_code,
        client.post("/api/v1/auth/refresh", {"refresh_token": "x"}, content_type="application/json").status_code,
        client.post("/api/v1/auth/refresh", {}, content_type="application/json").status_code,
    ]
    assert statuses == [429, 429, 401]


def test_signing_in_is_limited_per_source_and_address(client: Client, account: Account) -> None:
    texts = [
        client.post("/user/login/", {"login": "alice@example.test", "password": f"wrong {number}"}).content.decode()
        for number in range(7)
    ]
    assert "not correct" in texts[0]
    assert "Too many" in texts[-1]


WORKER = """
import sys, django; django.setup()
from concurrent.futures import ThreadPoolExecutor
from django.db import connections
from django.test import Client
from console import limiter
limiter.clock = lambda: 1_800_000_000.0
path, auth_id, token = sys.argv[1:]
def ask(_number):
    try:
        return Client().get(path, headers={"X-Auth-ID": auth_id, "X-Auth-Token": token}).status_code
    finally:
        connections.close_all()
with ThreadPoolExecutor(5) as pool:
    print(*pool.map(ask, range(25)))
"""


def database_urls() -> dict[str, str]:
    """The databases of the test, for other processes."""
    if settings.IS_SQLITE:
        names = {"DATABASE_URL": "default", "VOLATILE_DATABASE_URL": "volatile"}
        return {variable: f"sqlite:///{settings.DATABASES[alias]['NAME']}" for variable, alias in names.items()}
    found = connection.settings_dict
    host, password = quote(str(found["HOST"]), safe=""), quote(str(found["PASSWORD"]))
    return {"DATABASE_URL": f"postgres://{found['USER']}:{password}@{host}:{found['PORT']}/{found['NAME']}"}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_fifty_of_a_hundred_pass_from_four_processes_of_five_threads_in_both_dialects(account: Account) -> None:
    account_update(account=account, rate_limit=50)
    _token, plain = token_create(token=ApiToken(account=account, name="busy"))
    paths = [ME, f"/v2/accounts/{account.kazoo_id}"] * 2
    environment = os.environ | database_urls() | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    asking = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, path, account.auth_id, plain],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for path in paths
    ]
    answers = Counter(status for process in asking for status in process.communicate()[0].split())
    assert answers == {"200": 50, "429": 50}


# --- reads ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def locked() -> Iterator[None]:
    """Somebody else holds the main file's write lock, and Django does not wait for it."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 0")
    other = sqlite3.connect(settings.DATABASES["default"]["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()
    connections["default"].close()


@pytest.mark.django_db(transaction=True)
def test_a_read_takes_no_write_lock(scene: Scene, request: pytest.FixtureRequest) -> None:
    client, headers = scene.browser("owner"), scene.vobiz_headers("owner")
    client.get(f"/accounts/{scene.account.auth_id}/")  # the session remembers the account
    pages = [scene.address(route) for route, needs in PAGES.items() if needs.get("GET") == VIEW]
    apis = [scene.address(route) + "?kind=endpoints" for route, needs in VOBIZ.items() if needs.get("GET") == VIEW]
    request.getfixturevalue("locked")
    with CaptureQueriesContext(connection) as captured:
        answers = {page: client.get(page).status_code for page in pages}
        answers |= {api: client.get(api, headers=headers).status_code for api in apis}
    assert {address: status for address, status in answers.items() if status not in (200, 302)} == {}
    written = [query["sql"] for query in captured if query["sql"].split(" ")[0] in ("INSERT", "UPDATE", "DELETE")]
    volatile = ("console_lastuse", "console_ratebucket")
    assert [sql for sql in written if not any(name in sql for name in volatile)] == []
