"""Inviting somebody by e-mail, and accepting: a link that works once and for three days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.models import Invitation, Membership, User
from accounts.operators import operator_create
from accounts.services import account_lock, member_set, token_digest
from console import audit, identifiers

LIFETIME = timedelta(days=3)


@transaction.atomic
def invitation_send(*, invitation: Invitation, invited_by: User) -> Invitation:
    """Invite an address; a former invitation of the same address ends. Raises ``ValidationError``."""
    account = account_lock(invitation.account_id)
    invitation.email = invitation.email.strip().lower()
    if Membership.objects.filter(account=account, user__email=invitation.email).exists():
        raise ValidationError({"email": ValidationError(_("This user is a member already."), code="member")})
    for former in Invitation.objects.filter(account=account, email=invitation.email, accepted_at=None):
        invitation_withdraw(invitation=former)
    plain = identifiers.token()
    invitation.digest, invitation.expires_at = token_digest(plain), timezone.now() + LIFETIME
    invitation.full_clean()
    invitation.save(force_insert=True)
    audit.record("invite", invitation, audit.creation(invitation))
    transaction.on_commit(lambda: _mail(invitation, plain, invited_by))
    return invitation


@transaction.atomic
def invitation_withdraw(*, invitation: Invitation) -> None:
    """End an invitation that nobody has accepted."""
    audit.deleted(invitation)
    invitation.delete()


def invitation_find(plain: str) -> Invitation | None:
    """The invitation that a link stands for, if it still works."""
    found = Invitation.objects.select_related("account__parent").filter(digest=token_digest(plain)).first()
    return found if found is not None and found.is_open else None


@transaction.atomic
def invitation_accept(*, invitation: Invitation, user: User) -> Membership:
    """Make ``user``, who holds the invited address, a member. Raises ``ValidationError`` where the link was used."""
    account_lock(invitation.account_id)
    fresh = Invitation.objects.filter(pk=invitation.pk).first()
    if fresh is None or not fresh.is_open or user.email != fresh.email:
        raise ValidationError(_("This invitation is no longer valid."), code="used")
    before = fresh.audited_values()
    fresh.accepted_at = timezone.now()
    fresh.save(update_fields=["accepted_at", "updated_at"])
    audit.changed(fresh, before)
    return member_set(account=fresh.account, user=user, role=fresh.role)


@transaction.atomic
def invitation_join(*, invitation: Invitation, name: str, password: str) -> User:
    """Create the invited person and make them a member. Raises ``ValidationError``."""
    account_lock(invitation.account_id)
    user = operator_create(user=User(email=invitation.email, name=name), password=password)
    invitation_accept(invitation=invitation, user=user)
    return user


def _mail(invitation: Invitation, plain: str, invited_by: User) -> None:
    link = f"{settings.BASE_URL}{reverse('invitation')}?{urlencode({'token': plain})}"
    context: dict[str, Any] = {
        "account": invitation.account.name,
        "link": link,
        "who": invited_by.get_full_name(),
        "expires_at": invitation.expires_at,
    }
    subject = _("You are invited to %(account)s") % {"account": invitation.account.name}
    text = render_to_string("accounts/email/invitation.txt", context)
    send_mail(" ".join(subject.split()), text, settings.DEFAULT_FROM_EMAIL, [invitation.email], fail_silently=False)
