"""The pages of hand-over links: the one that a phone opens, and those of the account."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from bulk import services as jobs
from bulk.sheets import MOST_CARDS
from bulk.views import JobAction
from console.middleware import source_address
from console.sections import Words
from console.views.bulk import BulkAction, BulkPage
from console.views.editing import FormPage
from console.views.listing import ListPage
from console.views.responses import SeeOther
from console.views.secret import GivesSecret, SecretPage
from handover import filters, formats, forms, services, tables
from handover.holders import HOLDERS
from handover.models import LinkState
from sip.connecting import Connection, qr_code, snippets


class Opening(View):
    """What opens links: no sign-in, nothing cached, the address told to nobody."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Add the headers."""
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        response["Referrer-Policy"] = "same-origin"  # under "no-referrer", browsers post with "Origin: null"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    def opened(self, token: str) -> tuple[Connection, str]:
        """Open the link. Raises ``NotOpened`` or ``TooManyMisses``."""
        found = services.link_open(token=token, source=source_address(self.request))
        name = found.pop("name", "")
        return Connection(**found), name


class OpenPage(Opening):
    """Shows the settings to who presses the button. Looking opens nothing: chat programs look at links too."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """A button; the token is behind the # of the address, where a script takes it from."""
        return render(request, "handover/open.html", {"title": _("Connect a phone")})

    def post(self, request: HttpRequest) -> HttpResponse:
        """The settings, or why not."""
        try:
            phone, name = self.opened(request.POST.get("token", "").strip())
        except services.NotOpened as error:
            return closed(request, error.state)
        except services.TooManyMisses as error:
            response = closed(request, None, status=429)
            response["Retry-After"] = str(error.retry_seconds)
            return response
        shown = {
            "title": _("Connect %(name)s") % {"name": name or phone.username},
            "phone": phone,
            "qr": qr_code(phone.uri),
            "texts": [
                ("plain", _("Settings"), formats.plain(phone)),
                ("linphone-xml", _("Linphone (remote provisioning)"), formats.linphone_xml(phone)),
                *snippets(phone),
            ],
        }
        return render(request, "handover/settings.html", shown)


class Provisioning(Opening):
    """The same link for Linphone's remote configuration: the token is in the query, which our log leaves out."""

    http_method_names = ["get"]  # a HEAD must not use the link up

    def get(self, request: HttpRequest) -> HttpResponse:
        """The XML, or an empty answer whose status says why not."""
        try:
            phone, _name = self.opened(request.GET.get("token", ""))
        except services.NotOpened as error:
            return HttpResponse(status=404 if error.state is None else 410)
        except services.TooManyMisses as error:
            return HttpResponse(status=429, headers={"Retry-After": str(error.retry_seconds)})
        return HttpResponse(formats.linphone_xml(phone), content_type="application/xml; charset=utf-8")


def closed(request: HttpRequest, state: LinkState | None, *, status: int = 0) -> HttpResponse:
    """The page that says why a link does not open."""
    words = {
        LinkState.USED: _("This link was used already. It opens once."),
        LinkState.EXPIRED: _("This link has expired."),
        LinkState.REVOKED: _("This link was revoked."),
        None: _("This is no link of ours. Was it copied whole?"),
    }
    text = _("Too many tries. Wait a while.") if status == 429 else words[state]
    context = {"title": _("It does not open"), "text": text}
    return render(request, "handover/closed.html", context, status=status or (404 if state is None else 410))


class LinkList(ListPage):
    """Hand-over links."""

    table_class = tables.LinkTable
    filterset_class = filters.LinkFilters
    bulk_actions = (
        BulkAction(
            "revoke",
            gettext_lazy("Revoke"),
            gettext_lazy("They open nothing any more. The passwords stay as they are."),
            lambda link: services.link_revoke(link=link),
            icon="no-symbol",
        ),
    )


class LinkBulk(BulkPage):
    """Bulk actions of links."""

    list_page = LinkList


class LinkCreate(GivesSecret, FormPage):
    """A new link."""

    form_class = forms.LinkForm
    submit_label = gettext_lazy("Make the link")

    def get_title(self) -> Words:
        """What one is about to make."""
        return _("New hand-over link")

    def save(self, form: Any) -> services.MadeLink:
        """Make it."""
        values = form.cleaned_data
        holder = values["holder"]
        return services.link_create(
            account=self.account,
            subscriber=holder.subscriber,
            password=values["password"],
            minutes=values["minutes"],
            name=HOLDERS[values["kind"]].called(holder),
        )

    def done(self, result: services.MadeLink) -> HttpResponse:
        """To the link, shown once."""
        return self.hand_over(result.link, url=result.url)


class LinkSecret(SecretPage):
    """A new link, once."""

    template_name = "handover/link.html"
    gone_name = "handover/link_gone.html"
    is_top = True  # a link has no page of its own above this one

    def get_title(self) -> Words:
        """Whose it is."""
        return _("Link for %(name)s") % {"name": self.object}

    def panel(self, content: dict[str, Any]) -> dict[str, Any]:
        """The link, and a QR code that a phone's camera reads."""
        return {"rows": [("link", _("Link"), content["url"], True)], "qr": qr_code(content["url"])}


class LinkBatch(JobAction):
    """A link for each phone whose password a job made; the passwords are erased here, the sheet is shown once."""

    def post(self, request: HttpRequest, **kwargs: Any) -> Any:
        """Make them, or say why not."""
        form = forms.LifetimeForm(request.POST)
        try:
            if not form.is_valid():
                raise ValidationError(_("Choose how long the links can be opened."))
            if jobs.secrets_count(self.object) > MOST_CARDS:
                raise ValidationError(_("A sheet has at most %(most)s cards.") % {"most": MOST_CARDS})
            with transaction.atomic():
                cards = jobs.secrets_take(job=self.object)
                made = services.links_create(account=self.account, cards=cards, minutes=form.cleaned_data["minutes"])
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return SeeOther(self.section.url("detail", self.account, self.object))
        links = [(card["name"], one.link, qr_code(one.url)) for card, one in zip(cards, made, strict=True)]
        return self.render(template="handover/sheet.html", links=links)
