"""Answers that Django has no class for."""

from __future__ import annotations

from django.http import HttpResponseRedirect


class SeeOther(HttpResponseRedirect):
    """303: what was posted is done, look there; reloading does not post again."""

    status_code = 303
