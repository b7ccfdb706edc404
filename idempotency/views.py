"""``Idempotency-Key`` for the POST requests of an API view: ``guard(view, request)`` once the caller is known."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from console.api.vobiz.errors import Refused
from idempotency import keeping
from idempotency.models import KeptAnswer

HEADER = "Idempotency-Key"
USABLE = re.compile(r"[\x21-\x7e]{1,255}\Z")
KEPT_HEADERS = ("Location", "Content-Location")
NOT_KEPT = frozenset({401, 403, 408, 413, 429})  # they say something about the moment, not about the request
Handler = Callable[..., Response]


def guard(view: APIView, request: Request, *, account_id: int) -> None:
    """Have the view answer a POST with a key once only. Raises ``Refused`` 400 for an unusable key."""
    key = request.headers.get(HEADER)
    if key is None or request.method != "POST":
        return
    if not USABLE.match(key):
        raise Refused(400, f"{HEADER} must be 1 to 255 visible ASCII characters.")
    once = partial(answer_once, view, view.post, key, account_id)  # type: ignore[attr-defined]  # a POST has a handler
    view.post = once  # type: ignore[attr-defined]


def answer_once(
    view: APIView, handler: Handler, key: str, account_id: int, request: Request, *args: Any, **kwargs: Any
) -> Response:
    """Answer the request, or give again what was answered before."""
    try:
        found = keeping.claim(account_id, key, fingerprint(view, request))
    except keeping.Conflict as error:
        raise Refused(409, f"The first request with this {HEADER} is still being answered.") from error
    except keeping.Mismatch as error:
        raise Refused(422, f"This {HEADER} was used for another request.", error="idempotency key reused") from error
    if isinstance(found, keeping.Replay):
        return replayed(found)
    return answered(view, found, partial(handler, request, *args, **kwargs))


def fingerprint(view: APIView, request: Request) -> str:
    """What makes two requests the same: method, address and body."""
    own = getattr(view, "idempotent_body", None)
    try:
        body = own(request) if own is not None else request._request.body
    except RequestDataTooBig as error:
        raise Refused(413, "The body is too long.") from error
    return keeping.keyed_hash("request", str(request.method).encode(), request.get_full_path().encode(), body)


def answered(view: APIView, kept: KeptAnswer, handler: Callable[[], Response]) -> Response:
    """Answer for the first time. What is written and what is kept of the answer are one transaction."""
    outcome: Response | None = None
    try:
        with transaction.atomic():
            response = attempted(view, handler)
            if response.status_code < 400:
                keep(kept, response)
            else:
                transaction.set_rollback(True)
        if 400 <= response.status_code < 500 and response.status_code not in NOT_KEPT:
            keep(kept, response)
        outcome = response
    finally:
        # A commit that failed may have come through all the same: its answer is there then, and stays.
        if outcome is None or outcome.status_code >= 500 or outcome.status_code in NOT_KEPT:
            keeping.release(kept)
    return outcome


def attempted(view: APIView, handler: Callable[[], Response]) -> Response:
    """The handler's response, or the one that its exception is."""
    try:
        return handler()
    except Exception as error:  # noqa: BLE001  (the view's own handler answers it, whatever it is)
        return view.handle_exception(error)


def keep(kept: KeptAnswer, response: Response) -> None:
    """Keep status, body and the headers that belong to the answer."""
    headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    keeping.keep(kept, response.status_code, response.data, headers)


def replayed(replay: keeping.Replay) -> Response:
    """The answer once more, marked as such; secrets are named, not shown."""
    headers = {**replay.headers, "Idempotent-Replayed": "true"}
    if replay.omitted:
        headers["Idempotency-Omitted"] = ", ".join(replay.omitted)
    return Response(replay.data, replay.status, headers=headers)
