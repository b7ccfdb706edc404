"""Template tags: the small components, the rail, and addresses of a section's pages."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from django import forms, template
from django.db.models import Model
from django.http import Http404, HttpRequest
from django.template.context import RequestContext
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from console import browsers, components, history, navigation
from console.models import Audited
from console.sections import Section
from console.tenancy import tenancy
from console.version import VERSION
from console.views.base import LAST_ACCOUNT

if TYPE_CHECKING:
    from accounts.models import Account

CHANGES_SHOWN = 100  # of one object, in the Django admin

register = template.Library()
register.filter(browsers.browser)
register.simple_tag(components.identifier)
register.simple_tag(components.copy_button)
register.simple_tag(components.status)
register.simple_tag(components.flag)
register.simple_tag(components.text, name="plain")


@register.simple_tag
def select_row(record: Any) -> SafeString:
    """The cell that selects a row of a table."""
    return components.component("select", value=record.public_id, name=str(record))


@register.simple_tag
def version() -> str:
    """The release that runs."""
    return VERSION


@register.simple_tag
def moment(value: datetime.datetime | None) -> SafeString:
    """A time in the person's zone, ISO 8601 on hover."""
    return components.moment(value)


@register.simple_tag
def changes_of(instance: Model) -> list[history.Line]:
    """What the audit trail tells about one object, the latest first; nothing about what is not audited."""
    return history.of_object(instance, CHANGES_SHOWN) if isinstance(instance, Audited) else []


@register.simple_tag(takes_context=True)
def theme(context: RequestContext) -> SafeString:
    """The ``data-theme`` attribute of who chose colours against the system's."""
    chosen = getattr(getattr(context.get("request"), "user", None), "theme", "")
    return mark_safe(f' data-theme="{chosen}"') if chosen in ("light", "dark") else mark_safe("")  # noqa: S308  (constants)


@register.inclusion_tag("components/rail.html", takes_context=True)
def rail(context: RequestContext) -> dict[str, Any]:
    """The rail, for the account the page is in."""
    request, current = context["request"], str(context.get("current") or "")
    user = request.user
    account = context.get("account") or (None if current == "platform" else last_account(request))
    tree, more = tenancy().tree(user, account) if user.is_authenticated else ([], False)
    return {
        "account": account,
        "groups": navigation.groups(account, current, is_staff=user.is_staff) if user.is_authenticated else [],
        "is_staff": user.is_staff,
        "tree": tree,
        "more": more,
        "accounts_url": reverse("accounts"),
    }


def last_account(request: HttpRequest) -> Account | None:
    """The account one was in last, for pages that are in none."""
    auth_id = request.session.get(LAST_ACCOUNT)
    if not auth_id or not request.user.is_authenticated:
        return None
    try:
        return tenancy().account_for(request.user, auth_id)
    except Http404:
        return None


@register.simple_tag
def page_url(section: Section, page: str, account: Any, instance: Model | None = None) -> str:
    """The address of a section's page."""
    return section.url(page, account, instance)


@register.filter
def initial(name: str) -> str:
    """The first letter of a name, for the monogram."""
    return next((sign.upper() for sign in str(name) if sign.isalnum()), "·")


@register.filter
def is_check(field: forms.BoundField) -> bool:
    """Whether a field is a single check box, whose label stands behind it."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def says_help(field: forms.BoundField) -> bool:
    """Whether the error under a field is its rule, word for word, which need not stand there twice."""
    return str(field.help_text) in [str(error) for error in field.errors]


@register.filter
def is_group(field: forms.BoundField) -> bool:
    """Whether a field is several inputs, which need a legend."""
    return bool(field.field.widget.use_fieldset)
