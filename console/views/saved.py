"""The page of a person's saved filters, and what the lists post to it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console import saved, sections
from console.models import SavedFilter
from console.views.base import Page
from console.views.responses import SeeOther


class SavedFilters(Page):
    """All of the person's saved filters, to rename, show first or delete."""

    template_name = "generic/saved.html"
    title = gettext_lazy("Saved filters")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The page."""
        mine = SavedFilter.objects.filter(user=self.person).order_by("section", "name")
        labels = {section.name: section.label for section in sections.registered()}
        return self.render(rows=[(labels.get(each.section, each.section), each) for each in mine])

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Save, change or delete one."""
        deed = {"save": self.save, "change": self.change, "delete": self.delete}.get(request.POST.get("action", ""))
        if deed is None:
            raise Http404
        try:
            messages.success(request, deed())
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        except IntegrityError:
            messages.error(request, _("Somebody else changed this at the same moment. Look again and save once more."))
        back = request.POST.get("next", "")
        return SeeOther(back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else reverse("saved"))

    def save(self) -> str:
        """Keep what a list shows."""
        data = self.request.POST
        made = saved.filter_save(
            user=self.person,
            section=data.get("section", ""),
            name=data.get("name", "").strip(),
            query=data.get("query", ""),
            is_default="is_default" in data,
        )
        return _("“%(name)s” was saved.") % {"name": made.name}

    def change(self) -> str:
        """Rename one, or show it first."""
        data = self.request.POST
        saved.filter_change(saved=self.find(), name=data.get("name", "").strip(), is_default="is_default" in data)
        return _("Saved.")

    def delete(self) -> str:
        """Forget one."""
        found = self.find()
        saved.filter_delete(saved=found)
        return _("%(name)s was deleted.") % {"name": found.name}

    def find(self) -> SavedFilter:
        """The person's own one of that number. Raises ``Http404``."""
        wanted = self.request.POST.get("saved", "")
        number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 18 else 0
        found = SavedFilter.objects.filter(user=self.person, pk=number).first()
        if found is None:
            raise Http404
        return found
