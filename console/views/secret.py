"""The secret, once: handed over by the POST that made it, shown by one GET."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from console import handover
from console.sections import Words
from console.views.base import AccountPage, ObjectPage, SectionPage
from console.views.responses import SeeOther


class GivesSecret(SectionPage):
    """Mixed into a form page whose service made a secret: ``done`` leads to the panel that shows it."""

    def hand_over(self, instance: Any, **content: Any) -> HttpResponse:
        """303 to the panel, with ``content`` sealed beside it."""
        return see_once(self.section.url("secret", self.account, instance), self.request.user, content)


def see_once(url: str, user: Any, content: dict[str, Any]) -> HttpResponse:
    """303 to the page that shows ``content`` once, which is sealed beside the answer."""
    response = SeeOther(url)
    handover.give(response, path=url, user=user, content=content)
    return response


class ShowsOnce(AccountPage):
    """Shows what was handed over, then forgets it."""

    template_name = "generic/secret.html"
    gone_name = "generic/secret_gone.html"
    action = "edit"
    title = _("Shown once")

    def panel(self, content: dict[str, Any]) -> dict[str, Any]:
        """What the template needs to show ``content``."""
        return content

    def get_title(self) -> Words:
        """The page's name."""
        return self.title

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The panel, or a word that it is gone."""
        content = handover.take(request)
        if content is None:
            return self.render(template=self.gone_name)
        response = self.render(**self.panel(content))
        handover.clear(response, path=request.path)
        return response


class SecretPage(ShowsOnce, ObjectPage):
    """The same for a secret of an object."""
