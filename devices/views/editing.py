"""The device editor: one document as a form in tabs, or as JSON; create, clone, edit.

Both forms are of one draft. Going from one to the other saves nothing and loses nothing, with or without JavaScript.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.curl import PASSWORD, Command
from console.sections import Words
from console.views.base import ObjectPage
from console.views.curl import ASKS, CurlPage, host, written
from console.views.responses import SeeOther
from console.views.secret import GivesSecret
from devices.document import presented, redact
from devices.document.basics import Document, text_at
from devices.document.merging import difference
from devices.editor import json_text
from devices.editor.form import DeviceForm
from devices.editor.json_text import MOST_CHARACTERS, Text
from devices.editor.presets import PRESETS, preset
from devices.editor.tabs import TABS
from devices.models import Device
from devices.refusals import DocumentRefused, StaleRevision
from devices.sections import DEVICE_CALLS
from devices.services import Written, device_create, device_update

FORM, JSON = "form", "json"
NOT_CLONED = ("name", "mac_address")
NOT_CLONED_OF_SIP = ("username", "ip", "password")


class DeviceEditor(GivesSecret, CurlPage):
    """Shows a draft, takes it back changed, and saves it."""

    template_name = "devices/editor.html"
    action = "edit"
    is_new: ClassVar[bool] = False
    submit_label: ClassVar[Words] = gettext_lazy("Save")

    # --- what is edited -----------------------------------------------------------------------------------------------

    def start(self) -> Document:
        """The document that the editor opens with."""
        raise NotImplementedError

    def save(self, document: Document, data: QueryDict) -> Written:
        """Call the service. Raises ``ValidationError``."""
        raise NotImplementedError

    def back(self) -> str:
        """Where "Cancel" leads."""
        return self.section.url("list", self.account)

    # --- showing it ---------------------------------------------------------------------------------------------------

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The draft as it starts."""
        return self.show(self.start(), as_json=request.GET.get("as") == JSON)

    def show(self, draft: Document, *, as_json: bool) -> HttpResponse:
        """The draft in one of its forms."""
        if as_json:
            return self.ask_json(Text(json_text.written(draft)))
        return self.ask_form(self.form(None, draft))

    def form(self, data: QueryDict | None, base: Document) -> DeviceForm:
        """The form over a base."""
        return DeviceForm(data, account=self.account, base=base, is_new=self.is_new)

    def ask_form(self, form: DeviceForm) -> HttpResponse:
        """The form, opened at the tab where something is wrong, or where one was."""
        tabs = form.drawn()
        faulty = next((drawn.tab.name for drawn in tabs if drawn.error_count), "")
        current = faulty or self.request.POST.get("tab", "")
        open_tab = current if current in {tab.name for tab in TABS} else TABS[0].name
        return self.draw(form=form, tabs=tabs, open_tab=open_tab, base=json.dumps(form.base))

    def ask_json(self, text: Text) -> HttpResponse:
        """The text, with what is wrong beside its lines."""
        return self.draw(text=text)

    def draw(self, **context: Any) -> HttpResponse:
        """The page."""
        revision = self.request.POST.get("revision") or self.revision()
        return self.render(back=self.back(), submit_label=self.submit_label, revision=revision, **context)

    def revision(self) -> str:
        """The revision that is edited; none for a new device."""
        return ""

    # --- taking it back -----------------------------------------------------------------------------------------------

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Save, show the draft in its other form, or write down the call that would save it."""
        if ASKS in request.POST:
            return self.write_down(request.POST)
        if "text" in request.POST:
            return self.take_json(Text(request.POST["text"].replace("\r\n", "\n")), request.POST)
        return self.take_form(self.form(request.POST, self.base(request.POST)), request.POST)

    def base(self, data: QueryDict) -> Document:
        """What the form was drawn over: it may hold what was typed as JSON before."""
        text = Text(data.get("base", ""))
        document = json_text.read(text) if len(text.text) <= MOST_CHARACTERS else None
        return document if isinstance(document, dict) else self.start()

    def take_form(self, form: DeviceForm, data: QueryDict) -> HttpResponse:
        """Read the fields."""
        if not form.is_valid():
            return self.ask_form(form)
        if data.get("show") == JSON:
            return self.show(form.document(), as_json=True)
        try:
            return self.done(self.save(form.document(), data), form.document())
        except DocumentRefused as error:
            form.refuse_document(error.faults)
        except ValidationError as error:
            form.refuse(error)
        return self.ask_form(form)

    def take_json(self, text: Text, data: QueryDict) -> HttpResponse:
        """Read the text."""
        document = json_text.read(text)
        if document is None:
            return self.ask_json(text)
        if data.get("show") == FORM:
            return self.show(document, as_json=False)
        try:
            return self.done(self.save(document, data), document)
        except DocumentRefused as error:
            text.refuse(error.faults)
        except ValidationError as error:
            text.refuse_whole(error.messages)
        return self.ask_json(text)

    def write_down(self, data: QueryDict) -> HttpResponse:
        """The draft as a command line, where it can be read."""
        if "text" in data:
            text = Text(str(data["text"]).replace("\r\n", "\n"))
            document = json_text.read(text)
            fault = {"fault": _("This is no JSON yet: see what stands beside its lines.")}
            return self.answer_curl(
                fault if document is None else written(self.call(without_password(document))),
                lambda: self.ask_json(text),
            )
        form = self.form(data, self.base(data))
        form.is_valid()
        return self.answer_curl(written(self.call(without_password(form.document()))), lambda: self.ask_form(form))

    def call(self, document: Document) -> Command:
        """The call that saves the draft."""
        raise NotImplementedError

    def done(self, written: Written, document: Document) -> HttpResponse:
        """To the device; a new password is shown once on the way."""
        messages.success(self.request, _("Saved."))
        password = text_at(document, "sip", "password")
        if password and written.device.subscriber is not None:
            return self.hand_over(written.device, password=password)
        return SeeOther(self.section.url("detail", self.account, written.device))


class DeviceCreate(DeviceEditor):
    """A new device, from a preset."""

    is_new = True
    submit_label = gettext_lazy("Create")

    def get_title(self) -> Words:
        """New device."""
        return _("New %(thing)s") % {"thing": self.section.one}

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """First what it is, then its settings."""
        if preset(request.GET.get("preset", "")) is None:
            return self.render(template="devices/presets.html", presets=PRESETS)
        return super().get(request, **kwargs)

    def start(self) -> Document:
        """The preset's document."""
        chosen = preset(self.request.GET.get("preset", ""))
        return chosen.document() if chosen else {}

    def call(self, document: Document) -> Command:
        """The call that creates it."""
        return DEVICE_CALLS.create(host(self.request), self.account, document)

    def save(self, document: Document, data: QueryDict) -> Written:
        """Create it."""
        return device_create(account=self.account, data=document)


class DeviceClone(ObjectPage, DeviceCreate):
    """A new device with the settings of another; its names, addresses and secrets are not copied."""

    def get_title(self) -> Words:
        """Whose clone it is."""
        return _("Clone %(name)s") % {"name": self.object}

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The draft."""
        return DeviceEditor.get(self, request, **kwargs)

    def start(self) -> Document:
        """The other's document."""
        document = {key: value for key, value in self.object.document.items() if key not in NOT_CLONED}
        sip = {key: value for key, value in document.get("sip", {}).items() if key not in NOT_CLONED_OF_SIP}
        return {**document, "sip": sip}

    def back(self) -> str:
        """To the device that is cloned."""
        return self.section.url("detail", self.account, self.object)


class DeviceEdit(ObjectPage, DeviceEditor):
    """Change a device."""

    object: Device

    def get_title(self) -> Words:
        """What is edited."""
        return _("Edit %(name)s") % {"name": self.object}

    def back(self) -> str:
        """To the device."""
        return self.section.url("detail", self.account, self.object)

    def start(self) -> Document:
        """The stored document, as the API shows it, but for its id."""
        shown = presented(self.object.device_id, redact(self.object.document))
        return {key: value for key, value in shown.items() if key != "id"}

    def revision(self) -> str:
        """The stored one."""
        return self.object.revision

    def call(self, document: Document) -> Command:
        """The call that changes what differs from the stored document."""
        body = difference(self.start(), document)
        return DEVICE_CALLS.change(host(self.request), self.account, self.object.device_id, body)

    def save(self, document: Document, data: QueryDict) -> Written:
        """Replace the document, if nobody else has since."""
        seen = data.get("revision", "")

        def check(device: Device) -> None:
            if seen and device.revision != seen:
                raise StaleRevision

        return device_update(
            account=self.account, device_id=self.object.device_id, data=document, merges=False, check=check
        )


def without_password(document: Document) -> Document:
    """The document with a shell variable in the place of its password."""
    if not text_at(document, "sip", "password"):
        return document
    return {**document, "sip": {**document["sip"], "password": PASSWORD}}
