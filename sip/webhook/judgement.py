"""The decision about one question, from what is known. Pure: the caller records it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from sip import digest
from sip.models import Reason
from sip.networks import contains
from sip.uri import SipUri
from sip.webhook.knowledge import Access, Knowledge, KnownSubscriber
from sip.webhook.question import Question

PHONE_DIGITS = 7  # a callee of at least so many digits (or with a +) is a phone number, not a neighbour
PHONE_SEPARATORS = str.maketrans("", "", "-.() ")
DIGEST_REASONS = {
    digest.Reason.MALFORMED: Reason.MALFORMED,
    digest.Reason.ALGORITHM: Reason.ALGORITHM,
    digest.Reason.QOP: Reason.QOP,
    digest.Reason.REALM_SPELLING: Reason.REALM_SPELLING,
    digest.Reason.WRONG_PASSWORD: Reason.WRONG_PASSWORD,
}
# What counts towards blocking its source. The right password of somebody disabled counts as a wrong one does,
# or the answers to the twentieth try would differ.
FAILURES = frozenset(
    {
        Reason.UNKNOWN_REALM,
        Reason.UNKNOWN_USER,
        Reason.WRONG_PASSWORD,
        Reason.REALM_SPELLING,
        Reason.DISABLED,
        Reason.ACCOUNT_DISABLED,
        Reason.NETWORK,
        Reason.REPLAY,
        Reason.AOR_MISMATCH,
        Reason.REALM_MISMATCH,
    }
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What to answer: admitted or not, and why; ``granted_expires_seconds`` is how long the binding lives."""

    reason: Reason
    subscriber: KnownSubscriber | None = None
    granted_expires_seconds: int | None = None
    answered_expires_seconds: int | None = None
    application_sid: UUID | None = None
    blocked_until: datetime | None = None

    @property
    def is_admitted(self) -> bool:
        """Whether the answer is "ok"."""
        return self.reason in (Reason.ADMITTED, Reason.OLD_PASSWORD)

    @property
    def is_failure(self) -> bool:
        """Whether it counts towards blocking its source."""
        return self.reason in FAILURES

    @property
    def blacklist_seconds(self) -> int | None:
        """For how many whole seconds the SBC is asked to shut the source out; None where it is not."""
        if self.blocked_until is None:
            return None
        return max(1, int((self.blocked_until - timezone.now()).total_seconds()))


def judge(question: Question, known: Knowledge, access: Access) -> Judgement:
    """Decide. The digest is computed in any case, so that the time tells nothing about users and their state."""
    subscriber = known.subscriber
    if question.digest is None:
        return Judgement(Reason.MALFORMED, subscriber)
    verdict = digest.verify(question.digest, subscriber.secrets if subscriber else ())
    if known.blocked_until is not None:
        return Judgement(Reason.BLOCKED, subscriber, blocked_until=known.blocked_until)
    if subscriber is None:
        return Judgement(_unknown(verdict, known))
    if verdict.reason is not None:
        return Judgement(DIGEST_REASONS[verdict.reason], subscriber)
    refused = _refusal(question, subscriber, access)
    if refused is not None:
        return Judgement(refused, subscriber)
    return _admission(question, subscriber, access, is_old_password=verdict.secret_index != 0)


def _unknown(verdict: digest.Verdict, known: Knowledge) -> Reason:
    """Why a digest fits nobody: what is wrong with itself, else whom it names."""
    if verdict.reason is not None and verdict.reason is not digest.Reason.WRONG_PASSWORD:
        return DIGEST_REASONS[verdict.reason]
    return Reason.UNKNOWN_REALM if known.realm_account_id is None else Reason.UNKNOWN_USER


def _admission(question: Question, subscriber: KnownSubscriber, access: Access, *, is_old_password: bool) -> Judgement:
    reason = Reason.OLD_PASSWORD if is_old_password else Reason.ADMITTED
    if question.method == "INVITE":
        return Judgement(reason, subscriber, application_sid=subscriber.application_sid)
    asked, most = question.expires_seconds, access.max_expires_seconds
    return Judgement(
        reason,
        subscriber,
        granted_expires_seconds=most if asked is None else min(asked, most),
        answered_expires_seconds=most if asked is not None and most < asked else None,
    )


def _refusal(question: Question, subscriber: KnownSubscriber, access: Access) -> Reason | None:
    """Why somebody who knows the password is refused all the same."""
    if not subscriber.enabled:
        return Reason.DISABLED
    if not subscriber.is_account_live:
        return Reason.ACCOUNT_DISABLED
    if subscriber.allowed_networks and not _is_from(question, subscriber.allowed_networks):
        return Reason.NETWORK
    if question.method == "REGISTER":
        return _registration_refusal(question, access)
    return _call_refusal(question, subscriber) if question.method == "INVITE" else Reason.METHOD


def _is_from(question: Question, networks: Sequence[str]) -> bool:
    return question.is_source_trusted and contains(networks, question.source)


def _registration_refusal(question: Question, access: Access) -> Reason | None:
    """The address being registered must be the user's own: the SBC does not compare them."""
    if not question.has_to:
        return None
    user, host = question.to or ("", "")
    if access.check_aor and user.casefold() != question.username.casefold():
        return Reason.AOR_MISMATCH
    if access.check_realm and host != question.realm.lower():
        return Reason.REALM_MISMATCH
    return None


def _call_refusal(question: Question, subscriber: KnownSubscriber) -> Reason | None:
    """Hold a call to what the subscriber may call. It writes To and URI itself, so it must be allowed to call both."""
    if not subscriber.allow_voice:
        return Reason.VOICE
    target = question.target if question.target and question.target.user else None  # some name the server only
    callees = [callee for callee in (question.to, target) if callee is not None]
    realm = question.realm.lower()
    return None if all(_may_call(subscriber, callee, realm) for callee in callees) else Reason.CALLEE


def _may_call(subscriber: KnownSubscriber, callee: SipUri, realm: str) -> bool:
    if callee.host == f"app.{settings.SIP_DOMAIN}":
        return subscriber.allow_apps
    if _is_phone(callee.user):
        return subscriber.allow_phones
    return subscriber.allow_same_domain if callee.host == realm else subscriber.allow_other_domains


def _is_phone(user: str) -> bool:
    """Whether a user part is a phone number, separators or not (RFC 3261 section 19.1.6)."""
    number = user.partition(";")[0].translate(PHONE_SEPARATORS)
    digits = number.removeprefix("+")
    return digits.isdigit() and (number != digits or len(digits) >= PHONE_DIGITS)
