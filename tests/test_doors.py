"""One rule, every door: each rule at each door is refused alike, with the same words. What is missing here fails."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Account
from console.fields import PatternField
from sip.models import HoldsSubscriber, SubscriberKind
from tests.doors import DOORS, Values, World
from tests.rules import ALPHANUMERIC, DOORS_OF, GOOD, NAME, RULES, TOO_SHORT, Rule
from tests.tenants import own_models

pytestmark = pytest.mark.django_db


CASES = [
    pytest.param(rule, door, id=f"{rule.name} at {door}")
    for rule in RULES
    for door in rule.doors or DOORS_OF[rule.kind]
]


def values_for(rule: Rule, world: World) -> Values:
    values = {**GOOD[rule.kind], **rule.tried}
    if rule.kind == "account" and "realm" not in rule.tried:
        values["parent"] = world.account
    return values


@pytest.mark.parametrize(("rule", "door"), CASES)
def test_the_rule_is_refused_in_the_same_words(rule: Rule, door: str, world: World, settings: Any) -> None:
    for name, value in rule.settings.items():
        setattr(settings, name, value)
    rule.before(world)
    world.account.refresh_from_db()
    assert DOORS[door](world, rule.kind, values_for(rule, world)) == {rule.field_name: [rule.words]}


@pytest.mark.parametrize(("kind", "door"), [(kind, door) for kind in GOOD for door in DOORS_OF[kind]])
def test_what_breaks_no_rule_is_made(kind: str, door: str, world: World) -> None:
    values = {**GOOD[kind], **({"parent": world.account} if kind == "account" else {})}
    assert DOORS[door](world, kind, values) == {}


@pytest.mark.parametrize("door", ["service", "page", "admin", "vobiz", "csv"])
def test_all_that_is_wrong_is_said_at_once(door: str, world: World) -> None:
    wrong = {"username": "al ice", "alias": "a b", "password": "short"}
    told = DOORS[door](world, "endpoint", wrong)
    assert told == {"username": [ALPHANUMERIC], "alias": [NAME], "password": [TOO_SHORT]}


# --- what must be in the table ----------------------------------------------------------------------------------------


def rules_that_models_carry() -> set[tuple[str, str]]:
    """What the models say about themselves: names that have a pattern, and SIP passwords."""
    patterned = {
        (found._meta.model_name or "", column.name)
        for found in own_models()
        for column in found._meta.fields
        if isinstance(column, PatternField)
    }
    holders = [found for found in own_models() if issubclass(found, HoldsSubscriber)]
    return patterned | {(found._meta.model_name or "", "password") for found in holders}


def test_every_rule_of_every_model_is_in_the_table() -> None:
    renamed = {("account", "realm"): ("realm", "name")}
    covered = {(rule.kind, rule.field_name) for rule in RULES}
    assert rules_that_models_carry() - {renamed.get(pair, pair) for pair in covered} == set()


def test_every_limit_of_an_account_is_in_the_table() -> None:
    limits = {column.name for column in Account._meta.fields if column.name.endswith("_limit")} - {"rate_limit"}
    assert {name.replace("_", " ") for name in limits} - {rule.name for rule in RULES} == set()


@pytest.mark.parametrize("kind", SubscriberKind.values)
@pytest.mark.parametrize("way", ["taken", "held by"])
def test_every_kind_of_subscriber_has_its_ways_of_being_taken_in_the_table(kind: str, way: str) -> None:
    assert any(rule.name.startswith(f"{kind} username {way}") for rule in RULES)


def test_every_door_is_in_the_table() -> None:
    assert {door for rule in RULES for door in rule.doors or DOORS_OF[rule.kind]} == set(DOORS)
