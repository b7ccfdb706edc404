"""The Django admin's site: behind the console's own sign-in, and without what would get past the audit trail."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

# Registered by libraries: their pages show session keys, TOTP seeds or tracebacks, or write without an audit row.
NOT_SERVED = frozenset(
    {
        "account.emailaddress",
        "account.emailconfirmation",
        "auth.group",
        "django_tasks_database.dbtaskresult",
        "mfa.authenticator",
        "usersessions.usersession",
    }
)

GIVES_ACCESS = ("user", "membership", "apitoken", "invitation")


class ConsoleAdminSite(AdminSite):
    """The platform's admin. Who signs in here does so by the console's sign-in page, second factor included."""

    site_header = site_title = _("Console administration")
    index_title = _("All tables")

    def register(
        self, model_or_iterable: type[Model] | Iterable[type[Model]], admin_class: Any = None, **options: Any
    ) -> None:
        """Register as usual, but for the tables of libraries that are not served."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        served = [model for model in models if model._meta.label_lower not in NOT_SERVED]
        super().register(served, admin_class, **options)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send strangers to the console's sign-in page; people who are no staff get a 403."""
        from allauth.account.decorators import secure_admin_login

        response: HttpResponse = secure_admin_login(super().login)(request, extra_context)
        return response

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """As usual; what deletes, or gives access away, asks who has not lately proved who they are."""
        from console import proof

        inner: Callable[..., Any] = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if is_dangerous(request) and self.has_permission(request) and not proof.is_recent(request):
                return proof.ask(request, back=request.path)
            return inner(request, *args, **kwargs)

        return guarded

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Send to the console's own page, which asks for the present password and ends other sessions."""
        return HttpResponseRedirect(reverse("account_change_password"))


def is_dangerous(request: HttpRequest) -> bool:
    """Whether the request deletes, acts on selected rows, or writes on people, members or tokens."""
    if request.method != "POST":
        return False
    gives_access = request.path.startswith(tuple(f"/admin/accounts/{name}/" for name in GIVES_ACCESS))
    return gives_access or request.path.endswith("/delete/") or "action" in request.POST


class ConsoleAdminConfig(AdminConfig):
    """Makes ``ConsoleAdminSite`` the site that ``admin.register`` and ``admin.site`` mean."""

    default_site = "console.admin_site.ConsoleAdminSite"
