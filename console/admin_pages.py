"""The bases of the Django admin's pages. The apps' services write: the rules and audit rows are those of every door."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from functools import cached_property
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from console import handover
from console.admin_forms import ConsoleAdminForm, Refused, spoken
from console.sections import Words

REFUSAL = "console_refusal"  # on the request: what a service said to the form that was valid
ONCE = "console_once"  # on the request: what the page after this one shows once
MOST_NAMED = 100  # objects that a confirmation names


def group(names: str, heading: Words | None = None, *, also: tuple[str, ...] = ()) -> tuple[Any, Any]:
    """One of an admin's ``fieldsets``: the fields that ``names`` lists, and those of ``also``, under a heading."""
    return heading, {"fields": (*names.split(), *also)}


class BoundedPaginator(Paginator[Any]):
    """Counts no further than it must: for tables that grow without end."""

    maximum_count = 10_000

    @cached_property
    def count(self) -> int:
        """How many rows there are, or ``maximum_count``."""
        rows: Any = self.object_list
        return int(rows[: self.maximum_count].count())


class StaffAdmin(admin.ModelAdmin[Any]):
    """What staff may do is said once, by being staff; lists join what they show."""

    list_per_page = 50
    show_full_result_count = False
    save_on_top = True
    view_on_site = False

    def _is_staff(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and getattr(request.user, "is_staff", False))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Staff see every app."""
        return self._is_staff(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Staff see every row."""
        return self._is_staff(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Staff add rows."""
        return self._is_staff(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Staff change rows."""
        return self._is_staff(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Staff delete rows."""
        return self._is_staff(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Every row, joined with what the pages show."""
        joined = self.list_select_related
        return super().get_queryset(request).select_related(*(joined if isinstance(joined, (list, tuple)) else ()))


class ReadOnlyAdmin(StaffAdmin):
    """Pages that show and never write: for what the system itself records."""

    actions = None
    sortable_by = ()
    paginator = BoundedPaginator
    actions_on_top = True  # without it, Django writes an inline style that the policy blocks

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False


class ConsoleAdmin(StaffAdmin):
    """Pages of a model whose writes are services: an app names them in ``create``, ``change`` and ``remove``."""

    form = ConsoleAdminForm
    add_only: ClassVar[tuple[str, ...]] = ()  # fields of the form that only a new object has
    change_only: ClassVar[tuple[str, ...]] = ()  # fields of the form that only an existing object has

    def create(self, instance: Any, form: Any) -> dict[str, str] | None:
        """Call the service. Returns what is to be shown once, if anything. Raises ``ValidationError``."""
        raise NotImplementedError

    def change(self, instance: Any, form: Any) -> dict[str, str] | None:
        """Call the service with the object as stored. Returns what is to be shown once. Raises ``ValidationError``."""
        raise NotImplementedError

    def remove(self, instance: Any) -> None:
        """Call the service. Raises ``ValidationError``."""
        raise NotImplementedError

    def falls_with(self, instance: Any) -> Sequence[str]:
        """What goes besides when ``instance`` is deleted, a sentence each."""
        return ()

    # --- which fields -------------------------------------------------------------------------------------------------

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Close what never changes after creation."""
        shown = tuple(super().get_readonly_fields(request, obj))
        fixed = getattr(self.model, "immutable_fields", ()) if obj is not None else ()
        named = flatten_fieldsets(self.fieldsets or ())
        return (*shown, *(name for name in fixed if name in named and name not in shown))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The declared ones, without what a new or an existing object does not have."""
        hidden = {*self.add_only} if obj is not None else {*self.change_only, *self.readonly_fields}
        kept = [
            (heading, {**options, "fields": [name for name in options["fields"] if name not in hidden]})
            for heading, options in super().get_fieldsets(request, obj)
        ]
        return [(heading, options) for heading, options in kept if options["fields"]]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form, with what a service said to it a moment ago."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.refusal = vars(request).get(REFUSAL)
        return form

    # --- writes -------------------------------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Call the app's service; the form wrote on ``obj``, so a change starts from the row as stored."""
        stored = self.get_queryset(request).get(pk=obj.pk) if change else obj
        vars(request)[ONCE] = self.change(stored, form) if change else self.create(obj, form)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Call the app's service."""
        self.remove(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Call the app's service for each."""
        for instance in queryset:
            self.remove(instance)

    def get_deleted_objects(
        self, objs: QuerySet[Any] | Sequence[Any], request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[str]]:
        """Name what goes. The services remove it and refuse what must not go, so nothing else is collected."""
        kind = capfirst(self.opts.verbose_name)
        named: list[Any] = []
        for instance in objs[:MOST_NAMED]:
            named += [f"{kind}: {instance}", *([list(self.falls_with(instance))] if self.falls_with(instance) else [])]
        if len(objs) > MOST_NAMED:
            named.append(_("… and %(count)s more") % {"count": len(objs) - MOST_NAMED})
        return named, {str(self.opts.verbose_name_plural): len(objs)}, set(), []

    # --- refusals -----------------------------------------------------------------------------------------------------

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form again with what the service said; its transaction was rolled back."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Refused as error:
            vars(request)[REFUSAL] = spoken(error)
            return super().changeform_view(request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Say why it cannot be deleted."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except Refused as error:
            self.say(request, error)
            return HttpResponseRedirect(self.url("change", object_id))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list and its actions: all of the chosen rows, or none and why."""
        try:
            with transaction.atomic() if request.method == "POST" else nullcontext():
                return super().changelist_view(request, extra_context)
        except Refused as error:
            self.say(request, error)
            return HttpResponseRedirect(request.get_full_path())

    def say(self, request: HttpRequest, error: Exception) -> None:
        """Put a refusal into a message."""
        self.message_user(request, " ".join(spoken(error).messages), messages.ERROR)

    def url(self, page: str, *args: Any) -> str:
        """The address of one of this model's pages."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=args)


class ShowsOnce(ConsoleAdmin):
    """Mixed into an admin whose service makes a secret: the page after the write shows it once, and no other does."""

    once_template = "admin/console/once.html"

    def get_urls(self) -> list[URLPattern]:
        """Adds the page that shows the secret."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_once"
        view = self.admin_site.admin_view(self.once_view)
        return [path("<int:object_id>/once/", view, name=name), *super().get_urls()]

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """To the secret, if there is one."""
        response = super().response_add(request, obj, post_url_continue)
        return self.hand_over(request, obj) or response

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """To the secret, if there is one."""
        response = super().response_change(request, obj)
        return self.hand_over(request, obj) or response

    def hand_over(self, request: HttpRequest, instance: Model, **content: str) -> HttpResponse | None:
        """303 to the page that shows what the service made; None when it made nothing."""
        rows = content or vars(request).get(ONCE)
        if not rows:
            return None
        url = self.url("once", instance.pk)
        response = HttpResponseRedirect(url, status=303)
        handover.give(response, path=url, user=request.user, content=rows)
        return response

    def once_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Show what was handed over, then forget it."""
        rows = handover.take(request)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Shown once"),
            "opts": self.opts,
            "rows": rows or {},
            "back": self.url("change", object_id),
        }
        response = TemplateResponse(request, self.once_template, context)
        response["Cache-Control"] = "no-store, private"
        handover.clear(response, path=request.path)
        return response


def one_of(names: Iterable[tuple[str, Any]], *, parameter: str, label: Any) -> type[admin.SimpleListFilter]:
    """A list filter over values known beforehand: the table is not asked which of them occur."""
    choices = list(names)

    class OneOf(admin.SimpleListFilter):
        title, parameter_name = label, parameter

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
            return choices

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            known = self.value() in {value for value, _label in choices}
            return queryset.filter(**{parameter: self.value()}) if known else queryset

    return OneOf
