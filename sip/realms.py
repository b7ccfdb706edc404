"""Which realm an account's subscribers live in: settled when the account is created, for good."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from console.prepared import Bound, PreparedInstances
from sip.models import Realm


def provision(account: Account, own_realm: str | None) -> Realm:
    """Create the account's realms; returns the one for credentials and devices. Raises ``ValidationError``.

    ``own_realm`` (the customer's domain) serves both kinds. Without it, credentials and devices live in
    ``{auth_id}.SIP_DOMAIN``, and a main account's endpoints in SIP_DOMAIN while no account holds it.
    """
    if own_realm is not None:
        return _create(account, own_realm.strip().rstrip("."), for_endpoints=not account.is_sub_account)
    has_domain = account.is_sub_account or _takes_platform_domain(account)
    return _create(account, f"{account.auth_id}.{settings.SIP_DOMAIN}", for_endpoints=not has_domain)


def _takes_platform_domain(account: Account) -> bool:
    """Make SIP_DOMAIN the account's, unless another has it; of two accounts at the same moment one gets it."""
    if Realm.objects.filter(name=settings.SIP_DOMAIN).exists():
        return False
    try:
        with transaction.atomic():
            Realm(account=account, name=settings.SIP_DOMAIN, shown_as=settings.SIP_DOMAIN, serves_endpoints=True).save()
    except IntegrityError:
        return False
    return True


def _create(account: Account, shown_as: str, *, for_endpoints: bool) -> Realm:
    realm = Realm(
        account=account, name=shown_as.lower(), shown_as=shown_as, serves_trunks=True, serves_endpoints=for_endpoints
    )
    try:
        realm.full_clean()
    except ValidationError as error:
        words = error.message_dict.get("name") or error.messages
        raise ValidationError({"realm": words}) from error
    realm.save()
    return realm


def for_endpoints(account: Account, username: str | None = None) -> Realm:
    """The realm of the endpoints of ``account``, or of its main account. Raises ``ValidationError``.

    With a ``username``, who holds it there is asked in the same statement.
    """
    return _wanted("serves_endpoints", account.main_id, username)


def for_trunks(account: Account, username: str | None = None) -> Realm:
    """The same for the account's own credentials and devices."""
    return _wanted("serves_trunks", account.pk, username)


def for_device(account_id: int, name: str, username: str) -> Realm | None:
    """The account's realm of that name; of no name, the one that its devices live in. ``username`` is asked for too."""
    return _found("name" if name else "serves_trunks", account_id, username, name=name.lower())


def _wanted(use: str, account_id: int, username: str | None) -> Realm:
    realm = _found(use, account_id, username)
    if realm is None:
        raise ValidationError(_("This account has no realm."), code="no_realm")
    return realm


def _found(wanted: str, account_id: int, username: str | None, **values: Any) -> Realm | None:
    key = (username or "").casefold()
    realm: Realm | None = _realms.first(wanted, username is not None, account_id=account_id, key=key, **values)
    return realm


def _build(wanted: str, asks_for_holder: bool) -> QuerySet[Realm]:
    """Realms; where it is asked, with who holds a username in each, if anybody does: ``holder_id``, ``holder_kind``."""
    value = Bound("name", models.CharField()) if wanted == "name" else True
    owner = Bound("account_id", models.BigIntegerField())
    rows: QuerySet[Any] = Realm.objects.filter(**{wanted: value}, account_id=owner)
    if asks_for_holder:
        key = Bound("key", models.CharField())
        holder = models.FilteredRelation("subscribers", condition=models.Q(subscribers__username_key=key))
        rows = rows.annotate(holder=holder)
        rows = rows.annotate(holder_id=models.F("holder__id"), holder_kind=models.F("holder__kind"))
    return rows.order_by("pk")[:1]


_realms = PreparedInstances(_build)  # every new subscriber needs one
