"""What the SIP side tells on the overviews: who is registered, what was refused, what needs attention, first steps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, Exists, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Account
from console import counters, overview
from console.overview import Card, Notice, Step
from console.sparkline import sparkline
from sip import registrar, tallies
from sip.holders import section_of
from sip.models import AuthAttempt, Block, Subscriber, SubscriberKind
from sip.sections import ATTEMPTS, BLOCKS, REGISTRATIONS

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

MOST_REGISTERED = 100_000  # contacts looked at for the number of registered phones
MOST_COUNTED = 1_000  # rows that a notice counts
REASONS_SHOWN = 5


def register() -> None:
    """Add to the overviews; called when the app is ready."""
    overview.register(Card("registered", "sip/_registered.html", registered, order=10))
    overview.register(Card("refused", "sip/_refused.html", refused, order=20))
    overview.notices.extend([never_used, blocked, silent_registrar])
    overview.steps.append(first_steps)


def subscribers(account: Account | None) -> QuerySet[Any]:
    """Those of the account and, for a main account, of its sub-accounts; of everybody for None."""
    rows: QuerySet[Any] = Subscriber.objects.all()
    if account is None:
        return rows
    own = Q(account_id=account.pk)
    return rows.filter(own if account.is_sub_account else own | Q(account__parent_id=account.pk))


# --- cards ------------------------------------------------------------------------------------------------------------


def registered(account: Account | None) -> dict[str, Any]:
    """How many phones are registered now, of how many that could be."""
    count = registrar.current().registered_count(account, most=MOST_REGISTERED)
    if account is None:
        total = counters.totals(None).get(Subscriber._meta.db_table, 0)
    else:
        total = counters.total_among(Subscriber, Account.objects.family_of(account))
    return {
        "registered": count,
        "is_more": count >= MOST_REGISTERED,
        "total": total,
        "url": REGISTRATIONS.url("list", account) + "?state=living" if account else "",
    }


def refused(account: Account | None) -> dict[str, Any]:
    """What was refused in the last 24 hours, hour by hour, and why."""
    day = tallies.last_day(account.pk if account else tallies.PLATFORM)
    return {
        "day": day,
        "chart": drawn(day),
        "reasons": [
            (reason.label, count, attempts_url(account, reason=reason, within="day"))
            for reason, count in day.reasons[:REASONS_SHOWN]
        ],
        "url": attempts_url(account, outcome="fail", within="day"),
        "loudest": loudest() if account is None else [],
        "is_silent": account is not None and day.attempts == 0,
    }


def drawn(day: tallies.Day) -> SafeString:
    """The hours as bars."""
    values = [(f"{timezone.localtime(hour.start):%H:%M}", hour.refused) for hour in day.hours]
    return sparkline(values, label=_("Refused attempts, hour by hour"))


def loudest() -> list[tuple[Account, str, int]]:
    """The accounts where most attempts were refused of late."""
    counted = tallies.most_refused()
    found = Account.objects.in_bulk([key for key, _count in counted])
    return [(found[key], attempts_url(found[key], outcome="fail"), count) for key, count in counted]


def attempts_url(account: Account | None, **query: str) -> str:
    """The attempts that a figure is about; the platform's are in the admin."""
    if account is not None:
        return f"{ATTEMPTS.url('list', account)}?{'&'.join(f'{name}={value}' for name, value in query.items())}"
    filters = "&".join(f"{name}__exact={value}" for name, value in query.items() if name != "within")
    return f"{reverse('admin:sip_authattempt_changelist')}?{filters}"


# --- what needs attention ---------------------------------------------------------------------------------------------


def never_used(account: Account | None) -> Iterator[Notice]:
    """What was provisioned and has never registered, as far as the lists of the account show it."""
    if account is None:
        return
    unused = Subscriber.objects.filter(listed_in(account), last_used_at=None, enabled=True).values("pk")[:MOST_COUNTED]
    counted = Subscriber.objects.filter(pk__in=unused).values_list("kind").annotate(count=Count("pk"))
    for kind, count in sorted(counted, key=lambda pair: section_of(pair[0]).order):
        section = section_of(kind)
        shown = {"count": at_least(count), "things": section.one if count == 1 else section.many}
        words = ngettext(
            "%(count)s %(things)s has never registered or called",
            "%(count)s %(things)s have never registered or called",
            count,
        )
        yield Notice(words % shown, f"{section.url('list', account)}?last_used=never&enabled=true")


def listed_in(account: Account, path: str = "") -> Q:
    """The condition for subscribers that the account's lists show: its own and, of its sub-accounts', the endpoints.

    ``path`` leads from the row to its subscriber.
    """
    own = Q(**{f"{path}account_id": account.pk})
    if account.is_sub_account:
        return own
    return own | Q(**{f"{path}account__parent_id": account.pk, f"{path}kind": SubscriberKind.ENDPOINT})


def at_least(count: int) -> str:
    """The number; with a plus sign where counting stopped."""
    return f"{count}+" if count >= MOST_COUNTED else str(count)


def blocked(account: Account | None) -> Iterator[Notice]:
    """Sources that are refused at present."""
    rows = Block.objects.filter(until__gt=timezone.now())
    count = (rows if account is None else rows.of(account))[:MOST_COUNTED].count()
    if count:
        words = ngettext("%(count)s source is blocked", "%(count)s sources are blocked", count)
        url = BLOCKS.url("list", account) if account else reverse("admin:sip_block_changelist")
        yield Notice(words % {"count": at_least(count)}, f"{url}?state=standing" if account else url, tone="bad")


def silent_registrar(account: Account | None) -> Iterator[Notice]:
    """What is wrong with the registrar, for who runs the platform."""
    fault = registrar.current().health() if account is None else ""
    if fault:
        yield Notice(fault, tone="bad")


# --- the first run ----------------------------------------------------------------------------------------------------


def first_steps(account: Account) -> Iterator[Step]:
    """What comes after something was provisioned, in one query; the first phone that registers ends the first run."""
    asked = AuthAttempt.objects.of(account).filter(via="webhook")
    used = subscribers(account).filter(last_used_at__isnull=False)
    seen = Account.objects.values_list(Exists(asked), Exists(used))
    has_asked, has_registered = seen.get(pk=account.pk)
    if settings.REGISTRAR == "webhook":
        yield Step(
            label=_("Point your SBC here"),
            text=_("jambonz asks this console who may register: give it the address and the login of the webhook."),
            icon="link",
            is_done=has_asked,
            button=_("Webhook settings"),
            url=reverse("webhook-settings", kwargs={"auth_id": account.auth_id}),
        )
    yield Step(
        label=_("Register the first phone"),
        text=_("Enter its settings, and watch it appear here. If it does not, its page says why."),
        icon="signal",
        is_done=has_registered,
        is_last=True,
        button=_("Watch attempts"),
        url=ATTEMPTS.url("list", account),
    )
