"""What every page does: ask who it is, find the account, hold the role, show times in the person's zone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import View
from django_htmx.http import HttpResponseClientRedirect

from console import proof
from console.sections import Section, Words
from console.tenancy import tenancy

if TYPE_CHECKING:
    from accounts.models import Account
    from accounts.users import User

LAST_ACCOUNT = "account"  # in the session
Crumbs = list[tuple[Words, str]]


def zone_of(user: Any) -> ZoneInfo:
    """The person's time zone; UTC where it is not (or no longer) known."""
    try:
        return ZoneInfo(getattr(user, "time_zone", "") or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


class Page(View):
    """A page for people who are signed in."""

    template_name: str
    title: Words = ""
    current = ""  # which line of the rail is lit
    asks_proof = False  # whether the person must have proved lately who they are

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Send strangers to the sign-in page; render inside the person's time zone."""
        if not request.user.is_authenticated:
            return self.to_login(request)
        with timezone.override(zone_of(request.user)):
            self.prepare(**kwargs)
            response = self.detour() or super().dispatch(request, *args, **kwargs)
            if isinstance(response, TemplateResponse):
                response.render()
        response["Cache-Control"] = "no-store, private"
        return response

    def to_login(self, request: HttpRequest) -> HttpResponse:
        """To the sign-in page and back here; a fragment's request moves the whole window."""
        if getattr(request, "htmx", False):
            return HttpResponseClientRedirect(reverse("account_login"))
        return redirect_to_login(request.get_full_path())

    @property
    def person(self) -> User:
        """Who is signed in."""
        return cast("User", self.request.user)

    def prepare(self, **kwargs: Any) -> None:
        """Find what the URL names, before the method runs. Raises ``Http404`` or ``PermissionDenied``."""

    def detour(self) -> HttpResponse | None:
        """Where the person has to go first: to prove who they are, before what cannot be taken back."""
        if self.asks_proof and not proof.is_recent(self.request):
            return proof.ask(self.request, back=self.request.get_full_path())
        return None

    def get_title(self) -> Words:
        """What the page is called."""
        return self.title

    def crumbs(self) -> Crumbs:
        """The pages above this one."""
        return []

    def context(self, **extra: Any) -> dict[str, Any]:
        """What the template gets."""
        return {"title": self.get_title(), "crumbs": self.crumbs(), "current": self.current, "view": self, **extra}

    def render(self, *, status: int = 200, template: str | None = None, **extra: Any) -> TemplateResponse:
        """Answer with the page's template."""
        return TemplateResponse(self.request, template or self.template_name, self.context(**extra), status=status)


class AccountPage(Page):
    """A page inside an account: another tenant's is a 404, a role that may not is a 403."""

    action = "view"
    account: Account
    role: str | None

    def prepare(self, **kwargs: Any) -> None:
        """Find the account and hold the role to the page's action."""
        self.account = tenancy().account_for(self.person, str(kwargs["auth_id"]))
        self.role = tenancy().role_of(self.person, self.account)
        self.demand(self.action)
        remember(self.request, self.account)

    def detour(self) -> HttpResponse | None:
        """An account may ask its people for a second factor: who has none goes and enrols one."""
        if tenancy().lacks_second_factor(self.person, self.account):
            words = _("%(account)s asks its members for a second factor. Set one up to go on.")
            messages.warning(self.request, words % {"account": self.account.name})
            return HttpResponseRedirect(reverse("mfa_index"))
        return super().detour()

    def may(self, action: str) -> bool:
        """Whether the person may do ``action`` here."""
        return tenancy().role_may(self.role, action)

    def demand(self, action: str) -> None:
        """Hold the role to ``action``. Raises ``PermissionDenied``."""
        if not self.may(action):
            raise PermissionDenied

    def crumbs(self) -> Crumbs:
        """The account."""
        return [(self.account.name, reverse("overview", kwargs={"auth_id": self.account.auth_id}))]

    def context(self, **extra: Any) -> dict[str, Any]:
        """Adds the account and what the role may do."""
        may = {action: self.may(action) for action in ("view", "operate", "edit", "own")}
        return super().context(**{"account": self.account, "may": may, **extra})


def remember(request: HttpRequest, account: Account) -> None:
    """Keep the account one is in for the pages that are in none; the session is written only when it changes."""
    if request.session.get(LAST_ACCOUNT) != account.auth_id:
        request.session[LAST_ACCOUNT] = account.auth_id


class SectionPage(AccountPage):
    """A page of a section of the account."""

    section: Section = None  # type: ignore[assignment]  # ``sections.routes`` gives it; as_view wants it declared
    is_section_top = False  # the list, with no section above it

    def prepare(self, **kwargs: Any) -> None:
        """Some sections are for main accounts only."""
        super().prepare(**kwargs)
        if self.section.only_main and self.account.is_sub_account:
            raise Http404

    def crumbs(self) -> Crumbs:
        """The account, then the section."""
        above = super().crumbs()
        return above if self.is_section_top else [*above, (self.section.label, self.section.url("list", self.account))]

    def context(self, **extra: Any) -> dict[str, Any]:
        """Adds the section, and lights its line in the rail."""
        return super().context(**{"section": self.section, **extra}) | {"current": self.section.name}


class ObjectPage(SectionPage):
    """A page of one object of the account."""

    object: Any
    is_top = False  # the object's own page, with no object above it

    def queryset(self) -> QuerySet[Any]:
        """Where the object is looked for; override to join what the page shows."""
        return self.section.rows(self.account)

    def prepare(self, **kwargs: Any) -> None:
        """Find the object among the account's. Raises ``Http404`` alike for unknown, foreign and malformed keys."""
        super().prepare(**kwargs)
        self.object = find(self.queryset(), self.section.key, str(kwargs["key"]))

    def crumbs(self) -> Crumbs:
        """The account, the section, the object."""
        above = super().crumbs()
        if self.is_top:
            return above
        return [*above, (object_name(self.object), self.section.url("detail", self.account, self.object))]

    def context(self, **extra: Any) -> dict[str, Any]:
        """Adds the object."""
        return super().context(**{"object": self.object, **extra})


def find(rows: QuerySet[Any], key: str, value: str) -> Model:
    """The one row whose ``key`` is ``value``. Raises ``Http404``, also for a value the field cannot hold."""
    if "\x00" in value:  # no column holds it, and PostgreSQL will not even compare
        raise Http404
    try:
        row: Model | None = rows.filter(**{key: value}).first()
    except (ValueError, OverflowError, ValidationError) as error:
        raise Http404 from error
    if row is None:
        raise Http404
    return row


def object_name(instance: Any) -> str:
    """What people call an object: its page title."""
    return str(getattr(instance, "display_name", None) or instance)
