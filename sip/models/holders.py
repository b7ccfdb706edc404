"""What owns a subscriber: the base of endpoints, credentials and devices."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from console.models import ConsoleModel
from sip import passwords
from sip.models.subscribers import Realm, Subscriber, SubscriberKind


class HoldsSubscriber(ConsoleModel):
    """Base of what owns a subscriber: its password is checked by the rule and turned into hashes, never kept."""

    subscriber = models.OneToOneField(Subscriber, on_delete=models.CASCADE, related_name="+", editable=False)
    subscriber_kind: ClassVar[str]

    generated_fields: ClassVar[tuple[str, ...]] = ("subscriber",)
    password: str | None = None  # a new password on its way to the service; not a column
    is_username_checked = False  # set by who asked the database about many usernames at once; not a column

    class Meta:
        abstract = True

    def subscriber_realm(self, username: str | None = None) -> Realm:
        """The realm that this object's subscriber lives in; with a ``username``, who holds that there too."""
        raise NotImplementedError(self)

    @cached_property
    def home_realm(self) -> Realm:
        """``subscriber_realm()``, asked for once: a realm is settled for good."""
        return self.subscriber_realm()

    def clean(self) -> None:
        """Hold the password to its rule and the username to one holder in its realm. Raises ``ValidationError``."""
        errors: dict[str, Any] = {}
        for check in (super().clean, self._check_password, self._check_username):
            try:
                check()
            except ValidationError as error:
                errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)

    def _check_password(self) -> None:
        if self.password is None and not self._state.adding:
            return
        try:
            if not self.password:
                raise ValidationError(_("This field is required."), code="required")
            passwords.validate(self.password)
        except ValidationError as error:
            raise ValidationError({"password": error}) from error

    def _check_username(self) -> None:
        username: str = getattr(self, "username", "")
        is_asked = self._state.adding and not self.is_username_checked and getattr(self, "account_id", None) is not None
        if not is_asked or not self._is_well_formed(username):
            return
        holder_kind = self._holder_kind(username)
        if holder_kind is not None:
            raise ValidationError({"username": taken(holder_kind, self.subscriber_kind)})

    def _holder_kind(self, username: str) -> str | None:
        """What holds the username now; the first time, in the statement that finds the realm."""
        if "home_realm" not in self.__dict__:
            self.home_realm = self.subscriber_realm(username)
            return self.home_realm.holder_kind
        holders = Subscriber.objects.filter(realm=self.home_realm, username_key=username.casefold())
        return holders.values_list("kind", flat=True).first()

    def _is_well_formed(self, username: str) -> bool:
        try:
            self._meta.get_field("username").clean(username, self)  # type: ignore[union-attr]
        except ValidationError:
            return False  # the field says so itself; the database is not asked about it
        return True


HELD = {
    SubscriberKind.ENDPOINT: _("This username is already held by an endpoint"),
    SubscriberKind.CREDENTIAL: _("This username is already held by a credential"),
    SubscriberKind.DEVICE: _("This username is already held by a device"),
}


def taken(holder_kind: str, kind: str) -> ValidationError:
    """The error for a username that is in use, naming the kind of its holder when that is another one."""
    if holder_kind == kind:
        return ValidationError(_("This username already exists"), code="taken")
    params = {"kind": SubscriberKind(holder_kind).label}
    return ValidationError(HELD[SubscriberKind(holder_kind)], code="taken", params=params)
