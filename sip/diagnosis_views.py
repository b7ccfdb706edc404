"""The page "Why can't it register?" of an endpoint or a credential."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console import limiter
from console.fields import validate_plain_text
from console.forms import Fieldset
from console.views.base import ObjectPage
from console.views.detail import ObjectAction
from console.views.editing import FormPage
from sip import diagnosis, passwords, registrar
from sip.digest import Algorithm
from sip.sections import ATTEMPTS

TRIES_A_MINUTE = 30
ALGORITHMS = [(name.value, name.value) for name in Algorithm if not name.is_session]
WHY = ObjectAction("why", gettext_lazy("Why can't it register?"), "question-mark-circle", needs="view")


class TryForm(forms.Form):
    """What is set in the phone. Nothing of it is kept."""

    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=passwords.MAXIMUM_LENGTH,
        strip=False,
        validators=[validate_plain_text],
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("As it is set in the phone. It is compared and forgotten."),
    )
    realm = forms.CharField(label=gettext_lazy("Realm"), max_length=253, validators=[validate_plain_text])
    algorithm = forms.ChoiceField(label=gettext_lazy("Algorithm"), choices=ALGORITHMS)
    source = forms.GenericIPAddressField(
        label=gettext_lazy("Source address"), required=False, help_text=gettext_lazy("Where the phone comes from.")
    )

    def __init__(self, data: Any = None, *, account: Any, realm: str) -> None:
        super().__init__(data, initial={"realm": realm})
        self.account = account

    def sections(self) -> list[tuple[Fieldset, list[forms.BoundField]]]:
        """All fields in one."""
        text = _("Computes what a phone with these settings would send, and judges it as if the SBC had asked.")
        return [(Fieldset(_("Try it"), (), text), list(self))]

    def refuse(self, error: ValidationError) -> None:
        """Show what was said."""
        self.add_error(None, error.messages)


class HolderWhy(ObjectPage, FormPage):
    """What is checked, and a digest to try."""

    template_name = "sip/why.html"
    action = "view"
    form_class = TryForm
    submit_label = gettext_lazy("Try it")
    offers_curl = False  # no program tries a password

    def queryset(self) -> QuerySet[Any]:
        """With its registration and its account."""
        rows = super().queryset().select_related("subscriber__realm", "subscriber__account__parent")
        return registrar.current().with_state(rows)

    def get_title(self) -> str:
        """The question."""
        return _("Why can't %(name)s register?") % {"name": self.object}

    def back(self) -> str:
        """To the object."""
        return self.section.url("detail", self.account, self.object)

    def form_options(self) -> dict[str, Any]:
        """The realm that belongs in the phone."""
        return {"realm": self.object.subscriber.realm.shown_as}

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Try, where the role may. Raises ``PermissionDenied``."""
        self.demand("operate")
        return super().post(request, **kwargs)

    def save(self, form: TryForm) -> Any:
        """Judge it. Raises ``ValidationError`` for who tries too often."""
        if not limiter.take(f"try:{self.request.user.pk}", limit=TRIES_A_MINUTE).is_allowed:
            raise ValidationError(_("Too many tries: wait a minute."))
        return diagnosis.attempt(self.object.subscriber, **form.cleaned_data)

    def done(self, result: Any) -> HttpResponse:
        """The verdict, above the form as it was sent, without the password."""
        return self.ask(self.form(self.request.POST), judgement=result, steps=diagnosis.explain(result))

    def ask(self, form: Any, **extra: Any) -> HttpResponse:
        """The page."""
        query = urlencode({"username": self.object.username})
        return self.render(
            form=form,
            submit_label=self.submit_label,
            back=self.back(),
            attempts_url=f"{ATTEMPTS.url('list', self.account)}?{query}",
            checks=diagnosis.checks(self.object),
            **extra,
        )
