"""What lists offer beside their count: export of what they show or of all, and who still has an old password."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bulk.export import FORMATS
from bulk.kinds.passwords import PasswordKind
from bulk.kinds.registry import find
from console.views.listing import ListLink, ListPage

EXPORT = gettext_lazy("Export")


def list_links(page: ListPage, query: str, is_filtered: bool) -> Iterator[ListLink]:
    """The links of one list."""
    if isinstance(find(page.section.name, page.account), PasswordKind):
        overlaps = reverse("overlaps", kwargs={"auth_id": page.account.auth_id})
        yield ListLink(_("Old passwords"), overlaps, "key")
    url = reverse("export", kwargs={"auth_id": page.account.auth_id, "kind": page.section.name})
    if is_filtered:
        yield from (link(_("What matches, as %(form)s"), f"{url}?{query}&format={form}", form) for form in FORMATS)
    yield from (link(_("All, as %(form)s"), f"{url}?format={form}", form) for form in FORMATS)


def link(words: str, url: str, form: str) -> ListLink:
    """One line of the menu."""
    return ListLink(words % {"form": form.upper()}, url, "arrow-down-tray", EXPORT)


def offer() -> None:
    """Offer them on every list."""
    if list_links not in ListPage.links:
        ListPage.links = (*ListPage.links, list_links)
