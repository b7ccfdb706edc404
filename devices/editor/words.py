"""The values of a document that are one of several, in the words of the pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from devices.editor.controls import Choices

TYPES: Choices = (
    ("sip_device", _("Desk phone")),
    ("softphone", _("Softphone")),
    ("smartphone", _("Smartphone")),
    ("fax", _("Fax")),
    ("ata", _("Analogue adapter")),
    ("cellphone", _("Mobile phone (forwarding)")),
    ("landline", _("Landline (forwarding)")),
    ("sip_uri", _("SIP address")),
    ("mobile", _("Mobile")),
    ("application", _("Application")),
)
FORWARDING = ("cellphone", "landline")  # the types that only hand calls on
METHODS: Choices = (("password", _("Username and password")), ("ip", _("Its IP address")))
FORMATS: Choices = (
    ("username", _("Its username")),
    ("contact", _("Its contact")),
    ("e164", _("E.164 (+14155550100)")),
    ("1npan", _("1 and ten digits")),
    ("npan", _("Ten digits")),
    ("strip_plus", _("Digits without the +")),
    ("route", _("The route below")),
)
PRIVACY: Choices = (
    ("none", _("Show name and number")),
    ("name", _("Hide the name")),
    ("number", _("Hide the number")),
    ("full", _("Hide both")),
)
