"""Writes on the people who sign in: each in one transaction, with its audit row."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from accounts.services import member_remove
from console import audit


@transaction.atomic
def operator_create(*, user: User, password: str | None = None) -> User:
    """Save a new operator; without a password, one who signs in by invitation or reset. Raises ``ValidationError``."""
    password_put(user, password)
    user.full_clean(exclude=["password"])
    user.save(force_insert=True)
    audit.created(user)
    return user


@transaction.atomic
def operator_update(*, user: User, password: str | None = None, **changes: Any) -> User:
    """Change an operator; a new password ends their sessions. Raises ``ValidationError``."""
    before = user.audited_values()
    for name, value in changes.items():
        setattr(user, name, value)
    if password is not None:
        password_put(user, password)
    user.full_clean(exclude=["password"])
    user.save()
    audit.changed(user, before)
    if password is not None:
        audit.rotated(user)
    if before["email"] != user.email:
        email_moved(user, former=str(before["email"]))
    return user


def email_moved(user: User, *, former: str) -> None:
    """End the former address as a way to sign in, and tell it so."""
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    subject = _("Your e-mail address was changed")
    text = _("You sign in to Console with %(email)s from now on. If that was not you, tell your administrator.")
    body = text % {"email": user.email}
    transaction.on_commit(lambda: send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [former]))


@transaction.atomic
def operator_delete(*, user: User) -> None:
    """Delete an operator with their memberships and tokens. Raises ``ValidationError`` for an account's last owner."""
    for membership in Membership.objects.filter(user=user).select_related("account", "user"):
        member_remove(membership=membership)
    audit.deleted(user)
    user.delete()


def password_put(user: User, password: str | None) -> None:
    """Hash a password that meets the rules; None stands for none that signs in. Raises ``ValidationError``."""
    if password is not None:
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise ValidationError({"password": error}) from error
    user.set_password(password)
