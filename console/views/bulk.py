"""Doing one thing to many rows: a page that names the effect, then the deed, row by row through the service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console import proof
from console.sections import Words
from console.views.base import SectionPage
from console.views.responses import SeeOther

if TYPE_CHECKING:
    from console.views.listing import ListPage

MOST_ROWS = 500  # what one request changes; more is done by a job
TYPED_ABOVE = 10  # deleting more than this asks for the number
NAMED = 12  # objects named on the page


@dataclass(frozen=True, slots=True)
class BulkAction:
    """What may be done to selected rows. ``run`` takes an object and the form's cleaned data and calls its service.

    ``start`` stands in its place where a job deals with all rows at once: it takes the page, the rows and the data,
    returns where to go, and may raise ``ValidationError``.
    """

    name: str
    label: Words  # the button: "Disable"
    effect: Words  # the sentence on the page: what follows for them
    run: Callable[..., Any]
    question: Words = gettext_lazy("%(action)s %(count)s %(things)s?")  # the page's title
    icon: str = ""
    needs: str = "edit"
    is_danger: bool = False
    asks_proof: bool = False  # whether the person must have proved lately who they are
    form_class: type[forms.Form] | None = None
    start: Callable[[BulkPage, QuerySet[Any], dict[str, Any]], str] | None = None


def enable(effect: Words, run: Callable[..., Any]) -> BulkAction:
    """The action that enables."""
    return BulkAction("enable", gettext_lazy("Enable"), effect, run, icon="check-circle")


def disable(effect: Words, run: Callable[..., Any]) -> BulkAction:
    """The action that disables."""
    return BulkAction("disable", gettext_lazy("Disable"), effect, run, icon="no-symbol")


def delete(effect: Words, run: Callable[..., Any]) -> BulkAction:
    """The action that deletes."""
    words = gettext_lazy("Delete")
    return BulkAction("delete", words, effect, run, icon="trash", is_danger=True, asks_proof=True)


class BulkPage(SectionPage):
    """Confirms and carries out a bulk action of ``list_page``."""

    template_name = "generic/bulk.html"
    list_page: type[ListPage]
    start_job: ClassVar[Callable[[BulkPage, QuerySet[Any]], str]]  # for very many rows; given by the app of the jobs

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Nothing to see without a selection: back to the list."""
        return HttpResponseRedirect(self.section.url("list", self.account))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Ask first, then do."""
        self.bulk = self.find_action(request.POST.get("action", ""))
        if self.bulk.asks_proof and not proof.is_recent(request):
            return proof.ask(request, back=self.back())
        rows = self.selected(request.POST)
        self.count = rows.count()
        if self.count == 0:
            messages.warning(request, _("Nothing was selected."))
            return SeeOther(self.back())
        form = self.form(request.POST if "confirmed" in request.POST else None)
        if form.is_bound and form.is_valid() and self.is_meant(form):
            return SeeOther(self.carry_out(rows, form.cleaned_data))
        return self.render(
            bulk=self.bulk, form=form, count=self.count, named=list(rows[:NAMED]), back=self.back(), **self.kept()
        )

    def find_action(self, name: str) -> BulkAction:
        """The action of that name, if the role may. Raises ``Http404`` or ``PermissionDenied``."""
        found = next((action for action in self.list_page.bulk_actions if action.name == name), None)
        if found is None:
            raise Http404
        if not self.may(found.needs):
            raise PermissionDenied
        return found

    def selected(self, data: QueryDict) -> QuerySet[Any]:
        """The rows that were ticked, or all that match the list's filters."""
        page = self.list_page(section=self.section)
        page.account, page.request = self.account, self.request
        if "all" in data:
            return page.filters(QueryDict(data.get("query", ""))).rows
        try:
            wanted = [value for value in data.getlist("row") if "\x00" not in value]
            ids = page.rows().filter(**{f"{self.section.key}__in": wanted}).values_list("pk", flat=True)
            return page.rows().filter(pk__in=list(ids))
        except (ValueError, OverflowError, ValidationError):  # what the field cannot hold selects nothing
            return page.rows().none()

    def form(self, data: QueryDict | None) -> forms.Form:
        """What the action still needs to know."""
        if self.bulk.form_class is None:
            return forms.Form(data)
        return self.bulk.form_class(data, account=self.account)  # type: ignore[call-arg]  # forms of bulk actions take it

    def is_meant(self, form: forms.Form) -> bool:
        """Whether the selection is still what was confirmed, and its number was typed where that is asked."""
        if self.request.POST.get("expected") != str(self.count):
            form.add_error(None, _("The selection has changed meanwhile: look again."))
        if self.must_type and self.request.POST.get("typed", "").strip() != str(self.count):
            form.add_error(None, _("Type the number to confirm."))
        return form.is_valid()

    @property
    def must_type(self) -> bool:
        """Whether the number has to be typed."""
        return self.bulk.is_danger and self.count > TYPED_ABOVE

    def carry_out(self, rows: QuerySet[Any], values: dict[str, Any]) -> str:
        """Do it, say what happened, and return where to go."""
        try:
            if self.is_job:
                return type(self).start_job(self, rows)
            if self.bulk.start is not None:
                return self.bulk.start(self, rows, values)
        except ValidationError as error:
            messages.error(self.request, " ".join(error.messages))
            return self.back()
        self.run_each(rows, values)
        return self.back()

    @property
    def is_job(self) -> bool:
        """Whether it is too much for one request."""
        return self.bulk.start is None and self.count > MOST_ROWS

    def run_each(self, rows: QuerySet[Any], values: dict[str, Any]) -> None:
        """Run the action on every row, one savepoint each, and say what happened."""
        done, refused = 0, []
        with transaction.atomic():
            for instance in rows:
                try:
                    with transaction.atomic():
                        self.bulk.run(instance, **values)
                    done += 1
                except ValidationError as error:
                    refused.append(f"{instance}: {' '.join(error.messages)}")
                except Http404:
                    refused.append(f"{instance}: {_('It is not there any more.')}")
        if done:
            words = _("%(action)s: %(count)s %(things)s.")
            things = self.section.one if done == 1 else self.section.many
            messages.success(self.request, words % {"action": self.bulk.label, "count": done, "things": things})
        for line in refused[:NAMED]:
            messages.error(self.request, line)

    def kept(self) -> dict[str, Any]:
        """What the confirmation has to send again."""
        data = self.request.POST
        return {
            "ids": data.getlist("row"),
            "all": "all" in data,
            "query": data.get("query", ""),
            "must_type": self.must_type,
        }

    def back(self) -> str:
        """Where to go afterwards: the page that asked, or the list with its filters."""
        wanted = self.request.POST.get("next", "")
        if wanted and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
            return wanted
        query = self.request.POST.get("query", "")
        return self.section.url("list", self.account) + (f"?{query}" if query else "")

    def get_title(self) -> Words:
        """The question."""
        things = self.section.one if self.count == 1 else self.section.many
        return self.bulk.question % {"action": self.bulk.label, "count": self.count, "things": things}
