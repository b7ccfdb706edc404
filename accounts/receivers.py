"""What people do on django-allauth's pages, in the audit trail: it writes past our services."""

from __future__ import annotations

from typing import Any

import structlog
from allauth.account.signals import password_changed, password_reset
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in, user_login_failed

from accounts.models import User
from console import audit
from console.middleware import source_address

logger = structlog.get_logger("console.sign_in")


def note_password(user: User, **_kwargs: Any) -> None:
    """A password was changed or reset."""
    audit.rotated(user)


def note_factor_added(user: User, authenticator: Any, **_kwargs: Any) -> None:
    """A second factor was set up."""
    audit.record("update", user, {"second_factor": [None, authenticator.type]})


def note_factor_removed(user: User, authenticator: Any, **_kwargs: Any) -> None:
    """A second factor was taken away."""
    audit.record("update", user, {"second_factor": [authenticator.type, None]})


def note_codes(user: User, authenticator: Any, **_kwargs: Any) -> None:
    """New recovery codes were made."""
    audit.record("rotate", user, {"second_factor": [authenticator.type, authenticator.type]})


def log_sign_in(request: Any, user: User, **_kwargs: Any) -> None:
    """Somebody signed in."""
    logger.info("signed_in", user=user.pk, source=source_address(request))


def log_refusal(request: Any = None, **_kwargs: Any) -> None:
    """Somebody did not; neither the address that was tried nor the password is kept."""
    logger.warning("sign_in_failed", source=source_address(request) if request is not None else "")


def connect() -> None:
    """Listen."""
    for signal in (password_changed, password_reset):
        signal.connect(note_password, dispatch_uid="accounts.password")
    authenticator_added.connect(note_factor_added, dispatch_uid="accounts.factor_added")
    authenticator_removed.connect(note_factor_removed, dispatch_uid="accounts.factor_removed")
    authenticator_reset.connect(note_codes, dispatch_uid="accounts.codes")
    user_logged_in.connect(log_sign_in, dispatch_uid="accounts.signed_in")
    user_login_failed.connect(log_refusal, dispatch_uid="accounts.refused")
