"""Members of an account and their roles; invitations of those who are not members yet."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import filters, forms, tables
from accounts.invitations import invitation_send, invitation_withdraw
from accounts.models import Invitation, Membership
from accounts.sections import INVITATIONS
from accounts.services import member_remove, member_set
from console import components
from console.panels import DATES, Choice, Fact, Panel
from console.sections import Words
from console.views.detail import DetailPage, ObjectAction
from console.views.editing import CreatePage, DeletePage, EditPage
from console.views.listing import ListPage
from console.views.responses import SeeOther

REMOVE = ObjectAction("delete", gettext_lazy("Remove"), "user-minus", needs="own", is_danger=True)


class MemberList(ListPage):
    """Who belongs to the account; in a sub-account also who belongs to its main account, and so is there too.

    Those are listed only: they are changed where they are members.
    """

    table_class = tables.MemberTable
    filterset_class = filters.MemberFilters
    create_needs = ""

    def rows(self) -> QuerySet[Any]:
        """With their people and the account that they are members of."""
        ids = (self.account.pk, self.account.main_id)
        return Membership.objects.filter(account_id__in=ids).select_related("user", "account")

    def known_count(self) -> int:
        """Counted: they are few."""
        return int(self.rows().count())

    def list_context(self, request: HttpRequest) -> dict[str, Any]:
        """A new member is invited."""
        invite = INVITATIONS.url("create", self.account) if self.may("own") else ""
        return super().list_context(request) | {"create_url": invite, "create_label": _("Invite a member")}


class MemberPage:
    """What the pages of one member have in common."""

    def queryset(self) -> QuerySet[Any]:
        """With the person."""
        rows: QuerySet[Any] = super().queryset().select_related("user", "account")  # type: ignore[misc]
        return rows


class MemberDetail(MemberPage, DetailPage):
    """One member."""

    template_name = "accounts/plain_detail.html"
    panels = (
        Panel(
            gettext_lazy("Member"),
            (Fact("user.name", gettext_lazy("Name")), Fact("user.email", gettext_lazy("E-mail")), Choice("role")),
        ),
        DATES,
    )
    actions = (ObjectAction("edit", gettext_lazy("Change role"), "pencil-square", needs="own", key="e"), REMOVE)

    def get_title(self) -> Words:
        """Their name."""
        return str(self.object.user.get_full_name())


class MemberEdit(MemberPage, EditPage):
    """Another role."""

    action = "own"
    asks_proof = True
    form_class = forms.MemberForm

    def get_title(self) -> Words:
        """Whose role."""
        return _("Role of %(name)s") % {"name": self.object.user.get_full_name()}

    def save(self, form: Any) -> Membership:
        """Change it. Raises ``ValidationError`` for the last owner."""
        return member_set(account=self.account, user=self.object.user, role=form.cleaned_data["role"])


class MemberDelete(MemberPage, DeletePage):
    """Remove a member."""

    action = "own"
    submit_label = gettext_lazy("Remove")
    done_words = gettext_lazy("%(name)s was removed.")

    def get_title(self) -> Words:
        """The question."""
        return _("Remove %(name)s?") % {"name": self.object.user.get_full_name()}

    def consequences(self) -> list[str]:
        """What ends."""
        return [_("They no longer see this account."), _("Their API tokens for this account stop working.")]

    def remove(self) -> None:
        """Remove them."""
        member_remove(membership=self.object)


class InvitationList(ListPage):
    """Who was invited."""

    table_class = tables.InvitationTable
    filterset_class = filters.InvitationFilters
    create_needs = "own"


class InvitationCreate(CreatePage):
    """Invite somebody by e-mail."""

    action = "own"
    asks_proof = True
    form_class = forms.InvitationForm
    submit_label = gettext_lazy("Send the invitation")

    def save(self, form: Any) -> Invitation:
        """Send it."""
        return invitation_send(invitation=form.instance, invited_by=self.person)

    def done(self, result: Any) -> HttpResponse:
        """To the list."""
        messages.success(self.request, _("%(email)s was invited.") % {"email": result.email})
        return SeeOther(self.section.url("list", self.account))


class InvitationDetail(DetailPage):
    """One invitation."""

    template_name = "accounts/plain_detail.html"
    panels = (
        Panel(
            gettext_lazy("Invitation"),
            (
                Fact("email"),
                Choice("role"),
                Fact("expires_at", draw=components.moment),
                Fact("accepted_at", draw=components.moment),
            ),
        ),
        DATES,
    )
    actions = (
        ObjectAction(
            "delete", gettext_lazy("Withdraw"), "no-symbol", needs="own", is_danger=True, only_if="!accepted_at"
        ),
    )


class InvitationDelete(DeletePage):
    """Withdraw an invitation."""

    action = "own"
    submit_label = gettext_lazy("Withdraw")
    done_words = gettext_lazy("The invitation of %(name)s was withdrawn.")

    def queryset(self) -> QuerySet[Any]:
        """Those that nobody has accepted."""
        return super().queryset().filter(accepted_at=None)

    def get_title(self) -> Words:
        """The question."""
        return _("Withdraw the invitation of %(email)s?") % {"email": self.object.email}

    def consequences(self) -> list[str]:
        """What ends."""
        return [_("The link in the e-mail stops working.")]

    def remove(self) -> None:
        """Withdraw it."""
        invitation_withdraw(invitation=self.object)
