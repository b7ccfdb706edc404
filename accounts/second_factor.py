"""The second factor as it is kept and taken here: seeds are sealed, and a code counts once."""

from __future__ import annotations

from typing import Any

from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.core.cache import cache

from accounts.sign_in_forms import PlainWords
from console.sealing import seal, unseal


class SecondFactorAdapter(DefaultMFAAdapter):
    """Seals what codes are computed from."""

    def encrypt(self, text: str) -> str:
        """Seal the seed of TOTP or recovery codes."""
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open it. Raises ``Unsealable``."""
        return unseal(encrypted_text)


class CountsOnce:
    """A code that was taken is refused for as long as a phone's clock may still show it.

    The library forgets a used code after one step of 30 seconds, while it takes codes one step early and late.
    """

    user: Any

    def clean_code(self) -> str:
        """The code, if it is right and new. Raises ``ValidationError`` with the same words for both."""
        code = str(super().clean_code())  # type: ignore[misc]
        seconds = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
        digits = "".join(filter(str.isalnum, code))
        if not cache.add(f"second factor of {self.user.pk}: {digits}", True, timeout=seconds):
            raise SecondFactorAdapter().validation_error("incorrect_code")
        return code


class SignInForm(PlainWords, CountsOnce, AuthenticateForm):
    """The code that completes a sign-in."""


class ProofForm(PlainWords, CountsOnce, ReauthenticateForm):
    """The code that proves before a dangerous act who one is."""


class EnrolmentForm(PlainWords, CountsOnce, ActivateTOTPForm):
    """The first code of a new authenticator."""
