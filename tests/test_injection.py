"""What people, programs and phones send stays text, wherever it is shown; nobody posts in another's name."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, models, transaction
from django.test import Client

from accounts.models import Account, User
from accounts.services import account_update
from endpoints.models import Endpoint
from tests.route_table import PAGES, VIEW
from tests.scene import Scene
from tests.tenants import PASSWORD, own_models

pytestmark = pytest.mark.django_db
MARKUP = "<script>alert(1)</script>'\"{{ 7*7 }}"
FREE = {"name", "alias", "app_name", "description", "user_agent", "message", "last_error", "error", "contact"}
STATEMENTS = ("'; DROP TABLE endpoints_endpoint; --", "%' OR '1'='1", "\\", '"', "alice' UNION SELECT 1 --", "_", "%")


def spoil() -> int:
    """Put markup into the columns of free text, past the rules that would refuse it. Returns how many took it."""
    taken = 0
    for model in own_models():
        names = [field.name for field in model._meta.concrete_fields if isinstance(field, models.CharField)]
        for name in FREE.intersection(names) if model._meta.managed else ():
            rows: models.QuerySet[Any] = models.QuerySet(model)
            try:
                with transaction.atomic():
                    taken += bool(rows.update(**{name: MARKUP}))
            except IntegrityError:  # a name is there once: one row will do
                taken += bool(rows.filter(pk=rows.order_by("pk").values("pk")[:1]).update(**{name: MARKUP}))
    return taken


def test_markup_is_shown_as_text_on_every_page(scene: Scene) -> None:
    account_update(account=scene.account, name=MARKUP)  # the trail shows it as well
    assert spoil() >= 8
    client = scene.browser("owner")
    addresses = [scene.address(route) for route, needs in PAGES.items() if needs.get("GET") == VIEW]
    answers = {address: client.get(address) for address in addresses}
    pages = {
        address: answer.content.decode() for address, answer in answers.items() if "html" in answer["Content-Type"]
    }
    assert [address for address, text in pages.items() if "<script>alert(1)" in text or "'\"49" in text] == []
    assert sum("&lt;script&gt;alert(1)" in text for text in pages.values()) > 20  # it was there to be shown


@pytest.mark.parametrize("text", STATEMENTS)
def test_a_statement_in_a_question_is_a_text_that_nothing_holds(text: str, scene: Scene) -> None:
    base, headers = f"/api/v1/Account/{scene.account.auth_id}", scene.vobiz_headers("owner")
    for name in ("username__contains", "username__startswith", "alias__contains"):
        answer = Client().get(f"{base}/Endpoint/", {name: text}, headers=headers)
        assert (answer.status_code, answer.json()["objects"]) == (200, [])
    page = scene.browser("owner").get(f"/accounts/{scene.account.auth_id}/endpoints/", {"q": text})
    assert page.status_code == 200
    assert len(page.context["table"].rows) == 0
    assert Endpoint.objects.filter(username="alice").exists()


def test_a_form_that_comes_from_elsewhere_is_refused(account: Account, alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    sent = {"username": "desk", "alias": "Desk", "password": "SecurePass123"}
    assert client.post(f"/accounts/{account.auth_id}/endpoints/new/", sent).status_code == 403
    assert not Endpoint.objects.exists()


@pytest.mark.parametrize("elsewhere", ["https://evil.test/", "//evil.test/", "/\\evil.test", "javascript:alert(1)"])
def test_nobody_is_led_elsewhere(elsewhere: str, alice: User) -> None:
    sent = {"login": alice.email, "password": PASSWORD, "next": elsewhere}
    assert Client().post("/user/login/", sent)["Location"] == "/"


def test_signing_out_takes_a_post(owner: Client) -> None:
    assert owner.get("/user/logout/").status_code == 200
    assert owner.get("/user/profile/").status_code == 200
    owner.post("/user/logout/")
    assert owner.get("/user/profile/").status_code == 302
