"""The pages of the accounts app: the way in, the accounts one may see, sub-accounts."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import filters, forms, tables
from accounts.models import Account
from accounts.pages import address
from accounts.sections import ACCOUNTS
from accounts.services import account_create, account_delete, account_update
from console import components
from console.panels import DATES, Choice, Fact, Panel
from console.views.base import LAST_ACCOUNT, Page
from console.views.bulk import BulkPage, disable, enable
from console.views.detail import DELETE, DISABLE, EDIT, ENABLE, DetailPage, ObjectAction
from console.views.editing import CreatePage, DeletePage, EditPage
from console.views.listing import Listing, ListPage
from console.views.secret import GivesSecret, SecretPage


class HomePage(Page):
    """The way in: to the account one was in last or the only one there is, else to the accounts."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Redirect."""
        seen = Account.objects.visible_to(self.person)
        last = seen.filter(auth_id=request.session.get(LAST_ACCOUNT, "")).first()
        own = last or only(seen.main()) or only(seen)
        several = "platform" if self.person.is_staff and seen.exists() else "accounts"
        return HttpResponseRedirect(address(own) if own else reverse(several))


def only(accounts: QuerySet[Any]) -> Any:
    """The one account there is; None for none and for several."""
    found = list(accounts[:2])
    return found[0] if len(found) == 1 else None


class AccountList(Listing):
    """Every account that one may see: the platform, for staff."""

    section = ACCOUNTS
    current = "accounts"
    table_class = tables.AccountTable
    filterset_class = filters.AccountFilters

    def rows(self) -> QuerySet[Any]:
        """What the person may see."""
        rows: QuerySet[Any] = Account.objects.visible_to(self.person).select_related("parent")
        return rows

    def list_context(self, request: HttpRequest) -> dict[str, Any]:
        """Staff of an empty installation are told how to begin."""
        begin = _("Create the first one with: manage.py create_account --name NAME") if self.person.is_staff else ""
        return super().list_context(request) | {"intro": begin}


class SubAccountList(ListPage):
    """Sub-accounts."""

    table_class = tables.SubAccountTable
    filterset_class = filters.SubAccountFilters
    create_needs = "own"
    bulk_actions = (
        enable(
            gettext_lazy("Their tokens work and their phones may register again."),
            lambda account: account_update(account=account, enabled=True),
        ),
        disable(
            gettext_lazy("Their API tokens and their phones are refused until they are enabled again."),
            lambda account: account_update(account=account, enabled=False),
        ),
    )


class SubAccountBulk(BulkPage):
    """Bulk actions of sub-accounts."""

    list_page = SubAccountList


OPEN = ObjectAction("open", gettext_lazy("Open this account"), "arrow-right-circle", needs="view")


class SubAccountDetail(DetailPage):
    """One sub-account, seen from its main account."""

    panels = (
        Panel(
            gettext_lazy("Identity"),
            (
                Fact("auth_id", draw=components.identifier),
                Fact("kazoo_id", draw=components.identifier),
                Fact("email"),
                Fact("phone"),
                Fact("description"),
            ),
        ),
        Panel(
            gettext_lazy("Use and limits"),
            (
                Choice("kyc_mode"),
                Choice("business_type"),
                Fact("rate_limit"),
                Fact("endpoint_limit"),
                Fact("credential_limit"),
                Fact("device_limit"),
                Fact("mfa_required", draw=components.flag),
            ),
        ),
        DATES,
    )
    actions = (
        OPEN,
        EDIT,
        DISABLE,
        ENABLE,
        ObjectAction("delete", DELETE.label, DELETE.icon, needs="own", is_danger=True),
    )

    def get_title(self) -> str:
        """Its name."""
        return str(self.object.name)

    def action_url(self, action: ObjectAction) -> str:
        """The sub-account's own overview, for "open"."""
        return address(self.object) if action is OPEN else super().action_url(action)


class SubAccountCreate(GivesSecret, CreatePage):
    """A new sub-account; its token is shown once."""

    action = "own"
    form_class = forms.SubAccountForm

    def save(self, form: Any) -> Any:
        """Create it."""
        return account_create(account=form.instance)

    def done(self, result: Any) -> HttpResponse:
        """To its token."""
        return self.hand_over(result.account, token=result.plain_token)


class SubAccountSecret(SecretPage):
    """A new sub-account's token, once."""

    action = "own"

    def get_title(self) -> str:
        """Whose token it is."""
        return _("%(name)s was created") % {"name": self.object.name}

    def panel(self, content: dict[str, Any]) -> dict[str, Any]:
        """What its program needs."""
        return {
            "rows": [
                ("auth-id", "X-Auth-ID", self.object.auth_id, False),
                ("auth-token", "X-Auth-Token", content["token"], True),
            ]
        }


class SubAccountEdit(EditPage):
    """Change a sub-account."""

    form_class = forms.SubAccountForm

    def save(self, form: Any) -> Any:
        """Change it."""
        return account_update(account=self.fresh(), **form.changes())


class SubAccountDelete(DeletePage):
    """Delete a sub-account."""

    action = "own"

    def consequences(self) -> list[str]:
        """What goes and what stays."""
        return [
            _("Its API tokens stop working."),
            _("Its credentials and devices are deleted; their phones are refused."),
            _("Its endpoints and applications return to %(main)s.") % {"main": self.account.name},
        ]

    def to_type(self) -> str:
        """Its id: a whole tenant goes."""
        return str(self.object.auth_id)

    def remove(self) -> None:
        """Delete it."""
        account_delete(account=self.object)
