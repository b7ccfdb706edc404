"""The small parts that tables, panels and templates share, each drawn by its template in ``components/``."""

from __future__ import annotations

import datetime
import html
from functools import lru_cache
from typing import Any

from django.template.loader import get_template
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import get_language
from django.utils.translation import gettext as _

NOTHING = mark_safe('<span class="faint">—</span>')
MARK = "\ue000"  # of the private use area: no template holds it
PRINTED = (str, int, Promise, type(None))
FAR_SECONDS = 30 * 24 * 3600


@lru_cache(maxsize=8)
def _template(name: str) -> Any:
    return get_template(f"components/{name}.html")


def component(name: str, /, **context: Any) -> SafeString:
    """Draw ``components/{name}.html``; where all it gets is texts and numbers, by filling a mould drawn once.

    So a template that gets only such may print them, and ask whether they are empty, but not compare or change them.
    """
    if [value for value in context.values() if not isinstance(value, PRINTED)]:  # a third of what all() costs
        return mark_safe(str(_template(name).render(context)))  # noqa: S308  (a template escapes its values itself)
    filled = tuple([key for key, value in context.items() if value])
    pieces = _mould(name, filled, tuple(context), get_language())
    drawn = [escaped(context[piece]) if is_value else piece for is_value, piece in pieces]
    return mark_safe("".join(drawn))  # noqa: S308  (all values are escaped, the rest is the template's)


def escaped(value: Any) -> str:
    """As Django escapes, without its detour for texts that are to be translated later."""
    if isinstance(value, SafeString):
        return value
    return str(value.__html__()) if hasattr(value, "__html__") else html.escape(str(value))


def markup(pattern: str, *values: Any) -> SafeString:
    """Put values, escaped, into a constant pattern: ``format_html`` for what is drawn in every row."""
    return mark_safe(pattern.format(*[escaped(value) for value in values]))  # noqa: S308  (all values are escaped)


@lru_cache(maxsize=256)
def _mould(name: str, filled: tuple[str, ...], keys: tuple[str, ...], _language: str) -> list[tuple[bool, str]]:
    """The template in pieces: texts, and the names of the values between them."""
    context = {key: f"{MARK}{key}{MARK}" if key in filled else "" for key in keys}
    drawn = str(_template(name).render(context)).split(MARK)
    return [(bool(place % 2), piece) for place, piece in enumerate(drawn)]


def identifier(value: Any, label: Any = "") -> SafeString:
    """An identifier in monospace with its copy button; a dash for nothing."""
    if value in (None, ""):
        return NOTHING
    return component("identifier", value=str(value), button=copy_button(value, label=label))


def copy_button(value: Any = "", *, source: str = "", label: Any = "") -> SafeString:
    """A button that copies ``value``, or the text of the element whose id is ``source``."""
    return component("copy", value=str(value), source=source, label=str(label or value))


def status(enabled: bool) -> SafeString:
    """Enabled or disabled: a dot and a word."""
    return component("status", tone="good" if enabled else "off", word=_("Enabled") if enabled else _("Disabled"))


def flag(value: bool | None) -> SafeString:
    """Yes, no, or a dash."""
    if value is None:
        return NOTHING
    return markup("<span>{}</span>", _("Yes")) if value else markup('<span class="faint">{}</span>', _("No"))


def text(value: Any) -> SafeString:
    """A text of any script and length, kept to its own direction; a dash for nothing."""
    if value in (None, ""):
        return NOTHING
    return markup('<bdi title="{}">{}</bdi>', value, value)


def networks(value: list[str] | None) -> SafeString:
    """Networks in monospace; "anywhere" for none."""
    if not value:
        return markup('<span class="muted">{}</span>', _("From anywhere"))
    return format_html_join(", ", '<span class="mono">{}</span>', ((network,) for network in value))


def moment(value: datetime.datetime | None) -> SafeString:
    """A moment: near ones as a distance, others as a date, the exact ISO 8601 time on hover."""
    if value is None:
        return NOTHING
    local = timezone.localtime(value)
    iso = local.isoformat(timespec="seconds")
    return markup('<time datetime="{}" title="{}">{}</time>', iso, iso, _spoken(value, local))


def _spoken(value: datetime.datetime, local: datetime.datetime) -> str:
    now = timezone.now()
    distance = abs((now - value).total_seconds())
    if distance < 60:
        return _("just now")
    if distance > FAR_SECONDS:
        return formats.date_format(local, "DATE_FORMAT")
    if value > now:
        return _("in %(distance)s") % {"distance": timeuntil(value, now, depth=1)}
    return _("%(distance)s ago") % {"distance": timesince(value, now, depth=1)}
