"""The API tokens of an account: made, shown once, rotated with overlap, revoked."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import filters, forms, tables
from accounts.models import ApiToken
from accounts.services import token_create, token_revoke, token_rotate
from console import components
from console.panels import DATES, Choice, Fact, Panel
from console.sections import Words
from console.views.base import ObjectPage
from console.views.detail import DetailPage, ObjectAction
from console.views.editing import CreatePage, DeletePage, FormPage
from console.views.listing import ListPage
from console.views.secret import GivesSecret, SecretPage


class TokenList(ListPage):
    """Tokens, with when and from where each was last used."""

    table_class = tables.TokenTable
    filterset_class = filters.TokenFilters
    create_needs = "own"

    def rows(self) -> QuerySet[Any]:
        """With whom they act as."""
        return super().rows().select_related("user")


class TokenCreate(GivesSecret, CreatePage):
    """A new token; it is shown once."""

    action = "own"
    asks_proof = True
    form_class = forms.TokenForm

    def save(self, form: Any) -> tuple[ApiToken, str]:
        """Create it."""
        return token_create(token=form.instance)

    def done(self, result: Any) -> HttpResponse:
        """To its panel."""
        token, plain = result
        return self.hand_over(token, token=plain)


class TokenSecret(SecretPage):
    """A new token, once."""

    action = "own"

    def get_title(self) -> Words:
        """Which token."""
        return _("Token %(name)s") % {"name": self.object.name}

    def panel(self, content: dict[str, Any]) -> dict[str, Any]:
        """What a program needs."""
        return {
            "rows": [
                ("auth-id", "X-Auth-ID", self.account.auth_id, False),
                ("auth-token", "X-Auth-Token", content["token"], True),
            ]
        }


class TokenDetail(DetailPage):
    """One token."""

    template_name = "accounts/token.html"
    panels = (
        Panel(
            gettext_lazy("Token"),
            (
                Fact("name"),
                Fact("prefix", draw=components.identifier),
                Choice("scope"),
                Fact("user", gettext_lazy("Acts as")),
                Fact("expires_at", draw=components.moment),
                Fact("revoked_at", draw=components.moment),
            ),
        ),
        DATES,
    )
    actions = (
        ObjectAction("rotate", gettext_lazy("Rotate"), "arrow-path", needs="own", only_if="is_usable"),
        ObjectAction("delete", gettext_lazy("Revoke"), "no-symbol", needs="own", is_danger=True, only_if="!revoked_at"),
    )

    def get_title(self) -> Words:
        """Its name."""
        return str(self.object.name)

    def queryset(self) -> QuerySet[Any]:
        """With whom it acts as."""
        return super().queryset().select_related("user")

    def context(self, **extra: Any) -> dict[str, Any]:
        """Adds its state and its last use."""
        return super().context(**extra, use=tables.last_uses([self.object]).get(self.object.pk))


class TokenRotate(GivesSecret, ObjectPage, FormPage):
    """Another token in its place; the old one may live on for a while."""

    action = "own"
    asks_proof = True
    form_class = forms.TokenRotateForm
    submit_label = gettext_lazy("Rotate")

    def queryset(self) -> QuerySet[Any]:
        """Those that were not revoked."""
        return super().queryset().filter(revoked_at=None).select_related("account", "user")

    def get_title(self) -> Words:
        """Which token."""
        return _("New token in the place of %(name)s") % {"name": self.object}

    def back(self) -> str:
        """To the token."""
        return self.section.url("detail", self.account, self.object)

    def save(self, form: Any) -> tuple[ApiToken, str]:
        """Rotate it."""
        return token_rotate(token=self.object, overlap_minutes=form.cleaned_data["overlap_minutes"])

    def done(self, result: Any) -> HttpResponse:
        """To the new token's panel."""
        token, plain = result
        return self.hand_over(token, token=plain)


class TokenDelete(DeletePage):
    """Revoke a token."""

    action = "own"
    submit_label = gettext_lazy("Revoke")
    done_words = gettext_lazy("%(name)s was revoked.")

    def queryset(self) -> QuerySet[Any]:
        """Those that were not revoked."""
        return super().queryset().filter(revoked_at=None).select_related("account")

    def get_title(self) -> Words:
        """The question."""
        return _("Revoke %(name)s?") % {"name": self.object}

    def consequences(self) -> list[str]:
        """What stops."""
        return [_("Programs that use it are refused at once, and so are the sessions made from it.")]

    def remove(self) -> None:
        """Revoke it."""
        token_revoke(token=self.object)
