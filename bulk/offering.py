"""What lists offer beside their count: export of what they show or of all, and who still has an old password."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bulk.export import FORMATS
from bulk.kinds.passwords import PasswordKind
from bulk.kinds.registry import find
from bulk.sections import OVERLAPS
from console.views.listing import Listing, ListLink

EXPORT = gettext_lazy("Export")


def list_links(page: Listing, query: str, is_filtered: bool) -> Iterator[ListLink]:
    """The links of one list."""
    if page.account is not None and isinstance(find(page.section.name, page.account), PasswordKind):
        yield ListLink(_("Old passwords"), OVERLAPS.url("list", page.account), "key")
    url = address(page)
    if is_filtered:
        yield from (link(_("What matches, as %(form)s"), f"{url}?{query}&format={form}", form) for form in FORMATS)
    yield from (link(_("All, as %(form)s"), f"{url}?format={form}", form) for form in FORMATS)


def address(page: Listing) -> str:
    """Where a list is exported: in its account, or over several."""
    if page.account is None:
        return reverse(f"{page.section.name}-export")
    return reverse("export", kwargs={"auth_id": page.account.auth_id, "kind": page.section.name})


def link(words: str, url: str, form: str) -> ListLink:
    """One line of the menu."""
    return ListLink(words % {"form": form.upper()}, url, "arrow-down-tray", EXPORT)


def offer() -> None:
    """Offer them on every list."""
    if list_links not in Listing.links:
        Listing.links = (*Listing.links, list_links)
