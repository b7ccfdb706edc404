"""The base of every model, and the tables that belong to no single app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from console.fields import validate_plain_text
from console.querysets import ConsoleQuerySet

if TYPE_CHECKING:
    from collections.abc import Collection

    from accounts.models import Account


class Audited(models.Model):
    """What the audit trail asks of a model: its name outside, its account, and its values."""

    audited_fields: ClassVar[tuple[str, ...]] = ()
    public_id_field: ClassVar[str] = "pk"

    class Meta:
        abstract = True

    @property
    def public_id(self) -> str:
        """The identifier that the outside knows this row by."""
        return str(getattr(self, self.public_id_field))

    def audit_account(self) -> Account | None:
        """The account that this row belongs to, for the audit trail."""
        return getattr(self, "account", None)

    def audited_values(self) -> dict[str, Any]:
        """The values of the audited fields, plain enough for JSON. Never a secret."""
        return {name: _plain(getattr(self, name)) for name in self.audited_fields}


class ConsoleModel(Audited):
    """Timestamps, fields that never change after creation, and the values that the audit trail keeps."""

    immutable_fields: ClassVar[tuple[str, ...]] = ()
    generated_fields: ClassVar[tuple[str, ...]] = ()  # made by us at random: asking the database first proves nothing
    plain_fields: ClassVar[tuple[str, ...]] = ()  # what every door takes and shows as it is

    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects: ClassVar[models.Manager[Any]] = ConsoleQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save as usual; from then on the immutable fields are settled."""
        super().save(*args, **kwargs)
        self._remember()

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any]) -> Self:
        """Remember the stored values of the immutable fields, to compare with in ``clean``."""
        instance = super().from_db(db, field_names, values)
        instance._remember()
        return instance

    def _remember(self) -> None:
        loaded = self.__dict__
        self._stored = {name: loaded[name] for name in self._immutable_columns() if name in loaded}

    @classmethod
    def _immutable_columns(cls) -> list[str]:
        columns = cls.__dict__.get("_immutable_columns_cache")
        if columns is None:
            columns = [cls._meta.get_field(name).attname for name in cls.immutable_fields]  # type: ignore[union-attr]
            cls._immutable_columns_cache = columns
        return columns

    _stored: dict[str, Any]
    _immutable_columns_cache: ClassVar[list[str]]

    def clean(self) -> None:
        """Refuse a changed immutable field. Raises ``ValidationError``."""
        super().clean()
        stored = getattr(self, "_stored", {})
        names = dict(zip(self._immutable_columns(), self.immutable_fields, strict=True))
        if changed := [names[column] for column, value in stored.items() if getattr(self, column) != value]:
            message = ValidationError(_("This cannot be changed after creation."), code="immutable")
            raise ValidationError(dict.fromkeys(changed, message))

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """As Django does, but for related rows that were loaded from the database, and for what is settled for good.

        A name that was taken in under another setting (``ENDPOINT_NAMES``) does not stand in the way of other changes.
        """
        settled = () if self._state.adding else self.immutable_fields
        loaded = {
            field.name for field in self._meta.fields if field.is_relation and field.name in self._state.fields_cache
        }
        super().clean_fields({*(exclude or ()), *loaded, *settled, *self.generated_fields})

    def validate_unique(self, exclude: Collection[str] | None = None) -> None:
        """As Django does, but for the fields that we generate."""
        super().validate_unique({*(exclude or ()), *self.generated_fields})


def _plain(value: Any) -> Any:
    if isinstance(value, ConsoleModel):
        return value.public_id
    return value if isinstance(value, (str, int, float, bool, list, dict, type(None))) else str(value)


class AuditEntry(models.Model):
    """One write. Holds ids, not foreign keys: it outlives what it tells of. Only the retention command removes rows."""

    created_at = models.DateTimeField(_("when"), auto_now_add=True)
    account_id = models.BigIntegerField(null=True)
    main_account_id = models.BigIntegerField(null=True)
    actor_kind = models.CharField(_("actor"), max_length=16)
    actor_id = models.CharField(max_length=64, blank=True)
    actor_label = models.CharField(_("who"), max_length=254, blank=True)
    door = models.CharField(_("door"), max_length=16)
    request_id = models.CharField(_("request id"), max_length=64, blank=True)
    source = models.CharField(_("source address"), max_length=45, blank=True)
    action = models.CharField(_("action"), max_length=32)
    object_type = models.CharField(_("object type"), max_length=32)
    object_id = models.CharField(_("object id"), max_length=64)
    object_label = models.CharField(_("object"), max_length=200)
    changes = models.JSONField(_("changes"), encoder=DjangoJSONEncoder, default=dict)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("main_account_id", "-id"), name="audit_main_account"),
            models.Index(fields=("account_id", "-id"), name="audit_account"),
            models.Index(fields=("object_type", "object_id", "-id"), name="audit_object"),
        )

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.object_label}"


class AuditGate(models.Model):
    """A row here, inside a transaction, lets that transaction remove audit rows (see ``console.trail``)."""

    def __str__(self) -> str:
        return f"gate {self.pk}"


class RowCounter(models.Model):
    """How many rows a table holds for an account, kept by database triggers (see ``console.counters``)."""

    table = models.CharField(max_length=64)
    account_id = models.BigIntegerField()
    part_id = models.BigIntegerField(default=0)  # a sub-account's share of the account's rows; 0 is its own
    value = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("table", "account_id", "part_id"), name="row_counter_once"),)

    def __str__(self) -> str:
        return f"{self.table} of {self.account_id}/{self.part_id}: {self.value}"


class RateBucket(models.Model):
    """How much of a limit was used in the current window (see ``console.limiter``)."""

    key = models.CharField(max_length=128, primary_key=True)
    window = models.BigIntegerField()  # when it ends, in seconds since 1970
    used = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.key}: {self.used}"


class LastUse(models.Model):
    """When and from where something (an API token) was last used, written at most once a minute."""

    key = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField()
    source = models.CharField(max_length=45, blank=True)

    def __str__(self) -> str:
        return f"{self.key} at {self.at:%Y-%m-%d %H:%M}"


class CachedValue(models.Model):
    """What all processes remember together for a while (see ``console.shared_cache``)."""

    key = models.CharField(max_length=64, primary_key=True)  # SHA-256 of the cache's key
    value = models.TextField()  # JSON
    expires_at = models.FloatField(db_index=True)  # seconds since 1970

    def __str__(self) -> str:
        return f"{self.key[:8]} until {self.expires_at:.0f}"


class SavedFilter(models.Model):
    """What a person looks at often in one kind of list: its query string, under a name of their own."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="saved_filters"
    )
    section = models.CharField(_("list"), max_length=40)
    name = models.CharField(_("name"), max_length=60, validators=[validate_plain_text])
    query = models.CharField(_("query"), max_length=2000)
    is_default = models.BooleanField(_("shown first"), default=False)

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "section", "name"),
                name="saved_filter_once",
                violation_error_message=_("You have a saved filter of this name."),
            ),
            models.UniqueConstraint(
                fields=("user", "section"), condition=models.Q(is_default=True), name="saved_filter_one_default"
            ),
        )

    def __str__(self) -> str:
        return self.name
