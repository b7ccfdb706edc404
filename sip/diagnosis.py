"""Why can't it register? What is checked of a subscriber, and a digest that is really computed and judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console import components
from console.sections import Words
from sip import registrar, registrar_blocks
from sip.digest import Algorithm, DigestRequest, ha1, response
from sip.models import AuthAttempt, Block, Outcome, Reason, Subscriber
from sip.webhook.judgement import Judgement, judge
from sip.webhook.knowledge import NOTHING, Access, look_up
from sip.webhook.question import Question

TALKED_WITHIN = timedelta(hours=1)
NONCE, COUNT, CNONCE = "157590482938000", "00000001", "0a4f113b"
# In the order in which an answer is judged: what has to hold, and the reasons that say it does not.
STEPS: tuple[tuple[Words, tuple[Reason, ...]], ...] = (
    (gettext_lazy("The request makes sense"), (Reason.MALFORMED, Reason.ALGORITHM, Reason.QOP)),
    (gettext_lazy("The source is not blocked"), (Reason.BLOCKED,)),
    (gettext_lazy("The realm is this account's"), (Reason.UNKNOWN_REALM,)),
    (gettext_lazy("The username is known there"), (Reason.UNKNOWN_USER,)),
    (gettext_lazy("The realm is spelt as documented or in lower case"), (Reason.REALM_SPELLING,)),
    (gettext_lazy("The digest is that of the stored password"), (Reason.WRONG_PASSWORD,)),
    (gettext_lazy("It is enabled"), (Reason.DISABLED,)),
    (gettext_lazy("Its account is enabled"), (Reason.ACCOUNT_DISABLED,)),
    (gettext_lazy("It comes from an allowed network"), (Reason.NETWORK,)),
)


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the list: what was looked at, whether it is well (None: not known), and what was found."""

    label: Words
    is_well: bool | None
    found: Words = ""
    said: Words = ""  # instead of the usual word

    @property
    def tone(self) -> str:
        """The colour of its dot."""
        return {True: "good", False: "bad", None: "off"}[self.is_well]

    @property
    def word(self) -> Words:
        """The word beside its dot."""
        return self.said or {True: _("OK"), False: _("Problem"), None: _("Not known")}[self.is_well]


def checks(holder: Any) -> list[Check]:
    """What can be told without the password: ``holder`` is annotated by ``Registrar.with_state``."""
    subscriber: Subscriber = holder.subscriber
    fault = registrar.current().health()
    return [
        _registration(holder),
        Check(_("It is enabled"), subscriber.enabled),
        Check(_("Its account is enabled"), subscriber.account.is_live),
        Check(_("Realm to set in the phone"), True, subscriber.realm.shown_as),
        _last_attempt(subscriber),
        _blocks(subscriber),
        Check(_("The registrar answers"), not fault, fault),
        *([_server(subscriber)] if registrar.current().asks_us else []),
    ]


def _registration(holder: Any) -> Check:
    if holder.registered_until is not None:
        return Check(_("Registered now"), True, holder.registered_contact or "", said=_("Registered"))
    return Check(_("Registered now"), None, said=_("Not registered"))


def _last_attempt(subscriber: Subscriber) -> Check:
    last = AuthAttempt.objects.filter(subscriber_id=subscriber.pk).first()
    if last is None:
        return Check(_("Last attempt"), None, said=_("None on record"))
    found = components.markup("{}, {}", components.moment(last.at), last.source or "—")
    return Check(_("Last attempt"), last.outcome == Outcome.OK, found, said=last.get_reason_display())


def _blocks(subscriber: Subscriber) -> Check:
    standing = Block.objects.filter(
        realm=subscriber.realm.name, username_key=subscriber.username_key, until__gt=timezone.now()
    )
    sources = [*(block.source for block in standing[:5]), *registrar_blocks.sources_for(subscriber)]
    return Check(_("No source is blocked for it"), not sources, ", ".join(sources))


def _server(subscriber: Subscriber) -> Check:
    since = timezone.now() - TALKED_WITHIN
    account = subscriber.account
    has_talked = AuthAttempt.objects.filter(main_account_id=account.main_id, at__gte=since).exists()
    found = "" if has_talked else _("Nothing was asked for this account within the last hour.")
    return Check(_("The SIP server asks us"), has_talked or None, found)


def attempt(subscriber: Subscriber, *, password: str, realm: str, algorithm: str, source: str = "") -> Judgement:
    """Judge a REGISTER of a phone with these settings, by the very code that answers the SBC. Nothing is kept."""
    question = _question(subscriber.username, password=password, realm=realm, algorithm=algorithm, source=source)
    known = NOTHING
    if realm.lower() == subscriber.realm.name:
        known = look_up(realm=realm, username=subscriber.username, source=source)
    return judge(question, known, known.access or Access.of_nobody())


def _question(username: str, *, password: str, realm: str, algorithm: str, source: str) -> Question:
    """What an SBC would ask about such a phone."""
    fields = {"method": "REGISTER", "username": username, "realm": realm, "nonce": NONCE, "uri": f"sip:{realm}"}
    fields |= {"algorithm": algorithm, "qop": "auth", "nc": COUNT, "cnonce": CNONCE}
    named = Algorithm(algorithm)
    request = DigestRequest.from_fields({**fields, "response": "-"})
    answered = response(named, ha1(named, username, realm, password), request) if request else ""
    return Question.read({**fields, "response": answered, "source_address": source, "expires": 300})


def explain(judgement: Judgement) -> list[Check]:
    """The verdict step by step: what held, what did not, what was not looked at any more."""
    lines: list[Check] = []
    has_failed = False
    for label, reasons in STEPS:
        failed = judgement.reason in reasons
        lines.append(Check(label, None if has_failed else not failed, judgement.reason.label if failed else ""))
        has_failed = has_failed or failed
    return lines
