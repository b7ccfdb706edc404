"""What stands in the rail: links by group, for the account one is in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from console import sections
from console.sections import SETTINGS, Words

if TYPE_CHECKING:
    from accounts.models import Account


@dataclass(slots=True)
class Link:
    """One line of the rail."""

    label: Words
    url: str
    icon: str
    is_current: bool = False


@dataclass(slots=True)
class Group:
    """Lines under one heading; the first group has none."""

    label: Words
    links: list[Link] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Place:
    """A page of an account that is no section: a line in the rail, by default among the settings."""

    name: str  # of its URL; the page lights the line by ``current``
    label: Words
    icon: str
    group: Words = SETTINGS
    order: int = 50


_places: dict[str, Place] = {}


def register(place: Place) -> Place:
    """Make a page known to the rail; called from an app's ``urls``."""
    _places[place.name] = place
    return place


def groups(account: Account | None, current: str, *, is_staff: bool = False) -> list[Group]:
    """The rail for ``account``, or the platform's without one; ``current`` is the name of the page's section."""
    if account is None:
        accounts = Link(_("Accounts"), reverse("accounts"), "building-office-2", current == "accounts")
        platform = Link(_("Platform"), reverse("platform"), "globe-alt", current == "platform")
        return [Group("", [platform, accounts] if is_staff else [accounts])]
    overview = Link(
        _("Overview"), reverse("overview", kwargs={"auth_id": account.auth_id}), "home", current == "overview"
    )
    found: dict[str, Group] = {"": Group("", [overview])}
    for section in sections.registered():
        if section.only_main and account.is_sub_account:
            continue
        group = found.setdefault(str(section.group), Group(section.group))
        group.links.append(Link(section.label, section.url("list", account), section.icon, current == section.name))
    for place in sorted(_places.values(), key=lambda place: place.order):
        group = found.setdefault(str(place.group), Group(place.group))
        url = reverse(place.name, kwargs={"auth_id": account.auth_id})
        group.links.append(Link(place.label, url, place.icon, current == place.name))
    return list(found.values())
