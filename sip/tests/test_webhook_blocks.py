"""Sources that fail too often for one user are refused for a while; the user never is."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Account
from accounts.services import account_create
from console.models import AuditEntry, RateBucket
from sip.models import Block, Subscriber, WebhookAccess
from sip.tests.conftest import Logged
from sip.tests.sbc import Sbc, invite, make_subscriber, question
from sip.webhook import blocks

LIMIT = 3
WRONG = "not-the-password"


@pytest.fixture
def hasty(sbc: Sbc, company: Account, daveh: Subscriber) -> Sbc:
    """An SBC of an account that blocks after three failures, for two minutes."""
    WebhookAccess.objects.filter(account=company).update(block_after_failures=LIMIT, block_seconds=120)
    return sbc


def fail(sbc: Sbc, times: int = LIMIT, **given: str) -> list[int | None]:
    """Guess wrongly. Returns the blacklist seconds of each answer."""
    return [sbc.ask(question(**{"password": WRONG, **given})).get("blacklist") for _each in range(times)]


def test_the_failure_that_reaches_the_limit_is_told_the_blacklist_seconds(hasty: Sbc) -> None:
    assert fail(hasty) == [None, None, pytest.approx(119, abs=1)]


def test_a_blocked_source_is_refused_with_the_right_password_too(hasty: Sbc, logged: Logged) -> None:
    fail(hasty)
    answered = hasty.ask(question())
    assert (answered["status"], 0 < answered["blacklist"] <= 120) == ("fail", True)
    assert logged.last.reason == "blocked"


def test_the_user_comes_in_from_elsewhere(hasty: Sbc) -> None:
    fail(hasty)
    assert hasty.ask(question(source_address="198.51.100.9"))["status"] == "ok"


def test_other_users_come_in_from_the_same_source(hasty: Sbc, company: Account) -> None:
    make_subscriber(company, "jane")
    fail(hasty)
    assert hasty.ask(question("jane"))["status"] == "ok"


def test_a_user_that_does_not_exist_is_blocked_alike(hasty: Sbc) -> None:
    assert fail(hasty, username="nobody") == [None, None, pytest.approx(119, abs=1)]
    assert hasty.ask(question("nobody"))["blacklist"] > 0


@pytest.mark.parametrize("state", [{"enabled": False}, {"allowed_networks": ["192.0.2.0/24"]}])
def test_the_right_password_of_someone_who_is_refused_counts_as_a_wrong_one(
    hasty: Sbc, company: Account, state: dict[str, Any]
) -> None:
    make_subscriber(company, "erin", **state)
    answers = [hasty.ask(question("erin")).get("blacklist") for _each in range(LIMIT)]
    assert answers == [None, None, pytest.approx(119, abs=1)]


def test_attempts_at_somebody_elses_address_count(hasty: Sbc) -> None:
    answers = [hasty.ask(question(headers={"to": "<sip:jane@mycompany.com>"})) for _each in range(LIMIT)]
    assert answers[-1]["blacklist"] > 0


def test_the_case_of_the_username_makes_no_new_user(hasty: Sbc) -> None:
    fail(hasty, times=1, username="daveh")
    fail(hasty, times=1, username="DaveH")
    assert fail(hasty, times=1, username="DAVEH")[0] is not None


def test_calls_neither_count_nor_block_since_their_source_may_be_made_up(hasty: Sbc) -> None:
    answers = [hasty.ask(invite(password=WRONG)) for _each in range(2 * LIMIT)]
    assert (all("blacklist" not in answer for answer in answers), Block.objects.count()) == (True, 0)


def test_a_source_that_is_blocked_cannot_call_either(hasty: Sbc) -> None:
    fail(hasty)
    assert hasty.ask(invite())["status"] == "fail"


@pytest.mark.parametrize("given", [{"expires": -1}, {"algorithm": "AKAv1-MD5"}])
def test_what_makes_no_sense_is_no_guess(hasty: Sbc, given: dict[str, Any]) -> None:
    answers = [hasty.ask(question(**given)) for _each in range(2 * LIMIT)]
    assert all("blacklist" not in answer for answer in answers)


def test_without_a_source_nobody_is_blocked(hasty: Sbc) -> None:
    assert fail(hasty, times=2 * LIMIT, source_address="") == [None] * 2 * LIMIT


def test_a_success_in_between_does_not_start_the_count_anew(hasty: Sbc) -> None:
    fail(hasty, times=LIMIT - 1)
    hasty.ask(question())
    assert fail(hasty, times=1)[0] is not None


def test_zero_turns_it_off(hasty: Sbc) -> None:
    WebhookAccess.objects.update(block_after_failures=0)
    assert fail(hasty, times=2 * LIMIT) == [None] * 2 * LIMIT


def test_it_is_on_by_default(sbc: Sbc, daveh: Subscriber) -> None:
    assert [seconds is not None for seconds in fail(sbc, times=20)] == [False] * 19 + [True]


def test_a_block_ends_by_itself(hasty: Sbc) -> None:
    fail(hasty)
    Block.objects.update(until=timezone.now())
    assert hasty.ask(question())["status"] == "ok"


def test_failures_of_a_former_window_do_not_count(hasty: Sbc) -> None:
    fail(hasty, times=LIMIT - 1)
    RateBucket.objects.update(window=0)
    assert fail(hasty, times=1) == [None]


def test_who_fails_on_is_blocked_again_in_the_same_row(hasty: Sbc) -> None:
    fail(hasty)
    Block.objects.update(until=timezone.now())
    fail(hasty, times=1)
    assert Block.objects.get().until > timezone.now()


def test_lifting_gives_all_tries_back(hasty: Sbc) -> None:
    fail(hasty)
    blocks.lift(Block.objects.get())
    assert fail(hasty) == [None, None, pytest.approx(119, abs=1)]


def test_lifting_is_in_the_audit_trail(hasty: Sbc, company: Account) -> None:
    fail(hasty)
    blocks.lift(Block.objects.get())
    entry = AuditEntry.objects.filter(object_type="block").get()
    assert (entry.action, entry.account_id, entry.changes["source"]) == ("delete", company.pk, ["203.0.113.7", None])


def test_a_block_belongs_to_whom_it_concerns(hasty: Sbc, company: Account, daveh: Subscriber) -> None:
    fail(hasty)
    block = Block.objects.get()
    assert (block.account_id, block.main_account_id, block.subscriber_id) == (company.pk, company.pk, daveh.pk)


def test_the_platforms_sbc_blocks_nobody_in_a_realm_without_a_holder(hasty: Sbc, settings: Any) -> None:
    settings.WEBHOOK_USERNAME, settings.WEBHOOK_PASSWORD = "platform", "password"
    assert fail(Sbc("platform", "password"), times=21, realm="nobody.example") == [None] * 21


def test_the_policy_is_that_of_who_asks(hasty: Sbc, company: Account) -> None:
    sub = account_create(account=Account(name="Sub", parent=company), realm="sub.example").account
    make_subscriber(sub, "erin", "sub.example")
    assert fail(hasty, username="erin", realm="sub.example")[-1] is not None
