"""What a page does, "as curl": the calls about an object, and what a form would send, as it is typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, cast

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from console.api import calls
from console.curl import PASSWORD, Command, variables_in
from console.sections import Words
from console.views.base import SectionPage

ASKS = "curl"  # posted with a form: write the call down, save nothing
FRAGMENT = "components/curl_command.html"
Call = tuple[str, Words, str]  # its name, its label, the command line


def host(request: HttpRequest) -> str:
    """Scheme and host that the page was asked from."""
    return request.build_absolute_uri("/").removesuffix("/")


def of_object(page: Any) -> list[Call]:
    """The calls that read, change and delete the object of a page, as far as the role may."""
    api = page.section.api
    if api is None:
        return []
    where = (host(page.request), page.account, page.object.public_id)
    found: list[Call] = [("fetch", _("Fetch"), str(api.fetch(*where)))]
    if page.may("edit") and api.changes:
        body = calls.stored(page.object, api.changes)
        found.append(("change", _("Change"), str(api.change(*where, body))))
    if page.may("edit"):
        found.append(("delete", _("Delete"), str(api.delete(*where))))
    return found


def written(command: Command, *, left_out: list[Words] | None = None) -> dict[str, Any]:
    """What the fragment shows: the command line, whether it asks for a password, and what it cannot say."""
    return {
        "command": str(command),
        "needs_password": PASSWORD in variables_in(command.body),
        "left_out": left_out or [],
    }


class CurlPage(SectionPage):
    """A page that writes its form down as a command line, for htmx or (``show_curl``) in the whole page."""

    curl: dict[str, Any] | None = None

    @property
    def offers_curl(self) -> bool:
        """Whether programs can do the same."""
        return self.section.api is not None

    def answer_curl(self, curl: dict[str, Any], whole: Callable[[], HttpResponse]) -> HttpResponse:
        """The fragment that htmx asked for; else the whole page with the command in it."""
        if self.request.htmx:  # type: ignore[attr-defined]
            return self.render(template=FRAGMENT, curl=curl)
        self.curl = curl
        return whole()

    def context(self, **extra: Any) -> dict[str, Any]:
        """Adds the command, where it was asked for."""
        return super().context(**{"offers_curl": self.offers_curl, "curl": self.curl, **extra})


class FormCurl(CurlPage):
    """The same for a form whose fields have the API's names."""

    makes_new: ClassVar[bool] = False
    form_class: type[Any]
    object: Any

    @property
    def api_names(self) -> frozenset[str]:
        """What the API takes."""
        api = self.section.api
        if api is None:
            return frozenset()
        return api.creates if self.makes_new else api.changes

    @property
    def offers_curl(self) -> bool:
        """Whether the API takes any of the form."""
        return self.section.api is not None and not self.api_names.isdisjoint(self.form_class.base_fields)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Write it down where that is asked; else save."""
        if ASKS not in request.POST or not self.offers_curl:
            return super().post(request, **kwargs)  # type: ignore[misc, no-any-return]  # the form page it is mixed into
        form = self.form(request.POST)  # type: ignore[attr-defined]  # the same
        return self.answer_curl(self.write_down(form), lambda: self.ask(form))  # type: ignore[attr-defined]

    def write_down(self, form: BaseForm) -> dict[str, Any]:
        """The call that saves what the form says."""
        names, where = self.api_names, (host(self.request), self.account)
        api = cast("calls.Calls", self.section.api)  # without one, nothing is offered
        values = calls.typed(form, names, only_changed=not self.makes_new)
        is_new = self.makes_new
        command = api.create(*where, values) if is_new else api.change(*where, self.object.public_id, values)
        return written(command, left_out=[form[name].label for name in form.changed_data if name not in names])
