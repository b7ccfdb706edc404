"""Writes on applications and endpoints: rules under the account's lock, everything in one transaction."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from accounts.services import account_lock, lock_anew
from console import audit, counters
from console.prepared import Bound, PreparedInstances
from endpoints.models import Application, Endpoint
from sip.models import Subscriber
from sip.services import holder_delete, holder_lock, password_set, subscriber_create, subscriber_update

POLICY_FIELDS = (
    "allow_voice", "allow_message", "allow_video", "allow_same_domain", "allow_other_domains", "allow_phones",
    "allow_apps",
)  # fmt: skip
FROM_DEFAULT: Any = object()  # no application was named: the account's default one


class InUse(ValidationError):
    """An application cannot go while endpoints call through it."""


@transaction.atomic
def endpoint_create(*, endpoint: Endpoint, password: str, use_default_application: bool = True) -> Endpoint:
    """Save a new endpoint with its subscriber. Raises ``ValidationError`` (code ``taken`` for its username)."""
    endpoint.account = account_lock(endpoint.account_id)
    endpoint.password = password
    renew_application(endpoint)
    if endpoint.application is None and use_default_application:
        endpoint.application = default_application(endpoint.account, endpoint.sub_account)
    refuse_above_limit(endpoint.account)
    endpoint.full_clean()
    endpoint.subscriber = subscriber_create(
        realm=endpoint.home_realm,
        username=endpoint.username,
        account=endpoint.audit_account(),
        kind=Endpoint.subscriber_kind,
        password=password,
        **subscriber_policy(endpoint),
    )
    endpoint.password = None
    endpoint.save(force_insert=True)
    audit.created(endpoint)
    return endpoint


@transaction.atomic
def endpoint_update(
    *, endpoint: Endpoint, password: str | None = None, overlap_minutes: int = 0, **changes: Any
) -> Endpoint:
    """Change an endpoint; ``password`` cuts its phones off unless the old one overlaps. Raises ``ValidationError``."""
    holder_lock(endpoint, "application", "sub_account")
    before = endpoint.audited_values()
    for name, value in changes.items():
        setattr(endpoint, name, value)
    if "application" in changes:
        renew_application(endpoint)
    endpoint.password = password
    endpoint.full_clean()
    endpoint.password = None
    endpoint.save()
    subscriber_update(subscriber=endpoint.subscriber, account=endpoint.audit_account(), **subscriber_policy(endpoint))
    audit.changed(endpoint, before)
    if password is not None:
        password_set(subscriber=endpoint.subscriber, password=password, overlap_minutes=overlap_minutes)
        audit.rotated(endpoint, overlap_minutes=[None, overlap_minutes])
    return endpoint


@transaction.atomic
def endpoint_delete(*, endpoint: Endpoint) -> None:
    """Delete an endpoint with its subscriber; its devices are unregistered at once."""
    holder_delete(holder=endpoint)


def renew_application(endpoint: Endpoint) -> None:
    """Read the endpoint's application under the account's lock: since it was chosen, it may have been disabled.

    Raises ``ValidationError`` where it was deleted.
    """
    if endpoint.application_id is None:
        return
    endpoint.application = Application.objects.filter(pk=endpoint.application_id).first()
    if endpoint.application is None:
        raise ValidationError({"application": ValidationError(_("Application not found"), code="not_found")})


def subscriber_policy(endpoint: Endpoint) -> dict[str, Any]:
    """What the webhook needs to know about the endpoint."""
    application = endpoint.application
    sid = application.application_sid if application is not None and application.enabled else None
    return {
        "enabled": endpoint.enabled,
        "application_sid": sid,
        **{name: getattr(endpoint, name) for name in POLICY_FIELDS},
    }


def refuse_above_limit(account: Account, *, adding: int = 1) -> None:
    """Raise ``ValidationError`` when ``adding`` endpoints are too many; the caller holds the account's lock."""
    limit = account.endpoint_limit
    if limit is not None and counters.total(Endpoint, account.pk) + adding > limit:
        raise ValidationError(
            _("The account's limit of %(limit)s endpoints is reached"), code="limit", params={"limit": limit}
        )


def default_application(account: Account, sub_account: Account | None) -> Application | None:
    """The default for new endpoints: the sub-account's own, else the main account's."""
    sub: dict[str, Any] = {"sub": sub_account.pk} if sub_account else {}
    chosen: Application | None = _default_application.first(bool(sub), main=account.pk, **sub)
    return chosen


def _build_default(has_sub_account: bool) -> QuerySet[Any]:
    main, whose = Bound("main", models.BigIntegerField()), models.Q(sub_account=None)
    if has_sub_account:
        whose |= models.Q(sub_account=Bound("sub", models.BigIntegerField()))
    defaults: QuerySet[Any] = Application.objects.filter(whose, account=main, default_endpoint_app=True)
    return defaults.order_by(models.F("sub_account").asc(nulls_last=True))[:1]


_default_application = PreparedInstances(_build_default)  # every new endpoint has one


@transaction.atomic
def application_create(*, application: Application) -> Application:
    """Save a new application; a new default for endpoints takes over from the former. Raises ``ValidationError``."""
    account_lock(application.account_id)
    yield_default(application)
    application.full_clean()
    application.save(force_insert=True)
    audit.created(application)
    return application


@transaction.atomic
def application_update(*, application: Application, **changes: Any) -> Application:
    """Change an application and what the webhook answers for its endpoints. Raises ``ValidationError``."""
    lock_anew(application)
    before = application.audited_values()
    for name, value in changes.items():
        setattr(application, name, value)
    yield_default(application)
    application.full_clean()
    application.save()
    entry = audit.changed(application, before)
    if entry is not None and {"enabled", "application_sid"} & set(entry.changes):
        sid = application.application_sid if application.enabled else None
        Subscriber.objects.filter(pk__in=application.endpoints.values("subscriber_id")).update(application_sid=sid)
    return application


@transaction.atomic
def application_delete(*, application: Application) -> None:
    """Delete an application. Raises ``InUse`` while endpoints use it."""
    lock_anew(application)
    if used := application.endpoints.count():
        raise InUse(_("Application is currently in use by %(count)s endpoints") % {"count": used}, code="in_use")
    audit.deleted(application)
    application.delete()


def yield_default(application: Application) -> None:
    """Take the endpoints' default from the application that has it, when ``application`` wants it."""
    if application.default_endpoint_app:
        Application.objects.filter(
            account=application.account_id, sub_account=application.sub_account_id, default_endpoint_app=True
        ).exclude(pk=application.pk).update(default_endpoint_app=False)
