"""The generic object page: facts, what may be done, what was done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from console import history
from console.panels import Panel
from console.sections import Words
from console.views.activity import all_changes_url
from console.views.base import ObjectPage, object_name
from console.views.curl import of_object


@dataclass(frozen=True, slots=True)
class ObjectAction:
    """A line at the right of an object: a link to a page of it, or (``bulk``) a bulk action with this one row."""

    page: str
    label: Words
    icon: str
    needs: str = "edit"
    is_danger: bool = False
    bulk: bool = False
    only_if: str = ""  # an attribute of the object; "!enabled" turns it round
    key: str = ""  # keyboard

    def applies_to(self, instance: Any) -> bool:
        """Whether it makes sense for the object as it is."""
        name = self.only_if.removeprefix("!")
        return not name or bool(getattr(instance, name)) is not self.only_if.startswith("!")


EDIT = ObjectAction("edit", _("Edit"), "pencil-square", key="e")
ROTATE = ObjectAction("rotate", _("Rotate password"), "arrow-path")
CLONE = ObjectAction("clone", _("Clone"), "document-duplicate")
DISABLE = ObjectAction("disable", _("Disable"), "no-symbol", bulk=True, only_if="enabled")
ENABLE = ObjectAction("enable", _("Enable"), "check-circle", bulk=True, only_if="!enabled")
DELETE = ObjectAction("delete", _("Delete"), "trash", is_danger=True)


class DetailPage(ObjectPage):
    """One object of the account."""

    template_name = "generic/detail.html"
    is_top = True
    panels: ClassVar[tuple[Panel, ...]] = ()
    actions: ClassVar[tuple[ObjectAction, ...]] = (EDIT, CLONE, DISABLE, ENABLE, DELETE)

    def get_title(self) -> Words:
        """The object's name."""
        return object_name(self.object)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The page."""
        return self.render(
            panels=[(panel, panel.rows(self)) for panel in self.panels if panel.applies_to(self.object)],
            actions=[(action, self.action_url(action)) for action in self.actions if self.offers(action)],
            history=history.of_object(self.object),
            history_url=all_changes_url(self.account, self.object),
            curl_calls=of_object(self),
        )

    def offers(self, action: ObjectAction) -> bool:
        """Whether the role may and the object can."""
        return self.may(action.needs) and action.applies_to(self.object)

    def action_url(self, action: ObjectAction) -> str:
        """Where the action's link or button leads."""
        return (
            self.section.url("bulk", self.account)
            if action.bulk
            else self.section.url(action.page, self.account, self.object)
        )
