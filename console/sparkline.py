"""A small chart of bars, drawn on the server as SVG: no script, no inline style, colours by the sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from console.components import component

HEIGHT = 56
BAR, GAP = 8, 2
LOWEST = 3  # so that one among thousands can still be seen
EMPTY = 1  # the line of an hour without any


@dataclass(frozen=True, slots=True)
class Bar:
    """One value: where it stands, and what it says on hover."""

    x: int
    y: int
    height: int
    words: str
    is_empty: bool


def sparkline(values: Sequence[tuple[str, int]], *, label: str | Promise) -> SafeString:
    """Draw pairs of a name and a value; who cannot see it hears the label, the sum and the peak."""
    peak_name, peak = max(values, key=lambda pair: pair[1], default=("", 0))
    words = {"label": label, "total": sum(value for _name, value in values), "peak": peak, "at": peak_name}
    heard = _("%(label)s: %(total)s, at most %(peak)s at %(at)s") if peak else _("%(label)s: none")
    return component(
        "sparkline",
        bars=bars(values, peak),
        width=len(values) * (BAR + GAP) - GAP,
        height=HEIGHT,
        bar_width=BAR,
        heard=heard % words,
    )


def bars(values: Sequence[tuple[str, int]], peak: int) -> list[Bar]:
    """The bars, as high as their share of the peak."""
    drawn = []
    for place, (name, value) in enumerate(values):
        height = max(LOWEST, round(HEIGHT * value / peak)) if value else EMPTY
        drawn.append(Bar(place * (BAR + GAP), HEIGHT - height, height, f"{name} · {value}", not value))
    return drawn
