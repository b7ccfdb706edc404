"""The people who sign in: known by their e-mail address."""

from __future__ import annotations

from typing import Any, ClassVar
from zoneinfo import available_timezones

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from console.models import Audited


class Theme(models.TextChoices):
    """Which colours the pages take."""

    SYSTEM = "system", _("As the system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


def validate_time_zone(value: str) -> None:
    """Refuse what is not an IANA time zone."""
    if value not in available_timezones():
        raise ValidationError(_("Unknown time zone"), code="time_zone")


class UserManager(BaseUserManager["User"]):
    """Makes users; e-mail addresses are kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create an operator who may sign in; without a password, only by invitation or reset."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a member of the platform's staff with all rights in the Django admin."""
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})

    def get_by_natural_key(self, username: str | None) -> User:
        """Look a user up by e-mail address, whatever its case."""
        return self.get(email=(username or "").lower())


class User(Audited, AbstractBaseUser, PermissionsMixin):
    """An operator (member of accounts) or a member of the platform's staff."""

    audited_fields = ("email", "name", "is_active", "is_staff")

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=128, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(
        _("platform staff"), default=False, help_text=_("Sees every account and the Django admin.")
    )
    date_joined = models.DateTimeField(_("created"), default=timezone.now)
    theme = models.CharField(_("colours"), max_length=8, choices=Theme.choices, default=Theme.SYSTEM)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_time_zone])

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = (models.UniqueConstraint(Lower("email"), name="user_email_any_case"),)

    def __str__(self) -> str:
        return self.email

    def clean(self) -> None:
        """Keep the e-mail address in lower case."""
        super().clean()
        self.email = self.email.lower()

    def get_full_name(self) -> str:
        """The name, or the address of who has none."""
        return self.name or self.email

    def get_short_name(self) -> str:
        """The first word of the name, or the address."""
        return self.name.split(" ")[0] if self.name else self.email
