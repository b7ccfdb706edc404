"""The generic forms: create, clone, edit, delete. Each calls one service and answers 303."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.forms import ConsoleModelForm
from console.sections import Words
from console.views.base import AccountPage, ObjectPage, object_name
from console.views.curl import FormCurl
from console.views.responses import SeeOther


class AccountFormPage(AccountPage):
    """A page that asks and then calls a service. Nothing typed is lost when the service refuses."""

    template_name = "generic/form.html"
    action = "edit"
    form_class: type[Any]
    submit_label: Words = gettext_lazy("Save")
    offers_another = False

    def form(self, data: Any = None) -> Any:
        """The form, bound when ``data`` was sent."""
        return self.form_class(data, account=self.account, **self.form_options())

    def form_options(self) -> dict[str, Any]:
        """What else the form is made with."""
        return {}

    def save(self, form: Any) -> Any:
        """Call the service. Raises ``ValidationError``."""
        raise NotImplementedError

    def done(self, result: Any) -> HttpResponse:
        """Where to go after it worked."""
        raise NotImplementedError

    def back(self) -> str:
        """Where "Cancel" leads."""
        return reverse("overview", kwargs={"auth_id": self.account.auth_id})

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The empty (or prefilled) form."""
        return self.ask(self.form())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Call the service, or show the form again with what is wrong."""
        form = self.form(request.POST)
        if not form.is_valid():
            return self.ask(form)
        try:
            return self.done(self.save(form))
        except ValidationError as error:
            form.refuse(error)
        except IntegrityError:
            form.add_error(None, _("Somebody else changed this at the same moment. Look again and save once more."))
        return self.ask(form)

    def ask(self, form: Any) -> HttpResponse:
        """Show the form."""
        return self.render(
            form=form, submit_label=self.submit_label, back=self.back(), offers_another=self.offers_another
        )


class FormPage(FormCurl, AccountFormPage):
    """The same in a section."""

    def back(self) -> str:
        """To the list."""
        return self.section.url("list", self.account)


class CreatePage(FormPage):
    """Makes a new object of the section."""

    makes_new = True
    form_class: type[ConsoleModelForm]
    submit_label = gettext_lazy("Create")

    def get_title(self) -> Words:
        """New, and the section's singular."""
        return _("New %(thing)s") % {"thing": self.section.one}

    def done(self, result: Any) -> HttpResponse:
        """To the new object, or to another empty form."""
        messages.success(self.request, _("%(name)s was created.") % {"name": object_name(result)})
        if "another" in self.request.POST:
            return SeeOther(self.section.url("create", self.account))
        return SeeOther(self.section.url("detail", self.account, result))


class ClonePage(ObjectPage, CreatePage):
    """A new object that starts with the values of another; names, ids and secrets are not copied."""

    not_copied: tuple[str, ...] = ("username", "alias", "app_name", "name")

    def form_options(self) -> dict[str, Any]:
        """The other object's values as the first ones."""
        names = [name for name in self.form_class.base_fields if name not in self.not_copied]
        return {"initial": {name: value_of(self.object, name) for name in names if hasattr(self.object, name)}}

    def get_title(self) -> Words:
        """Whose clone it is."""
        return _("Clone %(name)s") % {"name": object_name(self.object)}

    def back(self) -> str:
        """To the object that is cloned."""
        return self.section.url("detail", self.account, self.object)


class EditPage(ObjectPage, FormPage):
    """Changes an object."""

    form_class: type[ConsoleModelForm]

    def form_options(self) -> dict[str, Any]:
        """The object's values."""
        return {"instance": self.object}

    def fresh(self) -> Any:
        """The object as stored: the form has already written on the other copy."""
        return self.queryset().get(pk=self.object.pk)

    def get_title(self) -> Words:
        """What is edited."""
        return _("Edit %(name)s") % {"name": object_name(self.object)}

    def back(self) -> str:
        """To the object."""
        return self.section.url("detail", self.account, self.object)

    def done(self, result: Any) -> HttpResponse:
        """To the object."""
        messages.success(self.request, _("Saved."))
        return SeeOther(self.section.url("detail", self.account, result))


class DeletePage(ObjectPage):
    """Names what falls with the object, then deletes it."""

    template_name = "generic/delete.html"
    action = "edit"
    asks_proof = True
    submit_label: Words = gettext_lazy("Delete")
    done_words: Words = gettext_lazy("%(name)s was deleted.")

    def get_title(self) -> Words:
        """The question."""
        return _("Delete %(name)s?") % {"name": object_name(self.object)}

    def consequences(self) -> list[str]:
        """What happens besides, a sentence each."""
        return []

    def to_type(self) -> str:
        """What has to be typed to confirm; nothing by default."""
        return ""

    def remove(self) -> None:
        """Call the service. Raises ``ValidationError``."""
        raise NotImplementedError

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The question."""
        return self.ask("")

    def ask(self, error: str) -> HttpResponse:
        """Show the question, with why it was refused."""
        back = self.section.url("detail", self.account, self.object)
        return self.render(
            consequences=self.consequences(),
            to_type=self.to_type(),
            error=error,
            back=back,
            submit_label=self.submit_label,
        )

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Delete and go to the list."""
        if request.POST.get("typed", "").strip() != self.to_type():
            return self.ask(_("What you typed is not %(text)s.") % {"text": self.to_type()})
        name = object_name(self.object)
        try:
            self.remove()
        except ValidationError as error:
            return self.ask(" ".join(error.messages))
        messages.success(request, self.done_words % {"name": name})
        return SeeOther(self.section.url("list", self.account))


def value_of(instance: Any, name: str) -> Any:
    """A value as a form's ``initial`` takes it."""
    value = getattr(instance, name)
    return getattr(value, "pk", value)
