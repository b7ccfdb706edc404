"""The pages that what holds a subscriber has in common: rotate, and the panel that shows a new password once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console import components
from console.panels import Fact, Panel
from console.views.base import ObjectPage
from console.views.detail import CLONE, DELETE, DISABLE, EDIT, ENABLE, ROTATE, DetailPage, ObjectAction
from console.views.editing import FormPage
from console.views.listing import ListPage
from console.views.secret import GivesSecret, SecretPage
from sip import live, registrar
from sip.connecting import connection, qr_code, snippets
from sip.diagnosis_views import WHY
from sip.forms import RotateForm
from sip.models import AuthAttempt
from sip.phone_views import NOTIFY, REBOOT
from sip.sections import ATTEMPTS
from sip.tables import last_used, state

ATTEMPTS_SHOWN = 6
REGISTRATION = Panel(
    gettext_lazy("Registration"),
    (
        Fact("registered_since", gettext_lazy("Registered since"), components.moment),
        Fact("registered_until", gettext_lazy("Expires"), components.moment),
        Fact("registered_contact", gettext_lazy("Contact"), components.identifier),
        Fact("registered_received", gettext_lazy("Registered from"), components.identifier),
        Fact("registered_user_agent", gettext_lazy("User agent")),
    ),
    only_if="registered_until",
)


@dataclass(frozen=True, slots=True)
class LastUsed(Fact):
    """When the object's phone was last admitted."""

    def html(self, page: ObjectPage) -> SafeString:
        """The moment, in the words of the list."""
        return last_used(page.object)


LAST_USED = LastUsed("subscriber", gettext_lazy("Last used"))


class HolderList(ListPage):
    """A list of what holds subscribers, each row with its registration."""

    def shown(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """With the state of the latest contact, in the same statement."""
        return registrar.current().with_state(super().shown(rows))

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The list, or what has changed in it since."""
        return self.changes(request) if live.is_asked(request) else super().get(request, **kwargs)

    def changes(self, request: HttpRequest) -> HttpResponse:
        """The cells that can change, of the rows in view."""
        keys, columns = request.GET.getlist("row"), request.GET.getlist("columns")
        holders = live.picked(self.shown(self.rows()), self.section.key, keys)
        if request.GET.get("v") == live.version(holders):
            return live.unchanged()
        table = self.table_class(holders, section=self.section, account=self.account, columns=columns)
        live_url = live.question(request.path, holders, row=keys, columns=columns)
        return live.changed(request, live_url, live.cells(table))

    def list_context(self, request: HttpRequest) -> dict[str, Any]:
        """Adds where to ask for changes."""
        context = super().list_context(request)
        holders = context["table"].records
        keys, columns = [holder.public_id for holder in holders], context["table"].chosen
        return context | {"live_url": live.question(request.path, holders, row=keys, columns=columns)}


class HolderDetail(DetailPage):
    """One holder of a subscriber: its registration on top, its last attempts to authenticate below."""

    template_name = "sip/holder.html"
    actions: ClassVar[tuple[ObjectAction, ...]] = (
        EDIT, ROTATE, REBOOT, NOTIFY, WHY, CLONE, DISABLE, ENABLE, DELETE,
    )  # fmt: skip

    def queryset(self) -> QuerySet[Any]:
        """With its realm and its registration."""
        return registrar.current().with_state(super().queryset().select_related("subscriber__realm"))

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The page, or its state where that has changed since."""
        if not live.is_asked(request):
            return super().get(request, **kwargs)
        if request.GET.get("v") == live.version([self.object]):
            return live.unchanged()
        parts = [("live-state", self.state()), ("live-registration", self.registration())]
        return live.changed(request, self.live_url(), parts)

    def context(self, **extra: Any) -> dict[str, Any]:
        """Adds its state, its registration and the latest attempts."""
        return super().context(
            state=self.state(),
            registration=self.registration(),
            live_url=self.live_url(),
            **{"attempts": self.attempts(), "attempts_url": self.attempts_url(), **extra},
        )

    def live_url(self) -> str:
        """Where to ask for changes."""
        return live.question(self.request.path, [self.object])

    def state(self) -> SafeString:
        """A dot and a word."""
        return state(self.object)

    def registration(self) -> SafeString:
        """The panel about the latest contact; nothing where there is none."""
        if not REGISTRATION.applies_to(self.object):
            return SafeString("")
        return components.component("panel", panel=REGISTRATION, rows=REGISTRATION.rows(self))

    def attempts_url(self) -> str:
        """All attempts with its username."""
        return f"{ATTEMPTS.url('list', self.account)}?{urlencode({'username': self.object.username})}"

    def attempts(self) -> list[AuthAttempt]:
        """The latest attempts; none where there is no subscriber, for those of unknown users have none either."""
        if self.object.subscriber_id is None:
            return []
        return list(AuthAttempt.objects.filter(subscriber_id=self.object.subscriber_id)[:ATTEMPTS_SHOWN])


class HolderRotate(GivesSecret, ObjectPage, FormPage):
    """A new password for an endpoint or a credential."""

    form_class = RotateForm
    asks_proof = True
    submit_label = gettext_lazy("Rotate password")

    def get_title(self) -> str:
        """Whose password."""
        return _("New password for %(name)s") % {"name": self.object}

    def back(self) -> str:
        """To the object."""
        return self.section.url("detail", self.account, self.object)

    def save(self, form: RotateForm) -> Any:
        """Call the service that replaces it."""
        return self.rotate(**form.cleaned_data)

    def rotate(self, *, password: str, overlap_minutes: int) -> Any:
        """Replace the password. Raises ``ValidationError``."""
        raise NotImplementedError

    def done(self, result: Any) -> HttpResponse:
        """To the panel."""
        return self.hand_over(self.object, password=self.request.POST["password"])


class HolderSecret(SecretPage):
    """What to type into the phone, once."""

    template_name = "sip/secret.html"

    def queryset(self) -> QuerySet[Any]:
        """With its realm."""
        return super().queryset().select_related("subscriber__realm")

    def get_title(self) -> str:
        """Whose settings."""
        return _("Connect %(name)s") % {"name": self.object}

    def panel(self, content: dict[str, Any]) -> dict[str, Any]:
        """Settings, QR code, snippets."""
        phone = connection(self.object.subscriber, content["password"])
        return {
            "rows": [
                ("sip-username", _("Username"), phone.username, False),
                ("sip-realm", _("Realm (domain)"), phone.realm, False),
                ("sip-server", _("Server"), phone.server, False),
                ("sip-password", _("Password"), phone.password, True),
            ],
            "qr": qr_code(phone.uri),
            "snippets": snippets(phone),
        }
