"""Accepting an invitation: the link moves its token out of the address, then asks who comes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts.forms import JoinForm
from accounts.invitations import invitation_accept, invitation_find, invitation_join
from accounts.models import Invitation, User
from accounts.pages import address
from console import limiter
from console.middleware import source_address
from console.views.responses import SeeOther

HELD = "invitation"  # in the session
MOST_PER_MINUTE = 30
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class InvitationPage(View):
    """What an invited person sees."""

    invitation: Invitation

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the invitation; the same words for every link that does not work."""
        decision = limiter.take(f"invitation:{source_address(request)}", limit=MOST_PER_MINUTE)
        if not decision.is_allowed:
            return self.closed(request, _("Too many tries. Wait a minute."), 429, decision.reset_seconds)
        if token := request.GET.get("token", ""):
            request.session[HELD] = token[:128]
            return HttpResponseRedirect(request.path)
        found = invitation_find(request.session.get(HELD, ""))
        if found is None:
            return self.closed(request, _("It was used, withdrawn, or has expired. Ask for a new one."), 410)
        self.invitation = found
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        return response

    def closed(self, request: HttpRequest, text: str, status: int, retry_seconds: int | None = None) -> HttpResponse:
        """The link does not work."""
        response = render(request, "accounts/invitation_closed.html", {"text": text}, status=status)
        if retry_seconds is not None:
            response["Retry-After"] = str(retry_seconds)
        return response

    def get(self, request: HttpRequest) -> HttpResponse:
        """The question."""
        return self.ask(request, JoinForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Accept: as who is signed in, or as a new person."""
        form = JoinForm(request.POST)
        try:
            if request.user.is_authenticated:
                invitation_accept(invitation=self.invitation, user=request.user)
            elif self.is_known:
                return self.ask(request, form)
            elif form.is_valid():
                user = invitation_join(invitation=self.invitation, **form.cleaned_data)
                login(request, user, backend=BACKEND)
            else:
                return self.ask(request, form)
        except ValidationError as error:
            form.is_valid()
            form.refuse(error)
            return self.ask(request, form)
        request.session.pop(HELD, None)
        messages.success(request, _("Welcome to %(account)s.") % {"account": self.invitation.account.name})
        return SeeOther(address(self.invitation.account))

    @property
    def is_known(self) -> bool:
        """Whether the invited address has an operator already, who has to sign in."""
        return User.objects.filter(email=self.invitation.email).exists()

    def ask(self, request: HttpRequest, form: JoinForm) -> HttpResponse:
        """Show what fits: accept as oneself, sign in first, another person is signed in, or join."""
        user = request.user
        context = {
            "invitation": self.invitation,
            "form": form,
            "is_self": user.is_authenticated and user.email == self.invitation.email,
            "is_other": user.is_authenticated and user.email != self.invitation.email,
            "is_known": self.is_known,
        }
        return render(request, "accounts/invitation.html", context)
