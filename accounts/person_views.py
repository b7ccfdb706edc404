"""The person's own pages: profile, colours, API tokens. Password, factors and sessions are django-allauth's pages."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import tables
from accounts.forms import OwnTokenForm, ProfileForm
from accounts.models import ApiToken, Theme, User
from accounts.operators import operator_update
from accounts.services import token_create, token_revoke
from console import handover, proof
from console.views.base import Crumbs, Page, find
from console.views.responses import SeeOther


class ThemeChange(Page):
    """Sets the person's colours."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Keep the choice and go back."""
        chosen, back = request.POST.get("theme", ""), request.POST.get("next", "")
        if chosen in Theme.values:
            self.person.theme = Theme(chosen)
            self.person.save(update_fields=["theme"])
        else:
            messages.error(request, _("There are no such colours."))
        return SeeOther(back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else "/")


class PersonForm(Page):
    """A form of the person's own."""

    template_name = "person/form.html"
    submit_label = gettext_lazy("Save")
    back_name = "profile"

    def form(self, data: Any = None) -> Any:
        """The form, bound when ``data`` was sent."""
        raise NotImplementedError

    def save(self, form: Any) -> HttpResponse:
        """Call the service and say where to go. Raises ``ValidationError``."""
        raise NotImplementedError

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The form."""
        return self.ask(self.form())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Save, or show the form again with what is wrong."""
        form = self.form(request.POST)
        if not form.is_valid():
            return self.ask(form)
        try:
            return self.save(form)
        except ValidationError as error:
            form.refuse(error)
        return self.ask(form)

    def ask(self, form: Any) -> HttpResponse:
        """Show the form."""
        back = reverse(self.back_name)
        return self.render(form=form, submit_label=self.submit_label, back=back, offers_another=False)


class ProfilePage(PersonForm):
    """Name, e-mail address, time zone. The address signs in: changing it asks for a proof."""

    current = "profile"
    title = gettext_lazy("Profile")

    def form(self, data: Any = None) -> ProfileForm:
        """Over a copy: the page itself is drawn for the person as stored."""
        return ProfileForm(data, instance=User.objects.get(pk=self.person.pk))

    def save(self, form: ProfileForm) -> HttpResponse:
        """Change the person."""
        changes = form.changes()
        if "email" in changes and not proof.is_recent(self.request):
            return proof.ask(self.request, back=self.request.path)
        operator_update(user=User.objects.get(pk=self.person.pk), **changes)
        messages.success(self.request, _("Saved."))
        return SeeOther(self.request.path)


class OwnTokenPage(Page):
    """A page about the person's own tokens."""

    current = "own-tokens"

    def rows(self) -> QuerySet[Any]:
        """The person's tokens, in whatever account."""
        return ApiToken.objects.filter(user=self.person).select_related("account")

    def crumbs(self) -> Crumbs:
        """The list."""
        return [(_("Your API tokens"), reverse("own-tokens"))]


class OwnTokenList(OwnTokenPage):
    """The person's tokens."""

    template_name = "person/tokens.html"
    title = gettext_lazy("Your API tokens")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The list."""
        tokens = list(self.rows()[:200])
        uses = tables.last_uses(tokens)
        return self.render(tokens=[(token, tables.token_state(token), uses.get(token.pk)) for token in tokens])

    def crumbs(self) -> Crumbs:
        """Nothing above."""
        return []


class OwnTokenCreate(OwnTokenPage, PersonForm):
    """A token that acts as oneself."""

    asks_proof = True
    title = gettext_lazy("New API token")
    submit_label = gettext_lazy("Create")
    back_name = "own-tokens"

    def form(self, data: Any = None) -> OwnTokenForm:
        """The form."""
        return OwnTokenForm(data, person=self.person)

    def save(self, form: OwnTokenForm) -> HttpResponse:
        """Create it, and hand its text to the page that shows it once."""
        token, plain = token_create(token=form.instance)
        url = reverse("own-token-secret", kwargs={"key": token.pk})
        response = SeeOther(url)
        handover.give(response, path=url, user=self.person, content={"token": plain})
        return response


class OneTokenPage(OwnTokenPage):
    """A page of one of the person's tokens."""

    object: Any

    def prepare(self, **kwargs: Any) -> None:
        """Find it. Raises ``Http404``."""
        super().prepare(**kwargs)
        self.object = find(self.rows(), "pk", str(kwargs["key"]))


class OwnTokenSecret(OneTokenPage):
    """The token, once."""

    template_name = "person/secret.html"

    def get_title(self) -> str:
        """Which token."""
        return _("Token %(name)s") % {"name": self.object.name}

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The panel, or a word that it is gone."""
        content = handover.take(request)
        if content is None:
            return self.render(template="person/secret_gone.html")
        rows = [
            ("auth-id", "X-Auth-ID", self.object.account.auth_id, False),
            ("auth-token", "X-Auth-Token", content["token"], True),
        ]
        response = self.render(rows=rows)
        handover.clear(response, path=request.path)
        return response


class OwnTokenRevoke(OneTokenPage):
    """Ends one of the person's tokens."""

    template_name = "generic/delete.html"
    asks_proof = True

    def rows(self) -> QuerySet[Any]:
        """Those that were not revoked."""
        return super().rows().filter(revoked_at=None)

    def get_title(self) -> str:
        """The question."""
        return _("Revoke %(name)s?") % {"name": self.object}

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The question."""
        consequences = [_("Programs that use it are refused at once, and so are the sessions made from it.")]
        return self.render(consequences=consequences, back=reverse("own-tokens"), submit_label=_("Revoke"))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Revoke it."""
        token_revoke(token=self.object)
        messages.success(request, _("%(name)s was revoked.") % {"name": self.object})
        return SeeOther(reverse("own-tokens"))
