"""Model fields that carry a naming rule: its pattern, message and code. The rule is written here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.forms import Field as FormField
from django.utils.deconstruct import deconstructible
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@deconstructible
class SettledRegexValidator:
    """A ``RegexValidator`` whose pattern is asked for when it runs, since a setting may relax it."""

    code = "pattern"

    def __init__(self, field: PatternField) -> None:
        self.field = field

    def __call__(self, value: object) -> None:
        """Raise ``ValidationError`` unless the whole value fits the pattern."""
        RegexValidator(rf"\A(?:{self.field.pattern})\Z", str(self.field.message), code=self.code)(value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SettledRegexValidator) and type(other.field) is type(self.field)

    def __hash__(self) -> int:
        return hash(type(self.field))


class PatternField(models.CharField[str, str]):
    """A ``CharField`` with one pattern and one message; forms, serializers and the API schema read both from here."""

    pattern: str
    message: str | Promise

    @cached_property
    def validators(self) -> list[Callable[[Any], None]]:
        """The character rule first, so that it is the first thing said, then the length."""
        return [SettledRegexValidator(self), *super().validators]

    def deconstruct(self) -> Any:
        """Keep the rule out of migrations: it changes without the schema changing."""
        name, _path, args, kwargs = super().deconstruct()
        kwargs.pop("validators", None)
        kwargs.pop("help_text", None)
        return name, "django.db.models.CharField", args, kwargs

    def formfield(self, *args: Any, **kwargs: Any) -> FormField | None:
        """Give the browser the same pattern and words."""
        field = super().formfield(*args, **kwargs)
        if field is not None:
            field.widget.attrs |= {"pattern": self.pattern.replace("_-]", r"_\-]"), "title": str(self.message)}
        return field


class EndpointUsernameField(PatternField):
    """A SIP endpoint's username: letters and digits; ``ENDPOINT_NAMES=relaxed`` also takes ``_`` and ``-``."""

    @property
    def pattern(self) -> str:  # type: ignore[override]
        """The pattern in force, unanchored."""
        return "[A-Za-z0-9_-]+" if settings.ENDPOINT_NAMES == "relaxed" else "[A-Za-z0-9]+"

    @property
    def message(self) -> str | Promise:  # type: ignore[override]
        """What to say when the pattern is not met."""
        if settings.ENDPOINT_NAMES == "relaxed":
            return _("Only letters, numbers, hyphens and underscores are allowed")
        return _("Only alphanumeric characters are allowed")


class AliasField(PatternField):
    """A friendly name of letters, digits, ``-`` and ``_``; relaxed, also spaces and the punctuation of the examples."""

    @property
    def pattern(self) -> str:  # type: ignore[override]
        """The pattern in force, unanchored."""
        return r"[\w .,'&()+/#@:-]+" if settings.ENDPOINT_NAMES == "relaxed" else "[A-Za-z0-9_-]+"

    @property
    def message(self) -> str | Promise:  # type: ignore[override]
        """What to say when the pattern is not met."""
        if settings.ENDPOINT_NAMES == "relaxed":
            return _("Only letters, numbers, spaces and simple punctuation are allowed")
        return _("Only letters, numbers, hyphens and underscores are allowed")


class CredentialUsernameField(PatternField):
    """A trunk credential's username: letters, digits, ``_`` and ``-``."""

    pattern = "[A-Za-z0-9_-]+"
    message = _("Only letters, numbers, hyphens and underscores are allowed")


class RealmField(PatternField):
    """A SIP realm: a lower-case DNS name."""

    pattern = r"(?=.{4,253}\Z)[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_](?:[a-z0-9_-]{0,62}))*"
    message = _("Enter a domain name in lower case, such as sip.example.com")


def validate_plain_text(value: object) -> None:
    """Refuse NUL and other control characters and lone surrogates, which no database column or phone takes."""
    if isinstance(value, str) and any(
        (ord(sign) < 32 and sign not in "\t\r\n") or "\ud800" <= sign <= "\udfff" for sign in value
    ):
        raise ValidationError(_("Control characters are not allowed"), code="control_characters")
