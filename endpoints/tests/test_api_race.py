"""Many clients at once: one name is given once, a limit is never passed."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from accounts.services import account_update
from endpoints.models import Endpoint
from tests.vobiz import Api

CLIENTS = 20
NEW = {"username": "johndoe", "password": "SecurePass123", "alias": "Phone"}


@pytest.fixture
def racing(transactional_db: None, api: Api) -> Api:
    """A client whose account others see, as its rows are committed."""
    return api


def at_once(api: Api, bodies: list[dict[str, Any]]) -> Counter[int]:
    """Create from twenty threads; returns how often each status was answered."""

    def create(body: dict[str, Any]) -> int:
        try:
            status: int = api.post("Endpoint/", body).status_code
            return status
        finally:
            connections.close_all()

    with ThreadPoolExecutor(CLIENTS) as threads:
        return Counter(threads.map(create, bodies))


def test_one_name_is_given_once(racing: Api) -> None:
    assert at_once(racing, [NEW] * CLIENTS) == {201: 1, 409: CLIENTS - 1}
    assert Endpoint.objects.count() == 1


def test_a_limit_is_never_passed(racing: Api) -> None:
    account_update(account=racing.account, endpoint_limit=3)
    answers = at_once(racing, [{**NEW, "username": f"user{number}"} for number in range(CLIENTS)])
    assert answers == {201: 3, 400: CLIENTS - 3}
    assert Endpoint.objects.count() == 3
