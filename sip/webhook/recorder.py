"""What is kept of each answer: the attempt, the registration, and blocks of sources that guess."""

from __future__ import annotations

from dataclasses import replace

from console import metrics
from sip import registrations
from sip.attempt_log import attempts
from sip.models import AuthAttempt, Outcome, Reason
from sip.webhook import replays
from sip.webhook.blocks import count_failure
from sip.webhook.judgement import Judgement
from sip.webhook.knowledge import Access, Knowledge
from sip.webhook.question import Question


def record(question: Question, known: Knowledge, access: Access, judgement: Judgement) -> Judgement:
    """Write the registration of an admitted REGISTER at once, queue the attempt, count a failure.

    Returns the judgement as it is answered: a replay is found here, and so is the failure that blocks its source.
    """
    if judgement.is_admitted and access.check_replay and replays.is_replay(question, judgement):
        judgement = Judgement(Reason.REPLAY, judgement.subscriber)
    if judgement.is_admitted and question.method == "REGISTER":
        registrations.record(question, judgement)
    elif judgement.is_failure:
        judgement = replace(judgement, blocked_until=count_failure(question, known, access))
    row = attempt(question, known, judgement)
    metrics.authentications.labels(row.outcome, row.reason).inc()
    attempts.add(row)
    return judgement


def attempt(question: Question, known: Knowledge, judgement: Judgement) -> AuthAttempt:
    """The row for the authentication log, unsaved."""
    account_id, main_account_id = known.owner
    return AuthAttempt(
        main_account_id=main_account_id,
        account_id=account_id,
        subscriber_id=known.subscriber.id if known.subscriber else None,
        realm=question.realm,
        username=question.username[:64],
        method=question.method,
        outcome=Outcome.OK if judgement.is_admitted else Outcome.FAIL,
        reason=judgement.reason,
        source=question.source,
        user_agent=question.user_agent,
        granted_expires_seconds=judgement.granted_expires_seconds,
    )
