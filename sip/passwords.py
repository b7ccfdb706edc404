"""The rule for SIP passwords, and the generator that meets it."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MinLengthValidator
from django.utils.translation import gettext_lazy as _

from console.fields import validate_plain_text

MINIMUM_LENGTH = 8
MAXIMUM_LENGTH = 128
GENERATED_LENGTH = 20
ALPHABET = "".join(
    sign for sign in string.ascii_letters + string.digits if sign not in "0O1lI"
)  # read out on the phone

HELP_TEXT = _(
    "At least 8 characters; 12 or more with mixed case, numbers and symbols are better. It is never shown again."
)

validators: list[Callable[[str], None]] = [
    MinLengthValidator(MINIMUM_LENGTH, _("Password must be at least 8 characters")),
    MaxLengthValidator(MAXIMUM_LENGTH, _("Password must be at most 128 characters")),
    validate_plain_text,
]


def validate(password: object) -> None:
    """Refuse a password that breaks the rule. Raises ``ValidationError`` with the documented words."""
    if not isinstance(password, str):
        raise ValidationError(_("Not a valid string."), code="invalid")
    for validator in validators:
        validator(password)


def generate() -> str:
    """Return a random password of letters and digits that cannot be misread (about 116 bits)."""
    return "".join(secrets.choice(ALPHABET) for _position in range(GENERATED_LENGTH))
