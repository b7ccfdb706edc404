"""What an account asks of its people."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import PolicyForm
from accounts.models import Account, Membership
from accounts.services import account_update
from console import proof
from console.views.base import AccountPage
from console.views.responses import SeeOther


class PolicyPage(AccountPage):
    """The security policy: everybody reads it, owners change it."""

    template_name = "accounts/policy.html"
    current = "policy"
    title = gettext_lazy("Security policy")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The policy as it is."""
        return self.ask(PolicyForm(instance=self.account, account=self.account))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Change it."""
        if not self.may("own"):
            raise PermissionDenied
        if not proof.is_recent(request):
            return proof.ask(request, back=request.path)
        stored = Account.objects.select_related("parent").get(pk=self.account.pk)
        form = PolicyForm(request.POST, instance=self.account, account=self.account)
        if not form.is_valid():
            return self.ask(form)
        account_update(account=stored, **form.changes())
        messages.success(request, _("Saved."))
        return SeeOther(request.path)

    def ask(self, form: PolicyForm) -> HttpResponse:
        """The page, with how many members have a second factor."""
        if not self.may("own"):
            form.fields["mfa_required"].disabled = True
        members = Membership.objects.filter(account__in=[self.account.pk, self.account.main_id])
        people = members.values("user").distinct()
        return self.render(
            form=form,
            people=people.count(),
            with_factor=people.filter(user__authenticator__type__in=("totp", "webauthn")).count(),
        )
