"""The icons of the ``heroicons`` package, each drawn once: the package copies and serialises its XML at every use.

The settings put this library in the place of the package's, so templates load ``heroicons`` as its documents say.
"""

from __future__ import annotations

from functools import lru_cache

from django import template
from heroicons.templatetags import heroicons

MOST = 512  # of icons in a size; templates name some hundred

register = template.Library()
for _tag in (heroicons.heroicon_micro, heroicons.heroicon_mini, heroicons.heroicon_outline, heroicons.heroicon_solid):
    register.simple_tag(lru_cache(maxsize=MOST)(_tag), name=_tag.__name__)
