"""``POST /webhooks/auth``: 200 with "ok" or "fail" for everything but a caller that cannot prove itself (401)."""

from __future__ import annotations

from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from console.api.renderers import loads
from sip.webhook import recorder
from sip.webhook.judgement import Judgement, judge
from sip.webhook.knowledge import Access, look_up
from sip.webhook.proof import GET_PAYLOAD, Proof, Unproven
from sip.webhook.question import Question

logger = structlog.get_logger("sip.webhook")
GRANTED, DENIED = "authentication granted", "authentication denied"


@csrf_exempt
def authenticate(request: HttpRequest) -> HttpResponse:
    """Answer an SBC's question (see the contract, ``docs/webhook.md``)."""
    if request.method not in ("POST", "GET"):
        return _refusal(405, "method not allowed", Allow="GET, POST")
    try:
        return JsonResponse(_answer(_judgement(request)))
    except Unproven:
        return _refusal(401, "invalid credentials", **{"WWW-Authenticate": 'Basic realm="webhooks", charset="UTF-8"'})
    except Error as error:
        logger.error("webhook without its database", error=type(error).__name__)
    except Exception:  # fail closed: a fault of ours must never admit a phone
        logger.exception("webhook failed")
    retry = {"Retry-After": "1"} if settings.WEBHOOK_OUTAGE_STATUS != 200 else {}
    return _refusal(settings.WEBHOOK_OUTAGE_STATUS, DENIED, **retry)


def _judgement(request: HttpRequest) -> Judgement:
    """Read, look up, prove, judge, record. Raises ``Unproven``."""
    payload, fields = _sent(request)
    question, proof = Question.read(fields), Proof.read(request.headers, payload)
    known = look_up(
        realm=question.realm,
        username=question.username,
        source=question.source,
        access_username=proof.access_username,
    )
    proof.check(known.access)
    if known.access is not None and not proof.is_platform:
        known = known.within(known.access)
    access = known.access or Access.of_nobody()
    return recorder.record(question, known, access, judge(question, known, access))


def _sent(request: HttpRequest) -> tuple[bytes, dict[str, Any]]:
    """What is signed, and the fields that were sent: none where they cannot be read, which no digest fits."""
    try:
        if request.method == "GET":
            return GET_PAYLOAD, dict(request.GET.items())
        return request.body, _fields(request.body)
    except (SuspiciousOperation, UnreadablePostError):  # too long, too many fields, or the caller went away
        return b"", {}


def _fields(payload: bytes) -> dict[str, Any]:
    try:
        body = loads(payload.decode())
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _answer(judgement: Judgement) -> dict[str, Any]:
    """The documented keys, each only where it says something."""
    if not judgement.is_admitted:
        seconds = judgement.blacklist_seconds
        return {"status": "fail", "message": DENIED} | ({"blacklist": seconds} if seconds is not None else {})
    body: dict[str, Any] = {"status": "ok", "message": GRANTED}
    if judgement.application_sid is not None:
        body["application_sid"] = str(judgement.application_sid)
    if judgement.answered_expires_seconds is not None:
        body["expires"] = judgement.answered_expires_seconds
    return body


def _refusal(status: int, message: str, **headers: str) -> JsonResponse:
    return JsonResponse({"status": "fail", "message": message}, status=status, headers=headers)
