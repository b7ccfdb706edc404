"""Whom the registrar shuts out, as an account's people see and lift it.

A source that is shut out for one user concerns that user's account. One that is shut out altogether concerns every
tenant: those whom it tried see it, and only the platform's staff lift it, or an attacker could do so as a customer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from accounts.models import Account
from console import audit
from sip import registrar
from sip.models import AuthAttempt, Block, Realm, Subscriber
from sip.registrar import RegistrarBlock, RegistrarUnreachable


@dataclass(frozen=True, slots=True)
class Seen:
    """A block, and whether the person may lift it."""

    block: RegistrarBlock
    may_lift: bool


@dataclass(frozen=True, slots=True)
class Blocks:
    """The blocks that somebody sees, or why the registrar did not tell."""

    seen: list[Seen]
    fault: str = ""


def seen_by(person: Any, account: Account) -> Blocks:
    """The registrar's blocks that concern the account, and for staff those that concern everybody."""
    try:
        found = registrar.current().blocks()
    except RegistrarUnreachable as error:
        return Blocks([], str(error))
    if not found:
        return Blocks([])
    own, is_staff = own_pairs(account, found), bool(person.is_staff)
    tried = sources_of(account, [block.source for block in found if not block.realm])
    return Blocks([
        Seen(block, may_lift=bool(block.key) and (is_staff or bool(block.realm)))
        for block in found
        if (block.realm, block.username) in own or (not block.realm and (is_staff or block.source in tried))
    ])  # fmt: skip


def own_pairs(account: Account, found: list[RegistrarBlock]) -> set[tuple[str, str]]:
    """The realms and names among the blocks that are the account's; a sub-account's are those of its subscribers."""
    pairs = {(block.realm, block.username) for block in found if block.realm}
    if not account.is_sub_account:
        family = Realm.objects.filter(Q(account=account) | Q(account__parent=account))
        names = set(family.filter(name__in={realm for realm, _name in pairs}).values_list("name", flat=True))
        return {pair for pair in pairs if pair[0] in names}
    known = Subscriber.objects.filter(account=account, username__in={each[1] for each in pairs})
    return pairs & set(known.values_list("realm__name", "username"))


def sources_for(subscriber: Subscriber) -> list[str]:
    """Which sources are shut out for a subscriber now; none where the registrar does not tell."""
    try:
        found = registrar.current().blocks()
    except RegistrarUnreachable:
        return []
    who = (subscriber.realm.name, subscriber.username_key)
    return [block.source for block in found if (block.realm, block.username.casefold()) == who]


def sources_of(account: Account, sources: list[str]) -> set[str]:
    """Which of these sources tried to get into the account lately."""
    if not sources:
        return set()
    tried = AuthAttempt.objects.of(account).filter(source__in=sources).order_by()
    return set(tried.values_list("source", flat=True).distinct())


def lift(person: Any, account: Account, key: str) -> bool:
    """Lift a block. Returns whether it stood. Raises ``PermissionDenied`` and ``RegistrarUnreachable``."""
    blocks = seen_by(person, account)
    if blocks.fault:
        raise RegistrarUnreachable(blocks.fault)
    seen = next((each for each in blocks.seen if each.block.key == key), None)
    if seen is None:
        return False
    if not seen.may_lift:
        raise PermissionDenied
    audit.record("lift", described(seen.block, account), {"until": [str(seen.block.until), None]})
    return registrar.current().lift_block(key)


def described(block: RegistrarBlock, account: Account) -> Block:
    """The block as the audit trail names one: it is no row of ours."""
    return Block(account_id=account.pk, realm=block.realm, username_key=block.username, source=block.source, failures=0)
