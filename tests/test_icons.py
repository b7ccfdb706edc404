"""Templates load ``heroicons`` and get the package's icons, each drawn once."""

from __future__ import annotations

import heroicons
import pytest
from django.template import Context, Template
from heroicons.templatetags.heroicons import heroicon_micro


def test_an_icon_is_drawn_once_and_as_the_package_draws_it(monkeypatch: pytest.MonkeyPatch) -> None:
    template = Template('{% load heroicons %}{% heroicon_micro "check" size=17 data_of="<icons>" %}')
    first = template.render(Context())
    assert first == heroicon_micro("check", size=17, data_of="<icons>")
    monkeypatch.delattr(heroicons, "_render_icon")
    assert template.render(Context()) == first
