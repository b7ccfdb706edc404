"""The settings of an account's webhook: how its SBC proves itself, and what it is held to."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console import history
from console.views.base import AccountPage, Crumbs
from console.views.editing import AccountFormPage
from console.views.responses import SeeOther
from console.views.secret import ShowsOnce, see_once
from sip.models import AuthAttempt, WebhookAccess
from sip.services import webhook_rotate, webhook_secret_set, webhook_update
from sip.webhook_forms import PolicyForm, SecretForm

TOP = "webhook-settings"


class WebhookPage(AccountPage):
    """A page of the account's webhook settings."""

    current = TOP
    is_top = False

    def prepare(self, **kwargs: Any) -> None:
        """Find the account's access. Raises ``Http404``."""
        super().prepare(**kwargs)
        self.access = get_object_or_404(WebhookAccess, account=self.account)
        self.access.account = self.account

    def top_url(self) -> str:
        """The settings themselves."""
        return reverse(TOP, kwargs={"auth_id": self.account.auth_id})

    def crumbs(self) -> Crumbs:
        """The account, then the settings."""
        above = super().crumbs()
        return above if self.is_top else [*above, (_("Webhook"), self.top_url())]


class WebhookSettings(WebhookPage, AccountFormPage):
    """How to point an SBC here, and the policy; who may not change it reads it."""

    template_name = "sip/webhook.html"
    title = gettext_lazy("Webhook")
    action = "view"
    is_top = True
    form_class = PolicyForm

    def form_options(self) -> dict[str, Any]:
        """The stored policy."""
        return {"instance": self.access}

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Change the policy, where the role may. Raises ``PermissionDenied``."""
        self.demand("edit")
        return super().post(request, **kwargs)

    def save(self, form: PolicyForm) -> WebhookAccess:
        """Change it, on a copy as it is stored: the form has already written on the other."""
        return webhook_update(access=WebhookAccess.objects.get(pk=self.access.pk), **form.changes())

    def done(self, result: Any) -> HttpResponse:
        """Back here."""
        messages.success(self.request, _("Saved."))
        return SeeOther(self.top_url())

    def ask(self, form: Any, **extra: Any) -> HttpResponse:
        """The page."""
        secret_form = extra.pop("secret_form", None) or SecretForm(account=self.account)
        return self.render(
            form=form,
            secret_form=secret_form,
            submit_label=self.submit_label,
            back=self.top_url(),
            access=self.access,
            stored=WebhookAccess.objects.get(pk=self.access.pk) if form.is_bound else self.access,
            webhook_url=f"{settings.BASE_URL}/webhooks/auth",
            last_asked=AuthAttempt.objects.of(self.account).filter(via="webhook").first(),
            history=history.of_object(self.access),
            **extra,
        )


class WebhookSecret(WebhookSettings):
    """Keeps or forgets the secret that signatures are verified with; the page around it stays the same."""

    action = "edit"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Nothing to see but the settings."""
        return HttpResponseRedirect(self.top_url())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Keep what was pasted, or forget the present one."""
        if "forget" in request.POST:
            return self.keep("", _("The secret is forgotten: signatures are not verified any more."))
        form = SecretForm(request.POST, account=self.account)
        if not form.is_valid():
            return self.ask(self.form(), secret_form=form)
        return self.keep(form.cleaned_data["secret"], _("The secret is kept: every question must be signed from now."))

    def keep(self, secret: str, said: str) -> HttpResponse:
        """Call the service and go back."""
        webhook_secret_set(account=self.account, secret=secret)
        messages.success(self.request, said)
        return SeeOther(self.top_url())


class WebhookPassword(WebhookPage):
    """Asks, then makes a new password for the webhook."""

    template_name = "sip/webhook_password.html"
    title = gettext_lazy("New webhook password?")
    action = "edit"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The question."""
        return self.render(access=self.access, back=self.top_url())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Make it, and lead to the page that shows it once."""
        made = webhook_rotate(account=self.account)
        url = reverse("webhook-password-once", kwargs={"auth_id": self.account.auth_id})
        return see_once(url, request.user, {"username": made.username, "password": made.password})


class WebhookPasswordOnce(WebhookPage, ShowsOnce):
    """The new password, once."""

    template_name = "sip/webhook_password_once.html"
    gone_name = "sip/webhook_password_gone.html"
    title = gettext_lazy("New webhook password")

    def panel(self, content: dict[str, Any]) -> dict[str, Any]:
        """What is entered at the SBC."""
        rows = [
            ("webhook-url", _("Address"), f"{settings.BASE_URL}/webhooks/auth", False),
            ("webhook-username", _("Username"), content["username"], False),
            ("webhook-password", _("Password"), content["password"], True),
        ]
        return {"rows": rows, "back": self.top_url()}
